"""How sure a comparison of levels is: by the profile of the likelihood where counts are small, else by its curvature.

Wald's test is too sure of itself where a level has few deals of one outcome; the likelihood ratio is not (Heinze and
Schemper 2002, Statistics in Medicine 21:2409, on penalised profiles). p and interval come from the same curve: p ≤ 0.05
says what an interval without 1 says.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri

from decisions.drivers.design import Floats
from decisions.drivers.fitting import Fit, Likelihood

Z95 = float(ndtri(0.975))
_STEPS_TO_PROFILE, _STEPS_TO_BOUND = 2, 4
# Above this Wald p the exact figure decides nothing.
LOOKED_AT = 0.2


@dataclass(frozen=True, slots=True)
class Bounds:
    """Of a log odds ratio: estimate and 95 % interval."""

    estimate: float
    low: float
    high: float


class Profile:
    """Tests and intervals of linear comparisons in one fit.

    `stretch` is by how much the likelihood ratio of noise is larger than chi squared since many parameters are
    estimated from few deals (Sur, Chen and Candès 2019, Probab. Theory Relat. Fields 175:487). To first order that is
    their number over all deals; over the rarer outcome errs on the safe side.
    """

    def __init__(self, likelihood: Likelihood, fit: Fit) -> None:
        self._likelihood, self._fit = likelihood, fit
        rows = likelihood.rows
        rarer = min(rows.won.sum(), rows.deals.sum() - rows.won.sum())
        self.stretch = 1 + (len(fit.theta) - 1) / max(float(rarer), 1.0)

    def wald(self, contrasts: Floats) -> tuple[Floats, Floats, Floats]:
        """Estimates, standard errors and two-sided p of contrasts (a row each)."""
        spread = contrasts @ self._fit.covariance
        error = np.sqrt(self.stretch * np.maximum((spread * contrasts).sum(axis=1), 1e-300))
        estimate = contrasts @ self._fit.theta
        return estimate, error, 2 * ndtr(-np.abs(estimate / error))

    def p_value(self, contrast: Floats) -> float:
        """Two-sided p of the comparison being nought, by the likelihood ratio."""
        return float(2 * ndtr(-abs(self._root(contrast, 0.0))))

    def bounds(self, contrast: Floats) -> Bounds:
        """The values that the likelihood ratio does not reject at 5 %."""
        estimate, error, _p = (float(part[0]) for part in self.wald(contrast[None, :]))
        return Bounds(estimate, *(self._bound(contrast, estimate, side * Z95 * error) for side in (-1, 1)))

    def _bound(self, contrast: Floats, estimate: float, reach: float) -> float:
        for _step in range(_STEPS_TO_BOUND):
            root = abs(self._root(contrast, estimate + reach))
            if root < 1e-6 or abs(root / Z95 - 1) < 1e-3:
                break
            reach *= float(np.clip(Z95 / root, 0.5, 2.0))
        return estimate + reach

    def _root(self, contrast: Floats, at: float) -> float:
        """The root of the likelihood ratio of the comparison being `at`, without sign."""
        fit, likelihood = self._fit, self._likelihood
        along = fit.covariance @ contrast
        length = float(contrast @ along)
        theta = fit.theta + along * (at - float(contrast @ fit.theta)) / length
        value = likelihood.value(theta)
        for _step in range(_STEPS_TO_PROFILE):
            move = fit.covariance @ likelihood.slope(theta)
            tried = theta + move - along * float(contrast @ move) / length
            reached = likelihood.value(tried)
            if reached <= value:
                break
            theta, value = tried, reached
        return float(np.sqrt(max(0.0, 2 * (fit.value - value)) / self.stretch))
