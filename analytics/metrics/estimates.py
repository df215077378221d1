"""Figures and changes out of sums, with their 95 % intervals. Pure.

Sources of the formulas: Wilson (1927), J. Am. Stat. Assoc. 22, score interval of a share, without correction for
continuity; Newcombe (1998), Statistics in Medicine 17:873, method 10, difference of two shares; Student's t for a
mean and Welch (1947), Biometrika 34, for the difference of two; Woolf (1955), Annals of Human Genetics 19, logarithm
of a ratio of counts; Zou and Donner (2008), Statistics in Medicine 27:1693 (MOVER), difference of two quantities
from their own intervals, of which Newcombe's is the case for shares.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from math import exp, log, sqrt

from scipy.special import stdtrit

from analytics.metrics.kinds import Interval, Kind, Metric, Unit
from analytics.metrics.measures import MEASURES
from analytics.metrics.sums import Sums
from analytics.questions import Change, Figure, Number

_Z = 1.959963984540054
_NOTHING = Sums()
_CENT = Decimal("0.01")
Bounds = tuple[float, float]


def figure_of(metric: Metric, sums: Mapping[str, Sums]) -> Figure:
    """`sums` by key of measure; those that are missing had no rows."""
    known = {key: sums.get(key, _NOTHING) for key in (*metric.measures, metric.rests_on)}
    value, n = _value(metric, known), known[metric.rests_on].n
    low, high = _bounds(metric, known) if value is not None else (None, None)
    return Figure(value=value, n=n, low=low, high=high, enough=n >= metric.minimum)


def change_of(metric: Metric, now: Mapping[str, Sums], before: Mapping[str, Sums]) -> Change:
    """Of the figure of `now` against that of `before`."""
    figure, prior = figure_of(metric, now), figure_of(metric, before)
    absolute = None if figure.value is None or prior.value is None else _minus(figure.value, prior.value)
    bounds = _difference(metric, figure, prior, now, before) if absolute is not None else None
    return Change(
        prior=prior,
        absolute=absolute,
        relative=float(absolute) / abs(float(prior.value)) if absolute is not None and prior.value else None,
        low=bounds[0] if bounds else None,
        high=bounds[1] if bounds else None,
        is_real=figure.enough and prior.enough and not bounds[0] <= 0 <= bounds[1] if bounds else None,
    )


def wilson(successes: int, n: int) -> Bounds:
    """Interval of a share; n > 0."""
    share, z2 = successes / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    # At none and all, rounding would leave the bound a hair off the share itself.
    return (0.0 if successes == 0 else middle - half, 1.0 if successes == n else middle + half)


@dataclass(frozen=True, slots=True)
class Moments:
    """Mean, and the variance of the mean, of n values."""

    n: int
    mean: float
    variance: float

    @classmethod
    def of(cls, sums: Sums, scale: float = 1.0) -> "Moments":
        """From sum and sum of squares; n > 1."""
        mean = float(sums.total) / sums.n
        spread = max(0.0, (sums.squares - sums.n * mean * mean) / (sums.n - 1))
        return cls(sums.n, mean * scale, spread / sums.n * scale * scale)


def student(values: Moments) -> Bounds:
    """Interval of a mean."""
    half = float(stdtrit(values.n - 1, 0.975)) * sqrt(values.variance)
    return values.mean - half, values.mean + half


def welch(one: Moments, other: Moments) -> Bounds:
    """Interval of the difference of two means."""
    difference, variance = one.mean - other.mean, one.variance + other.variance
    if not variance:
        return difference, difference
    freedom = variance**2 / (one.variance**2 / (one.n - 1) + other.variance**2 / (other.n - 1))
    half = float(stdtrit(freedom, 0.975)) * sqrt(variance)
    return difference - half, difference + half


def log_ratio(one: int, other: int) -> Bounds:
    """Interval of one / other, counts of two outcomes of the same rows; both > 0."""
    half = _Z * sqrt(1 / one + 1 / other)
    return exp(log(one / other) - half), exp(log(one / other) + half)


def mover(one: float, of_one: Bounds, other: float, of_other: Bounds) -> Bounds:
    """Interval of one - other from the intervals of both."""
    difference = one - other
    down = sqrt((one - of_one[0]) ** 2 + (of_other[1] - other) ** 2)
    up = sqrt((of_one[1] - one) ** 2 + (other - of_other[0]) ** 2)
    return difference - down, difference + up


def _value(metric: Metric, sums: Mapping[str, Sums]) -> Number | None:
    if metric.compute is not None:
        return _rounded(metric, metric.compute(sums))
    top = MEASURES[metric.numerator]
    if metric.kind == Kind.COUNT:
        return sums[metric.numerator].n
    if metric.kind == Kind.SUM:
        return _rounded(metric, _scaled(top.amount(sums[metric.numerator]), metric.scale))
    if metric.kind == Kind.SHARE:
        n = sums[metric.denominator].n
        return sums[metric.numerator].n / n if n else None
    if metric.kind == Kind.MEAN:
        mean = sums[metric.numerator]
        return _rounded(metric, _scaled(_over(mean.total, mean.n), metric.scale)) if mean.n else None
    below = MEASURES[metric.denominator].amount(sums[metric.denominator])
    return _rounded(metric, _over(top.amount(sums[metric.numerator]), below)) if below else None


def _bounds(metric: Metric, sums: Mapping[str, Sums]) -> tuple[float | None, float | None]:
    top, below = sums[metric.numerator], sums.get(metric.denominator, _NOTHING)
    if metric.interval == Interval.WILSON and below.n:
        return wilson(top.n, below.n)
    if metric.interval == Interval.STUDENT and top.n > 1:
        low, high = student(Moments.of(top, metric.scale))
        return max(0.0, low), high  # lengths, amounts and scores: none is below nothing, however few they are
    if metric.interval == Interval.LOG_RATIO and top.n and below.n:
        return log_ratio(top.n, below.n)
    return None, None


def _difference(
    metric: Metric, figure: Figure, prior: Figure, now: Mapping[str, Sums], before: Mapping[str, Sums]
) -> Bounds | None:
    if figure.low is None or figure.high is None or prior.low is None or prior.high is None:
        return None
    if metric.interval == Interval.STUDENT:
        one, other = (Moments.of(sums[metric.numerator], metric.scale) for sums in (now, before))
        return welch(one, other)
    assert figure.value is not None
    assert prior.value is not None
    return mover(float(figure.value), (figure.low, figure.high), float(prior.value), (prior.low, prior.high))


def _over(above: Number, below: Number) -> Number:
    if isinstance(above, Decimal) or isinstance(below, Decimal):
        return Decimal(str(above)) / Decimal(str(below))
    return above / below


def _minus(one: Number, other: Number) -> Number:
    if isinstance(one, Decimal) or isinstance(other, Decimal):
        return Decimal(str(one)) - Decimal(str(other))
    return one - other


def _scaled(value: Number, scale: float) -> Number:
    return value if scale == 1.0 else float(value) * scale


def _rounded(metric: Metric, value: Number | None) -> Number | None:
    """Money in hundredths, as Decimal; other ratios of money as plain numbers."""
    if value is None:
        return None
    if metric.unit in (Unit.MONEY, Unit.MONEY_PER_DAY):
        return Decimal(str(value)).quantize(_CENT)
    return float(value) if isinstance(value, Decimal) else value
