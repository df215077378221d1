"""What is expected of each figure of a table of cells (days, or agents by month), and how far it may lie from it. Pure.

A regression with an effect of each group and of each column, on the scale of the figure's kind, that outliers hardly
move (Cantoni and Ronchetti 2001, JASA 96:1022, with Huber's weights). Figures vary more than counting alone explains:
what they vary beyond it from cell to cell is measured robustly (Huber's proposal 2) and added, never subtracted.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

Floats = NDArray[np.float64]
Kind = Literal["count", "share", "mean"]
_STEPS = 40
_HUBER = 1.5
# Residuals count up to 2 standard deviations for the scale; the mean of min(Z², 4) of a normal Z.
_CUT, _CUT_MEAN = 2.0, 0.9205
_PRIOR = 1 / 9  # effects of groups and columns: normal with sd 3 on the log or logit scale; keeps empty groups finite


@dataclass(frozen=True, slots=True)
class Cells:
    """n cells: `value` a count, a share 0 to 1 or a mean; `size` of how many calls (counts: 1); `within` the variance
    of single calls (means). `group` whole numbers from 0 in order, `columns` n × k."""

    kind: Kind
    value: Floats
    size: Floats
    group: NDArray[np.intp]
    columns: Floats
    within: float = 0.0


@dataclass(frozen=True, slots=True)
class Expectations:
    """Of each tested cell, from all others: `expected`, 95 % range `low` to `high`, and `p` (two-sided) of what was
    seen. `excess`: variance between cells beyond counting, relative (counts), of the logit (shares), or as it is
    (means)."""

    expected: Floats
    low: Floats
    high: Floats
    p: Floats
    excess: float


def expect(cells: Cells, tested: NDArray[np.bool_]) -> Expectations | None:
    """Of the `tested` cells, in their order; all cells tell what is expected. None with fewer than 20 cells more than
    effects."""
    n, spent = len(cells.value), cells.columns.shape[1] + int(cells.group.max(initial=0)) + 1
    if n - spent < 20:
        return None
    scale, centre = 1.0, 0.0
    if cells.kind == "mean":
        centre, scale = float(np.median(cells.value)), float(cells.value.std()) or 1.0
    scaled = (cells.value - centre) / scale
    fit = _fit(cells, scaled, cells.within / scale**2, n - spent)
    expected, error = _without_itself(fit, scaled)
    mean, derivative = _mean(cells.kind, expected)
    spread = _variance(cells, mean, cells.within / scale**2, fit.excess) + (derivative * error) ** 2
    size = np.maximum(cells.size[tested], 1)
    p, low, high = _chance(cells.kind, scaled[tested], size, mean[tested], spread[tested], n - spent)
    middle, low, high = (each * scale + centre for each in (mean[tested], low, high))
    return Expectations(middle, low, high, p, fit.excess * scale**2)


@dataclass(frozen=True, slots=True)
class _Fit:
    linear: Floats
    working: Floats
    weights: Floats
    leverage: Floats
    excess: float


def _fit(cells: Cells, value: Floats, within: float, degrees: int) -> _Fit:
    starts = np.flatnonzero(np.diff(cells.group, prepend=-1))
    offset = _link(cells.kind, value, cells.size)
    linear = np.full(len(value), offset)
    excess, prior = 0.0, _PRIOR if cells.kind != "mean" else 1e-4
    working, weights, leverage = np.zeros_like(value), np.ones_like(value), np.zeros_like(value)
    for _step in range(_STEPS):
        mean, derivative = _mean(cells.kind, linear)
        excess = _excess(cells, value - mean, mean, within, degrees)
        variance = _variance(cells, mean, within, excess)
        standing = np.abs(value - mean) / np.sqrt(variance)
        weights = derivative**2 / variance * np.minimum(1.0, _HUBER / np.maximum(standing, 1e-9))
        working = (value - mean) / derivative
        solved, leverage = _solve(cells, linear - offset + np.clip(working, -3, 3), weights, starts, prior)
        moved = float(np.abs(solved + offset - linear).max())
        linear = np.clip(solved + offset, -12, 30)
        if moved < 1e-6:
            break
    return _Fit(
        linear, (value - _mean(cells.kind, linear)[0]) / _mean(cells.kind, linear)[1], weights, leverage, excess
    )


def _solve(
    cells: Cells, target: Floats, weights: Floats, starts: NDArray[np.intp], prior: float
) -> tuple[Floats, Floats]:
    """Weighted least squares of groups and columns by blocks; the fitted values and each cell's own say in its own."""
    group, columns = cells.group, cells.columns
    own = np.add.reduceat(weights, starts) + prior
    weighted = columns * weights[:, None]
    means = np.add.reduceat(weighted, starts, axis=0) / own[:, None]
    target_means = np.add.reduceat(weights * target, starts) / own
    inner = weighted.T @ columns - means.T @ (means * own[:, None]) + prior * np.eye(columns.shape[1])
    inverse = np.linalg.inv(inner)
    beta = inverse @ (weighted.T @ target - means.T @ (own * target_means))
    fitted = columns @ beta + (target_means - means @ beta)[group]
    away = columns - means[group]
    return fitted, np.clip(weights * (1 / own[group] + ((away @ inverse) * away).sum(axis=1)), 0, 0.99)


def _without_itself(fit: _Fit, value: Floats) -> tuple[Floats, Floats]:
    """The linear expectation of each cell from all others, and its standard error."""
    drawn = fit.leverage / (1 - fit.leverage)
    error = np.sqrt(np.maximum(drawn / np.maximum(fit.weights, 1e-12), 0))
    return fit.linear - np.clip(drawn * fit.working, -3, 3), error


def _link(kind: Kind, value: Floats, size: Floats) -> float:
    if kind == "mean":
        return float(np.median(value))
    overall = float((value * size).sum() / size.sum())
    return float(np.log(max(overall, 1e-3))) if kind == "count" else float(logit(min(max(overall, 1e-3), 1 - 1e-3)))


def _mean(kind: Kind, linear: Floats) -> tuple[Floats, Floats]:
    """The expectation, and how it moves with the linear one."""
    if kind == "mean":
        return linear, np.ones_like(linear)
    if kind == "count":
        mean = np.exp(np.clip(linear, -12, 30))
        return mean, mean
    mean = expit(linear)
    return mean, np.maximum(mean * (1 - mean), 1e-6)


def _variance(cells: Cells, mean: Floats, within: float, excess: float) -> Floats:
    if cells.kind == "count":
        return np.asarray(np.maximum(mean + excess * mean**2, 1e-9))
    if cells.kind == "share":
        own = np.maximum(mean * (1 - mean), 1e-9)
        return np.asarray(own / cells.size + excess * own**2 * (1 - 1 / cells.size))
    return np.asarray(np.maximum(within / cells.size + excess, 1e-9))


def _excess(cells: Cells, residual: Floats, mean: Floats, within: float, degrees: int) -> float:
    """The least excess by which residuals are no larger than expected; bisection, since they shrink as it grows."""

    def too_large(excess: float) -> bool:
        squares = residual**2 / _variance(cells, mean, within, excess)
        return float(np.minimum(squares, _CUT**2).sum()) > degrees * _CUT_MEAN

    if not too_large(0.0):
        return 0.0
    low, high = 0.0, 1e-3
    while too_large(high) and high < 1e6:
        low, high = high, high * 4
    for _step in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if too_large(middle) else (low, middle)
    return high


def _chance(
    kind: Kind, value: Floats, size: Floats, mean: Floats, variance: Floats, degrees: int
) -> tuple[Floats, Floats, Floats]:
    """p of each value, and the 95 % range: negative binomial, beta-binomial or normal with this mean and variance, and
    Student's tails for the scale being estimated."""
    half = scipy.stats.t.sf(scipy.stats.t.ppf(0.975, degrees), np.inf)
    if kind == "mean":
        spread = np.sqrt(variance)
        reach = scipy.stats.t.ppf(0.975, degrees) * spread
        p = 2 * scipy.stats.t.sf(np.abs(value - mean) / spread, degrees)
        return np.asarray(p), mean - reach, mean + reach
    if kind == "count":
        found = _negative_binomial(mean, variance)
        counts, most = np.round(value), np.ones_like(value)
    else:
        found = _beta_binomial(mean, variance, size)
        counts, most = np.round(value * size), size
    tail = np.minimum(found.cdf(counts), found.sf(counts - 1))
    score = -ndtri(np.clip(tail, 1e-300, 0.5))
    p = np.minimum(1.0, 2 * scipy.stats.t.sf(score, degrees))
    return np.asarray(p), np.asarray(found.ppf(half) / most), np.asarray(found.isf(half) / most)


def _negative_binomial(mean: Floats, variance: Floats) -> Any:
    ratio = np.clip(variance / mean, 1 + 1e-6, 1e6)
    return scipy.stats.nbinom(mean / (ratio - 1), 1 / ratio)


def _beta_binomial(mean: Floats, variance: Floats, size: Floats) -> Any:
    own = mean * (1 - mean)
    inner = np.clip(variance / (own / size), 1 + 1e-6, None)  # 1 + (size - 1) ρ
    rho = np.clip((inner - 1) / np.maximum(size - 1, 1e-9), 1e-9, 0.5)
    total = 1 / rho - 1
    return scipy.stats.betabinom(size.astype(np.int64), mean * total, (1 - mean) * total)
