"""Precision, recall and F1 with their intervals."""

from __future__ import annotations

from collections.abc import Hashable, Sequence, Set
from dataclasses import dataclass

import numpy as np
import scipy


@dataclass(frozen=True, slots=True)
class Counts:
    """True positives, false positives and false negatives of one excerpt or of many."""

    hits: int = 0
    false: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.hits + other.hits, self.false + other.false, self.missed + other.missed)

    @property
    def precision(self) -> float:
        return self.hits / (self.hits + self.false) if self.hits + self.false else 0.0

    @property
    def recall(self) -> float:
        return self.hits / (self.hits + self.missed) if self.hits + self.missed else 0.0

    @property
    def f1(self) -> float:
        total = 2 * self.hits + self.false + self.missed
        return 2 * self.hits / total if total else 0.0

    @property
    def labelled(self) -> int:
        return self.hits + self.missed


def compare(found: Set[Hashable], labelled: Set[Hashable]) -> Counts:
    return Counts(len(found & labelled), len(found - labelled), len(labelled - found))


def wilson(successes: int, trials: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927, JASA 22:209); (0, 1) without trials."""
    if trials == 0:
        return 0.0, 1.0
    bounds = scipy.stats.binomtest(successes, trials).proportion_ci(0.95, method="wilson")
    return float(bounds.low), float(bounds.high)


def bootstrap_f1(counts: Sequence[Counts], resamples: int = 1000) -> tuple[float, float]:
    """95 % percentile interval of micro-F1, excerpts drawn with replacement (Efron & Tibshirani 1993)."""
    if not counts:
        return 0.0, 1.0
    table = np.array([[item.hits, item.false, item.missed] for item in counts], dtype=float)
    generator = np.random.default_rng(0)
    drawn = generator.integers(0, len(table), size=(resamples, len(table)))
    sums = table[drawn].sum(axis=1)
    total = 2 * sums[:, 0] + sums[:, 1] + sums[:, 2]
    scores = np.divide(2 * sums[:, 0], total, out=np.zeros_like(total), where=total > 0)
    low, high = np.percentile(scores, [2.5, 97.5])
    return float(low), float(high)
