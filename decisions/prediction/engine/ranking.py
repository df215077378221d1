"""How well a score ranks what came true above what did not: the area under the ROC curve (AUC), with intervals.

Within folds: a pair of rows counts only where one model scored both. By the structural components of DeLong, DeLong
and Clarke-Pearson 1988; summed by cluster as in Obuchowski 1997 where rows hang together.
"""

from dataclasses import dataclass

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import expit, logit, ndtri

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
LEVEL = 0.95
_CROSSED = float(np.sqrt(2))
_NEAR, _FAR = 4.0, 8.0


@dataclass(frozen=True, slots=True)
class Area:
    """`low`, `high`: 95 % interval. `parts`: what each row adds to the error of `auc`; their squares sum to its
    variance (by cluster)."""

    auc: float
    low: float
    high: float
    parts: Floats

    @property
    def holds_chance(self) -> bool:
        """Whether ranking no better than by chance is within the interval."""
        return self.low <= 0.5


@dataclass(frozen=True, slots=True)
class Gain:
    """AUC of one score less that of another over the same rows, with its 95 % interval."""

    gain: float
    low: float
    high: float


def area(
    outcome: Floats, score: Floats, fold: Places, clusters: Places | None = None, *, crossed: bool = False
) -> Area | None:
    """None where no fold has rows of both kinds. The interval is that of logit(AUC), which keeps it in 0 to 1.

    `crossed`: each fold was scored by a model that the other folds taught. Where there is no signal, what two folds
    have in common by chance is counted twice, once in each, so that the variance is twice DeLong's (compare Nadeau
    and Bengio 2003); where there is signal it is not. So the variance is doubled up to four errors from chance, and
    less and less up to eight. And what a fold has more of than the whole, the others have less of, which pushes the
    AUC of noise below 0.5: so the interval reaches up to 0.5 at least.
    """
    found = _parts(outcome, score, fold)
    if found is None:
        return None
    auc, parts = found
    error = _error(parts, clusters)
    positives = int(outcome.sum())
    fewest = max(1, min(positives, len(outcome) - positives))
    # Ranked without a fault nothing varies; the fault that could have been seen at least is one in the smaller class.
    inside = float(np.clip(auc, 1 / (2 * fewest + 2), 1 - 1 / (2 * fewest + 2)))
    error = max(error, _least_error(inside, fewest) if inside != auc else 0.0)
    if crossed:
        error *= _widening(auc, error)
    z = ndtri(0.5 + LEVEL / 2)
    width = z * error / (inside * (1 - inside))
    low, high = (float(expit(logit(inside) + side * width)) for side in (-1, 1))
    return Area(auc, min(auc, low), max(auc, high, 0.5 if crossed else 0.0), parts)


def gain(
    first: Area, second: Area, clusters: Places | None = None, *, crossed: bool = False, level: float = LEVEL
) -> Gain:
    """Of `second` over `first`, both of the same rows and folds; always widened in full where `crossed`."""
    error = _error(second.parts - first.parts, clusters) * (_CROSSED if crossed else 1.0)
    difference = second.auc - first.auc
    width = float(ndtri(0.5 + level / 2)) * error
    return Gain(difference, difference - width, difference + width)


def _widening(auc: float, error: float) -> float:
    """Factor on the error, from sqrt(2) near chance to 1 far from it."""
    distance = abs(auc - 0.5) / error if error else _FAR
    return float(_CROSSED + (1 - _CROSSED) * np.clip((distance - _NEAR) / (_FAR - _NEAR), 0, 1))


def _parts(outcome: Floats, score: Floats, fold: Places) -> tuple[float, Floats] | None:
    n = len(outcome)
    share = np.zeros(n)  # of the other class in the same fold that this row is ranked right against
    weight = np.zeros(n)  # how many such rows there are
    for each in np.unique(fold):
        rows = np.flatnonzero(fold == each)
        came = outcome[rows] == 1
        n1, n0 = int(came.sum()), int((~came).sum())
        if not n1 or not n0:
            continue
        ranks = scipy.stats.rankdata(score[rows])
        share[rows[came]] = (ranks[came] - scipy.stats.rankdata(score[rows[came]])) / n0
        share[rows[~came]] = 1 - (ranks[~came] - scipy.stats.rankdata(score[rows[~came]])) / n1
        weight[rows[came]], weight[rows[~came]] = n0, n1
    pairs = weight[outcome == 1].sum()
    if not pairs:
        return None
    auc = float((share * weight)[outcome == 1].sum() / pairs)
    parts = np.zeros(n)
    for kind in (0.0, 1.0):
        rows = np.flatnonzero((outcome == kind) & (weight > 0))
        few = np.sqrt(len(rows) / max(1, len(rows) - 1))
        parts[rows] = few * weight[rows] * (share[rows] - auc) / pairs
    return auc, parts


def _error(parts: Floats, clusters: Places | None) -> float:
    summed = parts if clusters is None else np.bincount(np.unique(clusters, return_inverse=True)[1], weights=parts)
    return float(np.sqrt((summed**2).sum()))


def _least_error(auc: float, fewest: int) -> float:
    """Hanley and McNeil 1982, with both classes as small as the smaller one."""
    q1, q2 = auc / (2 - auc), 2 * auc * auc / (1 + auc)
    spread = auc * (1 - auc) + (fewest - 1) * (q1 - auc**2) + (fewest - 1) * (q2 - auc**2)
    return float(np.sqrt(max(spread, 0.0)) / fewest)
