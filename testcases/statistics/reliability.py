"""How far a test agrees with itself: over its criteria (alpha), and over time (test–retest)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import fdtri

Rows = Sequence[Sequence[float]]
FEWEST = 10


@dataclass(frozen=True, slots=True)
class Agreement:
    """`value` with its interval of 95 %, from `n` runs (or people) and `k` criteria (or times).

    `problem` says why it cannot be told: few, one_column, no_spread; empty where it can.
    """

    n: int
    k: int
    value: float | None = None
    low: float | None = None
    high: float | None = None
    problem: str = ""


def cronbach_alpha(rows: Rows) -> Agreement:
    """Alpha of complete rows, one column per criterion (Cronbach 1951, Psychometrika 16:297).

    Interval: Feldt 1965 (Psychometrika 30:357), from F with n - 1 and (n - 1)(k - 1) degrees of freedom.
    """
    marks, found = _read(rows)
    if found.problem:
        return found
    n, k = marks.shape
    total = float(marks.sum(axis=1).var(ddof=1))
    if not total:
        return Agreement(n, k, problem="no_spread")
    alpha = k / (k - 1) * (1 - float(marks.var(axis=0, ddof=1).sum()) / total)
    degrees = n - 1, (n - 1) * (k - 1)
    low = 1 - (1 - alpha) * float(fdtri(*degrees, 0.975))
    high = 1 - (1 - alpha) * float(fdtri(*degrees, 0.025))
    return Agreement(n, k, alpha, low, high)


def retest(rows: Rows) -> Agreement:
    """ICC(A,1): how far one score of a person is that of the next time, a shift of all included.

    Two-way random effects, absolute agreement, single score: ICC(2,1) of Shrout and Fleiss 1979 (Psychol. Bull.
    86:420) with the interval of McGraw and Wong 1996 (Psychol. Methods 1:30, Table 7).
    """
    marks, found = _read(rows)
    if found.problem:
        return found
    n, k = marks.shape
    people, times, error = _mean_squares(marks)
    below = people + (k - 1) * error + k * (times - error) / n
    if not below or not people:
        return Agreement(n, k, problem="no_spread")
    value = (people - error) / below
    low, high = _bounds(value, people, times, error, n, k)
    return Agreement(n, k, value, low, high)


def _bounds(value: float, people: float, times: float, error: float, n: int, k: int) -> tuple[float, float]:
    if not error:
        return value, value
    a, b = k * value / (n * (1 - value)), 1 + k * value * (n - 1) / (n * (1 - value))
    degrees = (a * times + b * error) ** 2 / ((a * times) ** 2 / (k - 1) + (b * error) ** 2 / ((n - 1) * (k - 1)))
    upper_f, lower_f = float(fdtri(n - 1, degrees, 0.975)), float(fdtri(degrees, n - 1, 0.975))
    spread = k * times + (k * n - k - n) * error
    low = n * (people - upper_f * error) / (upper_f * spread + n * people)
    high = n * (lower_f * people - error) / (spread + n * lower_f * people)
    return low, high


def _mean_squares(marks: Any) -> tuple[float, float, float]:
    """Between people, between times, and what is left."""
    n, k = marks.shape
    middle = marks.mean()
    people = k * float(((marks.mean(axis=1) - middle) ** 2).sum()) / (n - 1)
    times = n * float(((marks.mean(axis=0) - middle) ** 2).sum()) / (k - 1)
    left = marks - marks.mean(axis=1, keepdims=True) - marks.mean(axis=0, keepdims=True) + middle
    return people, times, float((left**2).sum()) / ((n - 1) * (k - 1))


def _read(rows: Rows) -> tuple[Any, Agreement]:
    marks = np.asarray(rows, dtype=float)
    n, k = marks.shape if marks.ndim == 2 else (len(rows), 0)
    problem = "one_column" if n and k < 2 else "few" if n < 3 else ""
    return marks, Agreement(n, k, problem=problem)
