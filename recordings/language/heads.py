"""Small linear classifiers over line features, trained by `manage.py train_language`.

Their weights lie in `heads.npz` beside this file: plain arrays, no pickle.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np

from recordings.language.embeddings import Vectors
from recordings.language.features import EXTRA, FLAGS

WEIGHTS = Path(__file__).parent / "heads.npz"


class HeadsOutdatedError(RuntimeError):
    """The weights were trained on other features; `code` is `heads_outdated`."""

    code = "heads_outdated"


@dataclass(frozen=True, slots=True)
class Head:
    """Logistic regressions, one per class: p = 1 / (1 + exp(-(x·w + b))).

    `weights` has shape (classes, features); `thresholds` is the probability from which a class counts.
    """

    classes: tuple[str, ...]
    weights: Vectors
    bias: Vectors
    thresholds: Vectors

    def probabilities(self, rows: Vectors) -> Vectors:
        """Probability of each class, shape (len(rows), classes)."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.logits(rows), -30, 30))), dtype=np.float32)

    def logits(self, rows: Vectors) -> Vectors:
        """x·w + b of each class, shape (len(rows), classes)."""
        return np.asarray(rows @ self.weights.T + self.bias, dtype=np.float32)

    def threshold(self, name: str) -> float:
        return float(self.thresholds[self.classes.index(name)])


def probability(logit: float) -> float:
    """1 / (1 + exp(-logit)), for a logit of any size."""
    return 1.0 / (1.0 + math.exp(-max(min(logit, 30.0), -30.0)))


@lru_cache(maxsize=4)
def load_heads(path: Path = WEIGHTS) -> dict[str, Head]:
    """All trained heads by name.

    Raises HeadsOutdatedError when the phrase lists they were trained with have other names.
    """
    with np.load(path, allow_pickle=False) as stored:
        if list(stored["features"]) != [*FLAGS, *EXTRA]:
            raise HeadsOutdatedError(
                "The trained language weights do not fit the phrase lists. Run `manage.py train_language`."
            )
        return {name: _head(stored, name) for name in stored["heads"].tolist()}


def _head(stored: np.lib.npyio.NpzFile, name: str) -> Head:
    return Head(
        tuple(stored[f"{name}.classes"].tolist()),
        np.asarray(stored[f"{name}.weights"], dtype=np.float32),
        np.asarray(stored[f"{name}.bias"], dtype=np.float32),
        np.asarray(stored[f"{name}.thresholds"], dtype=np.float32),
    )
