"""When a running experiment may stop: looks that were planned, each with its own boundary, so that all of them
together find a difference that is not there no oftener than alpha.

Boundaries of Lan and DeMets (1983, Biometrika 70:659) with spending like O'Brien and Fleming's, by the recursion of
Armitage, McPherson and Rowe (1969, JRSS A 132:235). They are used at the nominal level of each look with Student's t
(Jennison and Turnbull 2000, Group Sequential Methods, §3.8), since arms here are small. Tests hold the boundaries to
those of the R package ldbounds and measure the error by simulation (docs/test-cases.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, sqrt
from typing import Any

import numpy as np
import scipy
from scipy.special import ndtr, ndtri, stdtr, stdtrit

LOOKS = (0.25, 0.5, 0.75, 1.0)
# Units with a value that each arm must have before anything is decided.
LEAST_PER_ARM = 5
# Of alpha, where every value is 0 or 1: such figures move in steps, and without this a step too many is taken (0.057
# in place of 0.05 at the worst by simulation; with it 0.049).
STEPPED = 0.92
_GRID = 401


@dataclass(frozen=True, slots=True)
class Look:
    """One look at `n` units with a value in all. `z` is the boundary, `nominal` its two-sided level.

    `low` and `high` are the repeated interval (Jennison and Turnbull 1989, JRSS B 51:305): they hold at every look
    together. None while an arm is too small. `crossed`: the difference is beyond chance, by the plan's alpha.
    """

    number: int
    fraction: float
    n_a: int
    n_b: int
    difference: float | None
    low: float | None
    high: float | None
    z: float
    nominal: float
    p: float | None
    crossed: bool


def look_sizes(per_arm: int, *, arms: int = 2, looks: Sequence[float] = LOOKS) -> list[int]:
    """Units with a value over all arms at which each look is due."""
    return [ceil(fraction * per_arm * arms) for fraction in looks]


@lru_cache(maxsize=256)
def boundaries(fractions: tuple[float, ...] = LOOKS, alpha: float = 0.05) -> tuple[float, ...]:
    """Critical |z| of each look; `fractions` rise to 1 or stay below."""
    spent = [_spent(fraction, alpha) for fraction in fractions]
    found: list[float] = []
    grid = density = np.zeros(0)
    before, last = 0.0, 0.0
    for fraction, upto in zip(fractions, spent, strict=True):
        step = sqrt(fraction - before)
        target = max(upto - last, 1e-12)
        bound = _solve(grid, density, step, fraction, target)
        found.append(bound)
        grid, density = _advance(grid, density, step, bound * sqrt(fraction))
        before, last = fraction, upto
    return tuple(found)


def look_at(
    number: int,
    a: Sequence[float],
    b: Sequence[float],
    *,
    fractions: Sequence[float] = LOOKS,
    alpha: float = 0.05,
    top: float = 1.0,
) -> Look:
    """Compare one value per unit of each arm at look `number`, counted from 1. `difference` is B minus A.

    Where every value is 0 or `top`, two units are added to each arm, one of them good (Agresti and Caffo 2000, Am.
    Stat. 54:280): an arm without a failure yet is not believed to be without.
    """
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    is_stepped = bool(np.isin(np.concatenate([x, y]), (0.0, top)).all())
    z = boundaries(tuple(fractions), alpha * STEPPED if is_stepped else alpha)[number - 1]
    nominal = 2 * float(ndtr(-z))
    between = None if not len(a) or not len(b) else float(np.mean(b) - np.mean(a))
    none = Look(number, fractions[number - 1], len(a), len(b), between, None, None, z, nominal, None, False)
    if min(len(a), len(b)) < LEAST_PER_ARM:
        return none
    middle, error, degrees = _of_shares(x / top, y / top) if is_stepped else _of_means(x, y)
    if is_stepped:
        middle, error = middle * top, error * top
    if not error:
        return none
    half = float(stdtrit(degrees, 1 - nominal / 2)) * error
    p = 2 * float(stdtr(degrees, -abs(middle) / error))
    low, high = middle - half, middle + half
    return Look(number, fractions[number - 1], len(a), len(b), between, low, high, z, nominal, p, p <= nominal)


def _of_shares(a: Any, b: Any) -> tuple[float, float, float]:
    """Difference, its standard error and degrees of freedom: Agresti and Caffo's."""
    n, m = len(a), len(b)
    p, q = (a.sum() + 1) / (n + 2), (b.sum() + 1) / (m + 2)
    return float(q - p), sqrt(p * (1 - p) / (n + 2) + q * (1 - q) / (m + 2)), float(n + m - 2)


def _of_means(a: Any, b: Any) -> tuple[float, float, float]:
    """The same of Welch."""
    n, m = len(a), len(b)
    one, other = float(a.var(ddof=1)) / n, float(b.var(ddof=1)) / m
    if not one + other:
        return float(b.mean() - a.mean()), 0.0, 1.0
    degrees = (one + other) ** 2 / (one**2 / (n - 1) + other**2 / (m - 1))
    return float(b.mean() - a.mean()), sqrt(one + other), degrees


def sizes_fit(sizes: Sequence[int], shares: Sequence[float]) -> bool:
    """False where the arms' sizes cannot have come of their shares (p < 0.001), so that nothing is to be believed."""
    total = sum(sizes)
    level = 0.001 / max(1, len(sizes) - 1)
    return not total or all(
        float(scipy.stats.binomtest(size, total, share).pvalue) >= level  # type: ignore[attr-defined]
        for size, share in zip(sizes, shares, strict=True)
    )


def _spent(fraction: float, alpha: float) -> float:
    """Of a two-sided test, both sides together."""
    return 4 * float(ndtr(-float(ndtri(1 - alpha / 4)) / sqrt(min(1.0, fraction))))


def _solve(grid: Any, density: Any, step: float, fraction: float, target: float) -> float:
    def excess(bound: float) -> float:
        edge = bound * sqrt(fraction)
        if not len(grid):
            return 2 * float(ndtr(-edge / step)) - target
        out = ndtr((grid - edge) / step) + ndtr((-edge - grid) / step)
        return float(_integral(grid, density * out)) - target

    return float(scipy.optimize.brentq(excess, 0.0, 10.0, xtol=1e-7))  # type: ignore[no-untyped-call]


def _advance(grid: Any, density: Any, step: float, edge: float) -> tuple[Any, Any]:
    """The density of what has not crossed, over the next look's grid."""
    reach = min(edge, 8.0)
    after = np.linspace(-reach, reach, _GRID)
    if not len(grid):
        return after, np.exp(-((after / step) ** 2) / 2) / (step * sqrt(2 * np.pi))
    kernel = np.exp(-(((after[:, None] - grid[None, :]) / step) ** 2) / 2) / (step * sqrt(2 * np.pi))
    return after, _integral(grid, kernel * density[None, :])


def _integral(grid: Any, values: Any) -> Any:
    from scipy.integrate import simpson

    return simpson(values, x=grid)
