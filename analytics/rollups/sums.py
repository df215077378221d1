"""What is added up over calls: enough for every metric of calls, its variance included. Pure."""

from dataclasses import dataclass, fields
from typing import Self

MEANS = ("duration", "quality", "probability", "csat", "talk", "adherence")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSums:
    """Sums over the calls that count: published, or logged by another system; never those held back.

    `known` are calls whose outcome is known, followed by how many had which. Of each measure that a call may have:
    how many had it (`_n`), the sum and the sum of squares. `duration` in seconds; `quality` and `adherence` (to the
    script) 0 to 100; `probability` of a sale and `talk` (the agent's share of it) 0 to 1; `csat` 1 to 5.
    Follow-ups and objections are those heard in published calls.
    """

    calls: int = 0
    published: int = 0
    known: int = 0
    converted: int = 0
    qualified: int = 0
    not_qualified: int = 0
    no_answer: int = 0
    callback: int = 0
    duration_n: int = 0
    duration_sum: float = 0.0
    duration_squares: float = 0.0
    quality_n: int = 0
    quality_sum: float = 0.0
    quality_squares: float = 0.0
    probability_n: int = 0
    probability_sum: float = 0.0
    probability_squares: float = 0.0
    csat_n: int = 0
    csat_sum: float = 0.0
    csat_squares: float = 0.0
    talk_n: int = 0
    talk_sum: float = 0.0
    talk_squares: float = 0.0
    adherence_n: int = 0
    adherence_sum: float = 0.0
    adherence_squares: float = 0.0
    follow_up_calls: int = 0
    follow_ups: int = 0
    objections: int = 0
    objections_handled: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in MEASURES})

    def mean_parts(self, measure: str) -> tuple[int, float, float]:
        """n, sum and sum of squares of one of MEANS."""
        return (
            getattr(self, f"{measure}_n"),
            getattr(self, f"{measure}_sum"),
            getattr(self, f"{measure}_squares"),
        )


MEASURES: tuple[str, ...] = tuple(field.name for field in fields(CallSums))
