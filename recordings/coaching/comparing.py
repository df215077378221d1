"""Whether a measure moved: two samples with their means, the difference, and how sure all three are.

Values are bounded (shares 0..1, totals 0..100), and the intervals are 95 % two-sided. Where every value is 0 or 1 the
mean is a share: Wilson (1927), J. Am. Stat. Assoc. 22, for each; Newcombe (1998), Statistics in Medicine 17:873,
method 10, for the difference. Otherwise Student's t for each and Welch (1947), Biometrika 34, for the difference.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import hypot
from statistics import fmean

import scipy

from recordings.language.scoring import wilson
from recordings.quality.means import LEVEL, standard_error, student

# Fewer on either side say nothing that could be told apart from chance.
FEWEST = 5


class Verdict(StrEnum):
    UP = "up"
    DOWN = "down"
    CHANCE = "chance"
    TOO_FEW = "too_few"


@dataclass(frozen=True, slots=True)
class Sample:
    """`mean` of `n` values; `low` and `high` bound its interval, None where it has none (n < 2, or no spread)."""

    n: int
    mean: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """`difference` is after minus before; None where one side is empty."""

    before: Sample
    after: Sample
    difference: float | None
    low: float | None
    high: float | None
    verdict: Verdict


def sample_of(values: Sequence[float]) -> Sample:
    """Mean and interval of `values`."""
    n = len(values)
    if n == 0:
        return Sample(0)
    mean = fmean(values)
    if _is_share(values):
        return Sample(n, mean, *wilson(round(sum(values)), n))
    bounds = student(values)
    return Sample(n, mean, *bounds) if bounds and standard_error(values) else Sample(n, mean)


def compare(before: Sequence[float], after: Sequence[float]) -> Comparison:
    """Whether `after` lies above or below `before`, or cannot be told apart from chance."""
    one, other = sample_of(before), sample_of(after)
    if one.mean is None or other.mean is None:
        return Comparison(one, other, None, None, None, Verdict.TOO_FEW)
    difference = other.mean - one.mean
    bounds = _newcombe(one, other) if _is_share([*before, *after]) else _welch(before, after)
    if bounds is None:
        return Comparison(one, other, difference, None, None, Verdict.TOO_FEW)
    return Comparison(one, other, difference, *bounds, _verdict(min(one.n, other.n), *bounds))


def _verdict(fewest: int, low: float, high: float) -> Verdict:
    if fewest < FEWEST:
        return Verdict.TOO_FEW
    if low > 0:
        return Verdict.UP
    return Verdict.DOWN if high < 0 else Verdict.CHANCE


def _is_share(values: Sequence[float]) -> bool:
    return all(value in (0.0, 1.0) for value in values)


def _welch(before: Sequence[float], after: Sequence[float]) -> tuple[float, float] | None:
    """None where neither side shows any spread."""
    if min(len(before), len(after)) < 2 or not hypot(standard_error(before), standard_error(after)):
        return None
    found = scipy.stats.ttest_ind(after, before, equal_var=False).confidence_interval(LEVEL)
    return float(found.low), float(found.high)


def _newcombe(before: Sample, after: Sample) -> tuple[float, float] | None:
    a, b = (before.mean, before.low, before.high), (after.mean, after.low, after.high)
    (p, p_low, p_high), (q, q_low, q_high) = a, b
    assert p is not None and p_low is not None and p_high is not None
    assert q is not None and q_low is not None and q_high is not None
    return q - p - hypot(q - q_low, p_high - p), q - p + hypot(q_high - q, p - p_low)
