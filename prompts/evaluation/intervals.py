"""How surely a figure is known. Pure; every figure comes with what it rests on.

Sources: Wilson (1927), J. Am. Stat. Assoc. 22:209, interval of a share; Student (1908), Biometrika 6:1, interval of a
mean; Conover (1999), Practical Nonparametric Statistics, section 3.2, interval of a quantile by its ranks; Efron and
Tibshirani (1993), An Introduction to the Bootstrap, with a fixed seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from statistics import fmean, variance
from typing import Any

import numpy as np
import scipy

LEVEL = 0.95
RESAMPLES = 2_000
SEED = 20_261


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` with its 95 % interval, from `n` independent things (cases, answers); bounds are None where the data
    do not tell: below two, or without any spread."""

    value: float | None
    low: float | None
    high: float | None
    n: int

    def as_json(self) -> dict[str, Any]:
        return {"value": _short(self.value), "low": _short(self.low), "high": _short(self.high), "n": self.n}


NOTHING = Figure(None, None, None, 0)


def share(successes: int, n: int) -> Figure:
    """A share, 0 to 1, with Wilson's interval."""
    if not n:
        return NOTHING
    bounds = scipy.stats.binomtest(successes, n).proportion_ci(LEVEL, method="wilson")
    return Figure(successes / n, float(bounds.low), float(bounds.high), n)


def mean(values: Sequence[float], *, least: float | None = None, most: float | None = None) -> Figure:
    """The mean with Student's interval, cut to what is possible."""
    n = len(values)
    if not n:
        return NOTHING
    value = fmean(values)
    spread = variance(values) if n > 1 else 0.0
    if spread <= 1e-18:
        return Figure(value, None, None, n)
    half = float(scipy.stats.t.ppf((1 + LEVEL) / 2, n - 1)) * (spread / n) ** 0.5
    low, high = value - half, value + half
    return Figure(value, low if least is None else max(least, low), high if most is None else min(most, high), n)


def share_of_shares(shares: Sequence[float]) -> Figure:
    """The mean of shares, one a case that was asked several times; answers to one case depend on each other, so that
    cases are what is counted. Where all cases are alike, Wilson's interval over them."""
    if all(each in (0.0, 1.0) for each in shares):
        return share(round(sum(shares)), len(shares))
    return mean(shares, least=0.0, most=1.0)


def quantile(values: Sequence[float], q: float) -> Figure:
    """The quantile `q` with the interval of its ranks, which needs no shape; None where n is too small for a bound."""
    if not values:
        return NOTHING
    value = float(np.quantile(values, q))
    bounds = scipy.stats.quantile_test(values, q=value, p=q).confidence_interval(LEVEL)
    low, high = (float(each) if isfinite(each) else None for each in (bounds.low, bounds.high))
    return Figure(value, low, high, len(values))


def bootstrap_mean(values: Sequence[float]) -> Figure:
    """The mean with the bias-corrected accelerated bootstrap interval (Efron 1987)."""
    if len(values) < 2 or max(values) - min(values) <= 1e-9:
        return Figure(fmean(values), None, None, len(values)) if values else NOTHING
    drawn = scipy.stats.bootstrap(
        (np.asarray(values, dtype=float),), np.mean, confidence_level=LEVEL, n_resamples=RESAMPLES,
        method="BCa", rng=np.random.default_rng(SEED),
    ).confidence_interval  # fmt: skip
    low, high = (float(each) if isfinite(each) else None for each in (drawn.low, drawn.high))
    return Figure(fmean(values), low, high, len(values))


def _short(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")
