"""Two arms compared while the experiment runs, by figures that hold however often one looks. Numbers in, numbers out.

Asymptotic confidence sequences for the average treatment effect with known shares: Waudby-Smith, Arbour, Sinha,
Kennedy and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences", Annals of Statistics 52
(2024), p. 2613. Ordinary intervals and p-values are right for one look at a number of subjects fixed beforehand; who
looks every day and stops at the first p < 0.05 is wrong far more often than one time in twenty.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import exp, log, sqrt
from typing import Any

import numpy as np
import scipy

LEAST_PER_ARM = 30
# The number of subjects at which the sequence is tightest; it holds at every other one too.
TUNED_TO = 500


@dataclass(frozen=True, slots=True)
class Compared:
    """`difference` is B minus A. `low`, `high` and `p` hold at any time; None while an arm has under 30 subjects."""

    n_a: int
    n_b: int
    mean_a: float | None
    mean_b: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def compare_arms(a: Sequence[float], b: Sequence[float], *, share_b: float, alpha: float = 0.05) -> Compared:
    """Compare one value per subject of each arm; `share_b` is the share of subjects that B was to get, 0 to 1."""
    x, y = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    mean_a, mean_b = (float(values.mean()) if len(values) else None for values in (x, y))
    difference = None if mean_a is None or mean_b is None else mean_b - mean_a
    if mean_a is None or mean_b is None or min(len(x), len(y)) < LEAST_PER_ARM:
        return Compared(len(x), len(y), mean_a, mean_b, difference, None, None, None)
    n, middle = len(x) + len(y), mean_b - mean_a
    pooled = float(np.concatenate([x - mean_a, y - mean_b]).var())
    overall = float(np.concatenate([x, y]).var())
    # An arm that has seen no failure yet looks surer than it is: no arm is believed to vary less than both together.
    variance = max(float(x.var()), pooled, overall) / (1 - share_b) + max(float(y.var()), pooled, overall) / share_b
    radius = _radius(n, variance, alpha)
    p = _p_value(n, middle, variance, alpha)
    return Compared(len(x), len(y), mean_a, mean_b, difference, middle - radius, middle + radius, p)


def shares_look_right(n_a: int, n_b: int, *, share_b: float) -> bool:
    """False where the arms' numbers of subjects cannot have come of `share_b` (p < 0.001)."""
    n = n_a + n_b
    return not n or float(scipy.stats.binomtest(n_b, n, share_b).pvalue) >= 0.001


def _rho_squared(alpha: float) -> float:
    return (-2 * log(alpha) + log(-2 * log(alpha)) + 1) / TUNED_TO


def _radius(n: int, variance: float, alpha: float) -> float:
    scaled = n * _rho_squared(alpha) + 1
    return sqrt(variance) * sqrt(2 * scaled / (n**2 * _rho_squared(alpha)) * log(sqrt(scaled) / alpha))


def _p_value(n: int, middle: float, variance: float, alpha: float) -> float:
    """The smallest level at which the sequence leaves out zero."""
    if not variance:
        return 1.0 if not middle else 0.0
    scaled = n * _rho_squared(alpha) + 1
    exponent = (n * middle) ** 2 * _rho_squared(alpha) / (2 * scaled * variance)
    return min(1.0, sqrt(scaled) * exp(-min(exponent, 700.0)))
