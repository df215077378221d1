"""How sure it is that a figure changed or passes a limit: p-values out of sums. Pure.

Shares: Fisher's exact test (`decisions.statistics.shares`) and the exact binomial test; means: Welch (1947) and
Student. Counts, sums and ratios have no chance of their own that sums would tell: a change of theirs is not tested
here (`baseline` does), and a limit that they pass is a fact.
"""

from collections.abc import Mapping

from scipy.special import bdtr, bdtrc, stdtr

from analytics.metrics import Interval, Kind, Metric, Rows, Sums, rows_of
from analytics.metrics.estimates import Moments
from decisions.statistics.shares import p_of_difference

NOTHING = Sums()
# Rows that are counted as they stand on a day, or once in a period: their days do not add up.
NOT_ADDITIVE = frozenset({Rows.DEALS_OPEN, Rows.CUSTOMERS, Rows.NEW_CUSTOMERS, Rows.TARGETS, Rows.AD_COSTS})
Table = Mapping[str, Sums]


def can_change(metric: Metric) -> bool:
    """Whether a change of it between two periods can be told from chance."""
    return metric.kind == Kind.SHARE or metric.interval == Interval.STUDENT


def can_be_unusual(metric: Metric) -> bool:
    """Whether its days add up to windows and its kind has a scale."""
    return metric.kind != Kind.RATIO and metric.compute is None and not NOT_ADDITIVE & set(rows_of(metric))


def p_of_change(metric: Metric, now: Table, before: Table) -> float | None:
    """Two-sided; None where nothing can be said."""
    if metric.kind == Kind.SHARE:
        top, below = metric.numerator, metric.denominator
        sides = [(table.get(top, NOTHING).n, table.get(below, NOTHING).n) for table in (now, before)]
        return p_of_difference(*sides[0], *sides[1])
    if metric.interval != Interval.STUDENT:
        return None
    one, other = now.get(metric.numerator, NOTHING), before.get(metric.numerator, NOTHING)
    if min(one.n, other.n) < 2:
        return None
    return _welch(Moments.of(one), Moments.of(other))


def p_of_limit(metric: Metric, sums: Table, limit: float, *, above: bool) -> float | None:
    """One-sided: of the figure being no further than the limit in truth; None where it is a fact, not a sample."""
    top = sums.get(metric.numerator, NOTHING)
    if metric.kind == Kind.SHARE:
        n = sums.get(metric.denominator, NOTHING).n
        if not n or not 0 <= limit <= 1:
            return None
        if above:
            return float(bdtrc(top.n - 1, n, limit)) if top.n else 1.0
        return float(bdtr(top.n, n, limit))
    if metric.interval != Interval.STUDENT or top.n < 2:
        return None
    values = Moments.of(top, metric.scale)
    if values.variance <= 0:
        return 0.0 if (values.mean > limit) == above and values.mean != limit else 1.0
    t = (values.mean - limit) / values.variance**0.5
    return float(stdtr(values.n - 1, -t if above else t))


def _welch(one: Moments, other: Moments) -> float | None:
    variance = one.variance + other.variance
    if variance <= 0:
        return None
    freedom = variance**2 / (one.variance**2 / (one.n - 1) + other.variance**2 / (other.n - 1))
    return float(2 * stdtr(freedom, -abs(one.mean - other.mean) / variance**0.5))
