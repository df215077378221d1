"""Ridge logistic regression: the model that is tried first, because its sums can be read."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Inverse strength of the penalty; the best by log-loss is taken.
STRENGTHS = (0.003, 0.03, 0.3, 3.0)
# Up to so many rows Newton's steps are quicker than gradients.
_FEW = 2_000


@dataclass(frozen=True, slots=True)
class Logistic:
    """Log-odds of a row: intercept + Σ weights · (x − means): the intercept is that of the average row."""

    intercept: float
    weights: Floats
    means: Floats

    def score(self, matrix: Floats) -> Floats:
        return np.asarray(self.intercept + (matrix - self.means) @ self.weights, dtype=np.float64)


def fit_logistic(matrix: Floats, outcome: Floats, strength: float) -> Logistic:
    """Both outcomes must occur. Deterministic."""
    from sklearn import config_context  # type: ignore[attr-defined]  # heavy, and only fitting needs it
    from sklearn.linear_model import LogisticRegression

    means = matrix.mean(axis=0)
    solver = "newton-cholesky" if len(matrix) <= _FEW else "lbfgs"
    model = LogisticRegression(C=strength, solver=solver, max_iter=300, tol=1e-6)
    with config_context(assume_finite=True, skip_parameter_validation=True):  # half the time of small fits
        model.fit(matrix - means, outcome)
    return Logistic(float(model.intercept_[0]), np.asarray(model.coef_[0], dtype=np.float64), means)
