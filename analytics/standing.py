"""Where somebody stands among others, as far as it can be known. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import erfc, sqrt
from statistics import quantiles

from analytics.metrics import Better, Kind, Metric
from analytics.metrics.estimates import mover, wilson
from analytics.questions import Change, Figure

ALPHA = 0.05
_Z = 1.959963984540054
# Fewer others than this have no quartile worth the name.
FEWEST_OTHERS = 4


class Verdict(StrEnum):
    STRENGTH = "strength"
    FOCUS = "focus"
    EVEN = "even"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One metric of one against all others together. `top_quartile`: a quarter of the others do at least as well."""

    metric: Metric
    own: Figure
    others: Figure
    top_quartile: float | None
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict = Verdict.UNKNOWN


def stand(metrics: Sequence[Metric], figures: Mapping[str, Mapping[str, Figure]], own: str) -> list[Standing]:
    """`figures` by metric and key of the agent; `own` is the one looked at.

    A strength or focus is a difference that stays real when all metrics are tested at once (Holm, Scandinavian
    Journal of Statistics 6, 1979, at 5 %), so that with 95 % certainty none of them is chance.
    """
    found = [_stand(metric, figures.get(metric.key, {}), own) for metric in metrics]
    tested = sorted((_chance(each), n) for n, each in enumerate(found) if each.verdict != Verdict.UNKNOWN)
    real: set[int] = set()
    for done, (chance, n) in enumerate(tested):
        if chance > ALPHA / (len(tested) - done):
            break
        real.add(n)
    return [_judged(each, n in real) for n, each in enumerate(found)]


def _stand(metric: Metric, figures: Mapping[str, Figure], own: str) -> Standing:
    mine = figures.get(own, Figure(value=None, n=0, enough=False))
    rest = [figure for key, figure in figures.items() if key != own]
    others = pooled(metric, rest)
    difference, low, high = _difference(mine, others)
    sure = difference is not None and mine.enough and others.enough and metric.better != Better.NEITHER
    return Standing(
        metric=metric,
        own=mine,
        others=others,
        top_quartile=top_quartile(metric, rest),
        difference=difference,
        low=low,
        high=high,
        verdict=Verdict.EVEN if sure else Verdict.UNKNOWN,
    )


def pooled(metric: Metric, figures: Sequence[Figure]) -> Figure:
    """All rows of shares or means together; the interval of a mean takes the groups' means as independent."""
    known = [figure for figure in figures if figure.value is not None and figure.n]
    n = sum(figure.n for figure in known)
    if not n:
        return Figure(value=None, n=0, enough=False)
    total = sum(float(figure.value or 0) * figure.n for figure in known)
    if metric.kind == Kind.SHARE:
        low, high = wilson(round(total), n)
        return Figure(value=total / n, n=n, low=low, high=high, enough=n >= metric.minimum)
    halves = [(figure.high - figure.low) / 2 * figure.n for figure in known if figure.low is not None and figure.high]
    half = sqrt(sum(each * each for each in halves)) / n if halves else None
    mean = total / n
    bounds = (None, None) if half is None else (mean - half, mean + half)
    return Figure(value=mean, n=n, low=bounds[0], high=bounds[1], enough=n >= metric.minimum)


def top_quartile(metric: Metric, figures: Sequence[Figure]) -> float | None:
    """What the best quarter of those with enough rows reaches; None for too few of them."""
    values = [float(figure.value) for figure in figures if figure.value is not None and figure.enough]
    if len(values) < FEWEST_OTHERS:
        return None
    return quantiles(values, n=4, method="inclusive")[0 if metric.better == Better.LOWER else 2]


def change_between(now: Figure, before: Figure) -> Change:
    """From one figure to another of other rows, with the interval of the difference where both have theirs."""
    relative = None
    absolute = None
    if now.value is not None and before.value is not None:
        absolute = float(now.value) - float(before.value)
        relative = absolute / abs(float(before.value)) if before.value else None
    _value, low, high = _difference(now, before)
    is_real = None if low is None or high is None else now.enough and before.enough and not low <= 0 <= high
    return Change(prior=before, absolute=absolute, relative=relative, low=low, high=high, is_real=is_real)


def _difference(one: Figure, other: Figure) -> tuple[float | None, float | None, float | None]:
    if one.value is None or other.value is None:
        return None, None, None
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return None, None, None
    bounds = mover(float(one.value), (one.low, one.high), float(other.value), (other.low, other.high))
    return float(one.value) - float(other.value), *bounds


def _chance(standing: Standing) -> float:
    """Two-sided p-value of there being no difference, from the side of the interval that faces it."""
    difference = standing.difference or 0.0
    bound = standing.low if difference > 0 else standing.high
    side = abs(difference - (bound or 0.0)) / _Z
    if not side:
        return 1.0 if not difference else 0.0
    return erfc(abs(difference) / side / sqrt(2))


def _judged(standing: Standing, is_real: bool) -> Standing:
    if not is_real or not standing.difference:
        return standing
    is_better = (standing.difference > 0) == (standing.metric.better == Better.HIGHER)
    verdict = Verdict.STRENGTH if is_better else Verdict.FOCUS
    return Standing(
        metric=standing.metric, own=standing.own, others=standing.others, top_quartile=standing.top_quartile,
        difference=standing.difference, low=standing.low, high=standing.high, verdict=verdict,
    )  # fmt: skip
