"""Two measurements of the same cases compared: mean difference, its interval, and how likely chance alone gives it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any

import numpy as np
import scipy

RESAMPLES = 9_999


@dataclass(frozen=True, slots=True)
class Paired:
    """`difference` is after minus before; `low` and `high` its interval, None below two pairs.

    `p` is two-sided, `p_worse` for "after is lower", `p_better` for "after is higher".
    """

    n: int
    before: float | None
    after: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float
    p_worse: float
    p_better: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare_pairs(before: Sequence[float], after: Sequence[float], *, confidence: float = 0.95) -> Paired:
    """Compare by the sign-flip test (Fisher 1935, The Design of Experiments §21): where both versions are alike, each
    difference is as likely with the other sign. For passed and failed (0 and 1) this is the exact McNemar test.
    All sign patterns are counted up to 13 pairs, otherwise 9,999 drawn with a fixed seed.

    The interval is Student's t of the differences, for 0 and 1 that of Agresti and Min (2005, Statistics in Medicine
    24:729), which does not collapse where no pair differs. Raises ValueError for lists of unequal length.
    """
    x, y = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    if x.shape != y.shape:
        raise ValueError("Each case needs both measurements.")
    n = len(x)
    if not n:
        return Paired(0, None, None, None, None, None, 1.0, 1.0, 1.0)
    differences = y - x
    p_worse, p_better = _one_sided(differences)
    binary = bool(np.isin(x, (0, 1)).all() and np.isin(y, (0, 1)).all())
    low, high = (_agresti_min if binary else _student)(differences, confidence)
    two_sided = min(1.0, 2 * min(p_worse, p_better))
    return Paired(
        n, float(x.mean()), float(y.mean()), float(differences.mean()), low, high, two_sided, p_worse, p_better
    )


def _one_sided(differences: np.ndarray) -> tuple[float, float]:
    moved = differences[np.abs(differences) > 1e-12]
    if not len(moved):
        return 1.0, 1.0
    if np.allclose(np.abs(moved), np.abs(moved[0])):
        worse = int((moved < 0).sum())
        return (
            float(scipy.stats.binomtest(worse, len(moved), 0.5, alternative="greater").pvalue),
            float(scipy.stats.binomtest(worse, len(moved), 0.5, alternative="less").pvalue),
        )
    result = scipy.stats.permutation_test(
        (moved,), lambda values, axis: values.sum(axis=axis), permutation_type="samples", vectorized=True,
        n_resamples=RESAMPLES, alternative="less", rng=np.random.default_rng(20),
    )  # fmt: skip
    # Sums that differ by rounding alone are ties, on either side.
    drawn, slack = result.null_distribution, 1e-9 * float(np.abs(moved).sum())
    added = 0 if len(drawn) == 2 ** len(moved) else 1
    below = int((drawn <= float(result.statistic) + slack).sum())
    above = int((drawn >= float(result.statistic) - slack).sum())
    return (below + added) / (len(drawn) + added), (above + added) / (len(drawn) + added)


def _student(differences: np.ndarray, confidence: float) -> tuple[float | None, float | None]:
    if len(differences) < 2:
        return None, None
    if np.ptp(differences) == 0:
        return float(differences[0]), float(differences[0])
    interval = scipy.stats.ttest_1samp(differences, 0.0).confidence_interval(confidence)
    return float(interval.low), float(interval.high)


def _agresti_min(differences: np.ndarray, confidence: float) -> tuple[float | None, float | None]:
    n = len(differences)
    if n < 2:
        return None, None
    better, worse = float((differences > 0).sum()) + 0.5, float((differences < 0).sum()) + 0.5
    m = n + 2
    middle = (better - worse) / m
    error = sqrt(max(0.0, (better + worse) / m - middle**2) / m)
    z = float(scipy.stats.norm.ppf(0.5 + confidence / 2))
    return max(-1.0, middle - z * error), min(1.0, middle + z * error)


def wilson(count: int, n: int, confidence: float = 0.95) -> tuple[float, float] | None:
    """Interval of a share (Wilson 1927, JASA 22:209); None of nothing."""
    if not n:
        return None
    interval = scipy.stats.binomtest(count, n).proportion_ci(confidence, method="wilson")
    return float(interval.low), float(interval.high)
