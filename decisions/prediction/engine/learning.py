"""One way to learn from rows: strength and calibration chosen inside the rows given, nothing else seen."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.calibration import fit_sigmoid, log_loss
from decisions.prediction.engine.folds import random_folds
from decisions.prediction.engine.logistic import STRENGTHS, Logistic, fit_logistic

Floats = NDArray[np.float64]
_INNER_FOLDS = 3


@dataclass(frozen=True, slots=True)
class LearnedLogistic:
    """A model with its calibration: log-odds = slope · score + shift."""

    model: Logistic
    slope: float
    shift: float

    def score(self, matrix: Floats) -> Floats:
        return self.model.score(matrix)

    def log_odds(self, matrix: Floats) -> Floats:
        return self.slope * self.score(matrix) + self.shift


def learn_logistic(matrix: Floats, outcome: Floats, clusters: NDArray[np.int64] | None, seed: int) -> LearnedLogistic:
    """The penalty with the least log-loss over inner folds; calibrated on what those folds did not see."""
    scores = {strength: np.zeros(len(outcome)) for strength in STRENGTHS}
    seen = np.zeros(len(outcome), dtype=bool)
    for train, test in random_folds(outcome, clusters, seed, _INNER_FOLDS):
        if len(test) and len(np.unique(outcome[train])) == 2:
            seen[test] = True
            for strength in STRENGTHS:
                scores[strength][test] = fit_logistic(matrix[train], outcome[train], strength).score(matrix[test])
    if not seen.any():
        return LearnedLogistic(fit_logistic(matrix, outcome, STRENGTHS[0]), 1.0, 0.0)
    best = min(STRENGTHS, key=lambda strength: log_loss(outcome[seen], scores[strength][seen]))
    slope, shift = fit_sigmoid(scores[best][seen], outcome[seen])
    return LearnedLogistic(fit_logistic(matrix, outcome, best), slope, shift)
