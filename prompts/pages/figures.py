"""What prompts cost, when they last ran and how often their answers pass: each in one query for a whole list."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Max, Q, Sum
from django.utils import timezone

from prompts.models import EvaluationCell, ModelExchange, PromptRun
from prompts.pages.words import cost_words, interval_words, percent_words
from salesiq.people.models import User


@dataclass(frozen=True, slots=True)
class PassRate:
    """Of the latest evaluation that asked a version: how many of its answers passed."""

    evaluation_id: UUID
    passed: int
    n: int

    @property
    def percent(self) -> str:
        return percent_words(self.passed / self.n)

    @property
    def interval(self) -> str:
        return interval_words(self.passed, self.n)


def pass_rates(user: User, versions: Iterable[UUID]) -> Mapping[UUID, PassRate]:
    """The pass rate of each version that was ever evaluated, by its id."""
    wanted = list(versions)
    if not wanted:
        return {}
    sums = (
        EvaluationCell.objects.visible_to(user)
        .filter(version__in=wanted, passed__isnull=False)
        .order_by()
        .values("version_id", "evaluation_id")
        .annotate(n=Count("pk"), passed_n=Count("pk", filter=Q(passed=True)), at=Max("created_at"))
        .order_by("at")
    )
    return {row["version_id"]: PassRate(row["evaluation_id"], row["passed_n"], row["n"]) for row in sums}


def costs_of_month(user: User, prompts: Iterable[UUID] | None = None) -> Mapping[UUID, str]:
    """What each prompt cost since the first of the month, in words, by its id; several currencies side by side."""
    exchanges = ModelExchange.objects.visible_to(user).filter(created_at__gte=month_began(), prompt__isnull=False)
    if prompts is not None:
        exchanges = exchanges.filter(prompt__in=list(prompts))
    found: dict[UUID, list[str]] = {}
    sums = exchanges.order_by().values("prompt_id", "currency").annotate(spent=Sum("cost")).order_by("-spent")
    for row in sums:
        if row["spent"]:
            found.setdefault(row["prompt_id"], []).append(cost_words(row["spent"], row["currency"]))
    return {prompt: " + ".join(words) for prompt, words in found.items()}


def last_runs(user: User, prompts: Iterable[UUID]) -> Mapping[UUID, datetime]:
    """When each prompt was last asked, by its id."""
    runs = PromptRun.objects.visible_to(user).filter(prompt__in=list(prompts)).order_by()
    return {row["prompt_id"]: row["at"] for row in runs.values("prompt_id").annotate(at=Max("created_at"))}


def month_began() -> datetime:
    """The first moment of this month in the time zone of the page."""
    return timezone.localtime().replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def spent(user: User, currency: str) -> Decimal:
    """What the client's exchanges cost since the first of the month in `currency`."""
    exchanges = ModelExchange.objects.visible_to(user).filter(created_at__gte=month_began(), currency=currency)
    return Decimal(exchanges.aggregate(spent=Sum("cost"))["spent"] or 0)
