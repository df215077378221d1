"""What an evaluation may still ask. Pure."""

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(slots=True)
class Spending:
    """What was spent and what is under way, held against a limit. `guess` is what an answer may cost until answers
    have shown what they cost."""

    spent: Decimal
    limit: Decimal | None
    guess: Decimal = Decimal(0)
    under_way: int = field(default=0)
    answers: int = field(default=0)
    paid: Decimal = field(default=Decimal(0))

    @property
    def each(self) -> Decimal:
        """What an answer costs: by those seen, or by the estimate where that is more."""
        return max(self.paid / self.answers, self.guess) if self.answers else self.guess

    def may_ask(self) -> bool:
        """Whether one more answer, with those under way, stays within the limit."""
        if self.limit is None:
            return True
        return self.spent + self.each * (self.under_way + 1) <= self.limit and self.spent < self.limit

    def asked(self) -> None:
        self.under_way += 1

    def answered(self, cost: Decimal) -> None:
        self.under_way -= 1
        self.answers += 1
        self.paid += cost
        self.spent += cost
