"""How large a difference is, beside whether it is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, sqrt
from statistics import fmean, variance

from scipy.special import gamma, stdtrit

SMALL, MEDIUM, LARGE = 0.2, 0.5, 0.8


@dataclass(frozen=True, slots=True)
class Difference:
    """B minus A of independent values, 95 %; `p` two-sided; `effect` is Hedges' g. None where too few."""

    n_a: int
    n_b: int
    mean_a: float | None
    mean_b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None
    effect: float | None


def welch(a: Sequence[float], b: Sequence[float], *, level: float = 0.95) -> Difference:
    """Welch 1947 (Biometrika 34:28). No interval below two values an arm, or where nothing varies."""
    from scipy.special import stdtr

    means = [fmean(values) if values else None for values in (a, b)]
    mean_a, mean_b = means
    between = None if mean_a is None or mean_b is None else mean_b - mean_a
    none = Difference(len(a), len(b), mean_a, mean_b, between, None, None, None, None)
    if between is None or min(len(a), len(b)) < 2:
        return none
    one, other = variance(a) / len(a), variance(b) / len(b)
    if not one + other:
        return none
    degrees = (one + other) ** 2 / (one**2 / (len(a) - 1) + other**2 / (len(b) - 1))
    error = sqrt(one + other)
    half = float(stdtrit(degrees, (1 + level) / 2)) * error
    p = 2 * float(stdtr(degrees, -abs(between) / error))
    return Difference(len(a), len(b), mean_a, mean_b, between, between - half, between + half, p, hedges_g(a, b))


def hedges_g(a: Sequence[float], b: Sequence[float]) -> float | None:
    """The difference in pooled standard deviations, without the bias of small samples (Hedges 1981, J. Educ. Stat.
    6:107, the exact factor). None where nothing varies."""
    degrees = len(a) + len(b) - 2
    if min(len(a), len(b)) < 2 or degrees < 2:
        return None
    pooled = ((len(a) - 1) * variance(a) + (len(b) - 1) * variance(b)) / degrees
    if not pooled:
        return None
    factor = 1 - 3 / (4 * degrees - 1)
    if degrees < 300:
        factor = float(gamma(degrees / 2) / (sqrt(degrees / 2) * gamma((degrees - 1) / 2)))
    return factor * (fmean(b) - fmean(a)) / sqrt(pooled)


def cohens_h(a: float, b: float) -> float:
    """The difference of two shares on the arcsine scale (Cohen 1988, Statistical Power Analysis, ch. 6)."""
    return 2 * asin(sqrt(b)) - 2 * asin(sqrt(a))


def size_of(effect: float | None) -> str:
    """negligible, small, medium or large, as Cohen 1988 calls them; empty without an effect."""
    if effect is None:
        return ""
    value = abs(effect)
    return "large" if value >= LARGE else "medium" if value >= MEDIUM else "small" if value >= SMALL else "negligible"
