"""What a figure was to be expected to be, from its own past, and how unusual it is that it is not. Pure.

Past windows of one length are put on a scale on which chance is about the same everywhere (square root of counts and
sums, arc sine of shares; Anscombe 1948, Biometrika 35:246), weighted by what they rest on, and fitted by least
squares: a level, a trend, the day of the week where windows are days, one wave a year where there are two years. The
window in question is held against the interval of prediction (Student's t), whose width comes from how far the past
lay from the fit, never less than pure chance. So what always swings much must swing more before anybody is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtr, stdtrit

FEWEST = 12
DAYS_OF_A_YEAR = 365.25
_OUTLIER = 4.5
Numbers = NDArray[np.float64]


def level_of(false_alarms: float, groups: int, kind: str) -> float:
    """The p from which on a group is told, so that a rule asked daily of so many groups tells at most so many times a
    year where nothing happened (Bonferroni). Sums of money have longer tails than a normal distribution: half."""
    return false_alarms / DAYS_OF_A_YEAR / max(1, groups) * (0.5 if kind == "sum" else 1.0)


@dataclass(frozen=True, slots=True)
class Window:
    """The figure in one window: `total` of `n` (successes of rows for a share, the count itself with n = 1).

    `end` counts days from any one; `kind`: count | sum | share | mean.
    """

    end: int
    total: float
    n: float


@dataclass(frozen=True, slots=True)
class Unusual:
    """`p` is two-sided; `low` and `high` bound what is to be expected in 95 of 100 such windows; on the figure's own
    scale."""

    value: float
    expected: float
    low: float
    high: float
    p: float
    windows: int


def unusual(past: Sequence[Window], now: Window, *, kind: str, days: int) -> Unusual | None:
    """How unusual `now` is after `past` (of windows of `days` days); None where the past is too short to say."""
    known = [row for row in past if row.n > 0]
    if len(known) < FEWEST or now.n <= 0:
        return None
    values, weights = _scaled(known, kind)
    design = _design(np.array([row.end for row in known]), now.end, days)
    here = _design(np.array([now.end]), now.end, days, columns=design.shape[1])[0]
    kept = np.ones(len(known), dtype=bool)
    fit = _fit(design, values, weights)
    if fit is None:
        return None
    far = np.abs(values - design @ fit.beta) * np.sqrt(weights) > _OUTLIER * fit.spread
    if far.any() and (~far).sum() >= FEWEST:  # one odd week of last year must not hide the next one
        kept = ~far
        fit = _fit(design[kept], values[kept], weights[kept]) or fit
    middle = float(here @ fit.beta)
    (mine,), (weight,) = _scaled([now], kind)
    error = max(fit.spread, _least(kind)) * float(np.sqrt(1 / weight + here @ fit.inverse @ here))
    if error <= 0:
        return None
    half = float(stdtrit(fit.freedom, 0.975)) * error
    return Unusual(
        value=_value(now, kind), expected=_back(middle, kind), low=_back(middle - half, kind),
        high=_back(middle + half, kind), p=float(2 * stdtr(fit.freedom, -abs(mine - middle) / error)),
        windows=int(kept.sum()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Fit:
    beta: Numbers
    inverse: Numbers
    spread: float
    freedom: int


def _fit(design: Numbers, values: Numbers, weights: Numbers) -> _Fit | None:
    """Weighted least squares; None where the windows cannot tell so much."""
    freedom = len(values) - design.shape[1]
    if freedom < FEWEST // 2:
        return None
    inner = design.T @ (design * weights[:, None])
    inverse: Numbers = np.asarray(np.linalg.pinv(inner, hermitian=True), dtype=np.float64)
    beta: Numbers = inverse @ (design.T @ (weights * values))
    spread = float(np.sqrt((weights * (values - design @ beta) ** 2).sum() / freedom))
    return _Fit(beta, inverse, spread, freedom)


def _design(ends: NDArray[np.int64], now: int, days: int, *, columns: int | None = None) -> Numbers:
    """Level and trend; day of the week of windows of a day; a wave a year where two years are known. `columns` makes
    the row of the window in question as wide as the past's."""
    year = (ends - now) / DAYS_OF_A_YEAR
    rows = [np.ones(len(ends)), year]
    if days == 1:
        rows += [(ends % 7 == day).astype(float) for day in range(6)]
    wave = [np.sin(2 * np.pi * year), np.cos(2 * np.pi * year)]
    long = columns > len(rows) if columns is not None else now - int(ends.min()) >= 2 * DAYS_OF_A_YEAR
    return np.column_stack([*rows, *wave] if long else rows)


def _scaled(rows: Sequence[Window], kind: str) -> tuple[Numbers, Numbers]:
    """Values on the scale of the fit, and their weights."""
    total = np.array([row.total for row in rows], dtype=float)
    n = np.array([row.n for row in rows], dtype=float)
    match kind:
        case "share":
            return 2 * np.arcsin(np.sqrt(np.clip((total + 0.375) / (n + 0.75), 0, 1))), n + 0.5
        case "mean":
            return total / n, n
        case "count":
            return 2 * np.sqrt(total + 0.375), np.ones(len(rows))
    return np.cbrt(total), np.ones(len(rows))


def _back(value: float, kind: str) -> float:
    match kind:
        case "share":
            return float(np.sin(np.clip(value, 0, np.pi) / 2) ** 2)
        case "mean":
            return value
        case "count":
            return float(max(0.0, max(0.0, value) ** 2 / 4 - 0.375))
    return float(value**3)


def _value(row: Window, kind: str) -> float:
    return row.total / row.n if kind in ("share", "mean") else row.total


def _least(kind: str) -> float:
    """The spread that pure chance alone has on the scale: 1 for counts and shares."""
    return 1.0 if kind in ("count", "share") else 0.0
