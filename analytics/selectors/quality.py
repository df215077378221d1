"""How scores of calls are spread, criterion by criterion: what a mean does not say."""

from dataclasses import dataclass

from django.db.models import Avg, Count, F, FloatField, Max, Q, QuerySet, StdDev
from django.db.models.functions import Cast

from analytics.asking.asker import asker_of
from analytics.asking.base import filtered_rows, in_period
from analytics.asking.columns import day_of
from analytics.asking.expressions import JsonText
from analytics.metrics import Rows
from analytics.questions import Figure, Filters
from recordings.models import SalesCall, ScoreItem
from salesiq.people.models import User

STEP = 10
_Z = 1.959963984540054
_MINIMUM = 10
# From where on a customer counts as satisfied or not; sentiment runs from -1 to 1.
MOODS = {"negative": (-1.01, -0.15), "neutral": (-0.15, 0.15), "positive": (0.15, 1.01)}


@dataclass(frozen=True, slots=True)
class Spread:
    """Calls by their quality score in classes of STEP from 0, and by the customer's mood."""

    scores: tuple[int, ...]
    moods: dict[str, int]

    @property
    def scored(self) -> int:
        return sum(self.scores)


@dataclass(frozen=True, slots=True)
class Criterion:
    key: str
    name: str
    figure: Figure


def counted_calls(filters: Filters, *, user: User) -> QuerySet[SalesCall]:
    """The calls that metrics of calls count. Raises QuestionError as `ask` does for a client that is not theirs."""
    asker = asker_of(user, filters)
    rows: QuerySet[SalesCall] = filtered_rows(Rows.CALLS, filters, asker=asker)
    return in_period(rows, day_of(Rows.CALLS), filters, asker)


def spread_of(filters: Filters, *, user: User) -> Spread:
    """One query."""
    mood = Cast(JsonText(F("analysis__sentiment"), keys=("customer",)), FloatField())
    counts = {f"score_{low}": Count("pk", filter=_within(low)) for low in range(0, 100, STEP)}
    counts |= {
        f"mood_{name}": Count("pk", filter=Q(mood__gt=low, mood__lte=high)) for name, (low, high) in MOODS.items()
    }
    found = counted_calls(filters, user=user).annotate(mood=mood).aggregate(**counts)
    return Spread(
        scores=tuple(found[f"score_{low}"] for low in range(0, 100, STEP)),
        moods={name: found[f"mood_{name}"] for name in MOODS},
    )


def _within(low: int) -> Q:
    """The last class takes the full score in."""
    end = Q(quality_score__lte=100) if low + STEP >= 100 else Q(quality_score__lt=low + STEP)
    return Q(quality_score__gte=low) & end


def criteria_of(filters: Filters, *, user: User, limit: int = 20) -> list[Criterion]:
    """The share of points reached in each criterion of the scorecards, the lowest first. One query.

    Only the score that a call has now counts; the interval is the normal one of a mean (n is large enough or it is
    said to be not).
    """
    calls = counted_calls(filters, user=user).order_by().values("pk")
    share = Cast(F("points"), FloatField()) / Cast(F("max_points"), FloatField())
    rows = (
        ScoreItem.objects.filter(score__call__in=calls, score__is_current=True, applicable=True, max_points__gt=0)
        .order_by()
        .values("key")
        .annotate(n=Count("pk"), mean=Avg(share), spread=StdDev(share, sample=True), label=Max("name"))
    )
    found = [Criterion(row["key"], row["label"], _figure(row["n"], row["mean"], row["spread"])) for row in rows]
    return sorted(found, key=lambda each: float(each.figure.value or 0))[:limit]


def _figure(n: int, mean: float, spread: float | None) -> Figure:
    if spread is None or n < 2:
        return Figure(value=mean, n=n, enough=False)
    half = _Z * spread / n**0.5
    return Figure(value=mean, n=n, low=max(0.0, mean - half), high=min(1.0, mean + half), enough=n >= _MINIMUM)
