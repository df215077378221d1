"""How many units an experiment needs, and what it could find."""

from dataclasses import dataclass
from math import ceil, sqrt
from typing import Literal

from testcases.statistics.effects import cohens_h

Scale = Literal["share", "mean"]
MOST = 1_000_000
# Four looks with O'Brien–Fleming-like spending cost this much more than one look (Jennison and Turnbull 2000, table
# 2.3 for the boundary, measured in docs/test-cases.md for this one); looking at any time costs far more.
GROUP_FACTOR, ANY_TIME_FACTOR = 1.03, 1.9
# What 0 or 1 costs besides (sequential.STEPPED).
STEPPED_FACTOR = 1.03


class PlanError(ValueError):
    """A plan that cannot be reckoned; `code`: effect, baseline, spread, alpha, power, too_many."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Size:
    """Units of each arm. `standardised`: Cohen's d, or h of shares. `achieved`: the power at that number."""

    per_arm: int
    standardised: float
    achieved: float


def sample_size(
    *,
    scale: Scale,
    baseline: float,
    effect: float,
    spread: float = 0.0,
    alpha: float = 0.05,
    power: float = 0.8,
    comparisons: int = 1,
    factor: float = 1.0,
) -> Size:
    """Units per arm that find a difference of `effect` with chance `power`, by statsmodels.

    `share`: `baseline` and `effect` are 0 to 1, normal approximation of Cohen's h (1988, ch. 6). `mean`: Student's t
    of two independent means with standard deviation `spread` (ch. 2). `comparisons`: arms compared with the first;
    alpha is parted among them (Bonferroni). `factor`: more for looking in between.

    Raises:
        PlanError: see its codes.
    """
    d = standardised(scale=scale, baseline=baseline, effect=effect, spread=spread)
    _check(alpha, power)
    solver = _solver(scale)
    needed = float(solver.solve_power(effect_size=abs(d), alpha=alpha / comparisons, power=power, ratio=1.0))
    per_arm = max(2, ceil(needed * factor - 1e-9))
    if per_arm > MOST:
        raise PlanError("too_many")
    return Size(per_arm, d, _power(scale, d, per_arm / factor, alpha / comparisons))


def power_of(
    *,
    scale: Scale,
    baseline: float,
    effect: float,
    per_arm: int,
    spread: float = 0.0,
    alpha: float = 0.05,
    comparisons: int = 1,
    factor: float = 1.0,
) -> float:
    """The chance to find `effect` with `per_arm` units an arm."""
    d = standardised(scale=scale, baseline=baseline, effect=effect, spread=spread)
    return _power(scale, d, per_arm / factor, alpha / comparisons)


def detectable(
    *, scale: Scale, baseline: float, per_arm: int, spread: float = 0.0, alpha: float = 0.05, power: float = 0.8
) -> float | None:
    """The smallest rise that `per_arm` units an arm find with chance `power`; None where none can be."""
    from scipy.optimize import brentq

    if per_arm < 3:
        return None
    top = (1 - baseline) * (1 - 1e-9) if scale == "share" else spread * 6
    if top <= 0:
        return None

    def missing(effect: float) -> float:
        d = standardised(scale=scale, baseline=baseline, effect=effect, spread=spread)
        return _power(scale, d, per_arm, alpha) - power

    return None if missing(top) < 0 else float(brentq(missing, top * 1e-6, top, xtol=1e-6))  # type: ignore[no-untyped-call]


def standardised(*, scale: Scale, baseline: float, effect: float, spread: float = 0.0) -> float:
    """Cohen's h of shares, d of means."""
    if not effect:
        raise PlanError("effect")
    if scale == "share":
        if not 0 <= baseline <= 1:
            raise PlanError("baseline")
        if not 0 <= baseline + effect <= 1:
            raise PlanError("effect")
        return cohens_h(baseline, baseline + effect)
    if spread <= 0:
        raise PlanError("spread")
    return effect / spread


def spread_of_means(*, between: float, within: float, each: int) -> float:
    """Standard deviation of the mean of `each` tries of one unit, from that between units and that between tries."""
    return sqrt(between**2 + within**2 / max(1, each))


def _power(scale: Scale, d: float, n: float, alpha: float) -> float:
    return float(_solver(scale).power(effect_size=abs(d), nobs1=max(2.0, n), alpha=alpha, ratio=1.0))


def _solver(scale: Scale):  # type: ignore[no-untyped-def]  # statsmodels has no types
    from statsmodels.stats.power import NormalIndPower, TTestIndPower

    return NormalIndPower() if scale == "share" else TTestIndPower()


def _check(alpha: float, power: float) -> None:
    if not 0.0001 <= alpha <= 0.2:
        raise PlanError("alpha")
    if not 0.5 <= power <= 0.999:
        raise PlanError("power")
