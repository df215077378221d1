"""Shares of rows that come in clumps: an agent's runs are alike, so that a hundred runs of five agents say less than
a hundred runs of a hundred agents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import fsum, sqrt

from scipy.special import ndtr, ndtri, stdtrit

Counts = Mapping[str, tuple[float, int]]
# Fewer rows are shown, told to be few, and decide nothing.
FEWEST = 5


@dataclass(frozen=True, slots=True)
class Share:
    """`share` of `n` rows of `clusters` agents, and its interval of 95 %; None of each without rows.

    `effective`: how many independent rows say as much.
    """

    n: int
    share: float | None
    low: float | None
    high: float | None
    clusters: int = 0
    effective: float = 0.0

    @property
    def is_small(self) -> bool:
        return self.n < FEWEST


@dataclass(frozen=True, slots=True)
class Mean:
    """`mean` of `n` values with its t interval of 95 %; None of each where there are too few."""

    n: int
    mean: float | None
    low: float | None
    high: float | None
    variance: float | None = None

    @property
    def is_small(self) -> bool:
        return self.n < FEWEST


def share_of(counts: Counts) -> Share:
    """The share over {cluster: (successes, rows)}.

    Wilson's interval (1927, J. Am. Stat. Assoc. 22:209) at the effective number of rows n / deff, deff being the
    variance of the ratio over clusters to that of simple sampling, at least 1 (Korn and Graubard 1998, Survey
    Methodology 24:193). With one cluster, or one row each, it is Wilson's of n.
    """
    rows = [(float(good), n) for good, n in counts.values() if n]
    total = sum(n for _good, n in rows)
    if not total:
        return Share(0, None, None, None)
    share = fsum(good for good, _n in rows) / total
    effective = total / _design_effect(rows, share, total)
    low, high = wilson(share, effective)
    return Share(total, share, low, high, len(rows), effective)


@lru_cache(maxsize=4096)
def wilson(share: float, n: float, level: float = 0.95) -> tuple[float, float]:
    """Wilson's interval of a share; `n` need not be whole. (0, 1) without rows."""
    if n <= 0:
        return 0.0, 1.0
    z = float(ndtri((1 + level) / 2))
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def mean_of(values: Sequence[float]) -> Mean:
    """Mean and t interval of independent values (Student 1908, Biometrika 6:1)."""
    n, total = len(values), fsum(values)
    return mean_from(n, total, fsum(value * value for value in values))


def mean_from(n: int, total: float, squares: float) -> Mean:
    """The same of values known by their number, sum and sum of squares."""
    if not n:
        return Mean(0, None, None, None)
    mean = total / n
    if n < 2:
        return Mean(n, mean, None, None)
    variance = max(0.0, (squares - n * mean * mean) / (n - 1))
    half = float(stdtrit(n - 1, 0.975)) * sqrt(variance / n)
    return Mean(n, mean, mean - half, mean + half, variance)


def mean_of_clusters(values: Mapping[str, Sequence[float]]) -> Mean:
    """The mean over all values, with an interval that counts clusters, not rows, as independent.

    Variance of a ratio over clusters with the factor m / (m - 1), t with m - 1 degrees of freedom (Cochran 1977,
    Sampling Techniques, §9.6). With fewer than two clusters there is no interval.
    """
    known = {key: list(found) for key, found in values.items() if len(found)}
    n = sum(len(found) for found in known.values())
    if not n:
        return Mean(0, None, None, None)
    mean = fsum(fsum(found) for found in known.values()) / n
    m = len(known)
    if m < 2:
        return Mean(n, mean, None, None)
    residuals = fsum((fsum(found) - mean * len(found)) ** 2 for found in known.values())
    error = sqrt(residuals * m / (m - 1)) / n
    half = float(stdtrit(m - 1, 0.975)) * error
    return Mean(n, mean, mean - half, mean + half, error * error * n)


def _design_effect(rows: Sequence[tuple[float, int]], share: float, total: int) -> float:
    m, simple = len(rows), share * (1 - share) / max(1, total - 1)
    if m < 2 or not simple:
        return 1.0
    residuals = fsum((good - share * n) ** 2 for good, n in rows)
    clustered = residuals * m / (m - 1) / total**2
    return max(1.0, clustered / simple)


@dataclass(frozen=True, slots=True)
class Gap:
    """A share less another; interval of 95 % and two-sided p, None where one side has no rows."""

    difference: float | None
    low: float | None
    high: float | None
    p: float | None


def gap_between(share: float, n: float, other: float, other_n: float) -> Gap:
    """Two shares of independent rows; `n` may be an effective number.

    Interval: Newcombe's hybrid score (1998, Statistics in Medicine 17:873, method 10). p: Agresti and Caffo's z (2000,
    Am. Stat. 54:280), which two rows of each kind keep from being too sure.
    """
    if n <= 0 or other_n <= 0:
        return Gap(None, None, None, None)
    difference = share - other
    (low, high), (other_low, other_high) = wilson(share, n), wilson(other, other_n)
    p, q = (share * n + 1) / (n + 2), (other * other_n + 1) / (other_n + 2)
    error = sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (other_n + 2))
    return Gap(
        difference,
        difference - sqrt((share - low) ** 2 + (other_high - other) ** 2),
        difference + sqrt((high - share) ** 2 + (other - other_low) ** 2),
        2 * float(ndtr(-abs(p - q) / error)),
    )
