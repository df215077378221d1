"""Boosted trees (Friedman 2001): tried beside the logistic regression, kept where they earn it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.calibration import fit_sigmoid, log_loss
from decisions.prediction.engine.documents import Tree
from decisions.prediction.engine.folds import random_folds
from decisions.prediction.engine.trees import score_trees

if TYPE_CHECKING:
    from sklearn.ensemble import GradientBoostingClassifier

Floats = NDArray[np.float64]
_MOST_TREES = 100
_RATE = 0.1
_DEPTH = 3
_MOST_ROWS = 10_000
_INNER_FOLDS = 4


@dataclass(frozen=True, slots=True)
class LearnedBoosted:
    """Log-odds of a row: slope · (start + Σ trees) + shift."""

    start: float
    trees: list[Tree]
    slope: float
    shift: float

    def score(self, matrix: Floats) -> Floats:
        return self.start + score_trees(self.trees, matrix)

    def log_odds(self, matrix: Floats) -> Floats:
        return self.slope * self.score(matrix) + self.shift


def learn_boosted(matrix: Floats, outcome: Floats, clusters: NDArray[np.int64] | None, seed: int) -> LearnedBoosted:
    """How many trees, and the calibration, by a quarter of the rows that the trees did not see; then all rows.

    Of more than 10,000 rows, so many taken by chance."""
    if len(matrix) > _MOST_ROWS:
        some = np.sort(np.random.default_rng(seed).choice(len(matrix), _MOST_ROWS, replace=False))
        matrix, outcome, clusters = matrix[some], outcome[some], None if clusters is None else clusters[some]
    train, held = next(random_folds(outcome, clusters, seed, _INNER_FOLDS))
    slope, shift, count = 1.0, 0.0, _MOST_TREES // 2
    if len(np.unique(outcome[train])) == 2 and len(held):
        tried = _fit(matrix[train], outcome[train], _MOST_TREES, seed)
        stages = [np.asarray(stage).ravel() for stage in tried.staged_decision_function(matrix[held])]
        losses = [log_loss(outcome[held], stage) for stage in stages]
        count = int(np.argmin(losses)) + 1
        slope, shift = fit_sigmoid(stages[count - 1], outcome[held])
    model = _fit(matrix, outcome, count, seed)
    rate = float(outcome.mean())
    trees = [_plain(estimator.tree_) for estimator in model.estimators_[:, 0]]
    return LearnedBoosted(float(np.log(rate / (1 - rate))), trees, slope, shift)


def _fit(matrix: Floats, outcome: Floats, count: int, seed: int) -> "GradientBoostingClassifier":
    from sklearn.ensemble import GradientBoostingClassifier  # heavy, and only fitting needs it

    least = max(10, len(outcome) // 200)
    model = GradientBoostingClassifier(
        n_estimators=count, learning_rate=_RATE, max_depth=_DEPTH, min_samples_leaf=least, subsample=0.7,
        max_features=min(matrix.shape[1], max(4, matrix.shape[1] // 3)), random_state=seed,
    )  # fmt: skip
    model.fit(matrix.astype(np.float32), outcome)
    return model


def _plain(tree: object) -> Tree:
    """The public arrays of scikit-learn's tree; leaves carry the learning rate, inner nodes 0."""
    left = np.asarray(tree.children_left)  # type: ignore[attr-defined]
    leaf = left == -1
    weight = np.asarray(tree.weighted_n_node_samples)  # type: ignore[attr-defined]
    value = np.where(leaf, _RATE * np.asarray(tree.value)[:, 0, 0], 0.0)  # type: ignore[attr-defined]
    return {
        "feature": np.where(leaf, -1, np.asarray(tree.feature)).tolist(),  # type: ignore[attr-defined]
        "threshold": np.where(leaf, 0.0, np.asarray(tree.threshold)).tolist(),  # type: ignore[attr-defined]
        "left": left.tolist(),
        "right": np.asarray(tree.children_right).tolist(),  # type: ignore[attr-defined]
        "value": value.tolist(),
        "weight": (weight / weight[0]).tolist(),
    }
