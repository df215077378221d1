"""How surely a mean is known: the one t interval of all pages about quality."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import fmean, variance

from scipy.special import stdtrit

LEVEL = 0.95


def standard_error(values: Sequence[float]) -> float:
    """Of the mean; 0 where there is no spread to know it from."""
    return sqrt(variance(values) / len(values)) if len(values) > 1 else 0.0


def student(values: Sequence[float]) -> tuple[float, float] | None:
    """Interval of 95 % of the mean (Student 1908, Biometrika 6:1); None below two values."""
    if len(values) < 2:
        return None
    mean, half = fmean(values), float(stdtrit(len(values) - 1, (1 + LEVEL) / 2)) * standard_error(values)
    return mean - half, mean + half
