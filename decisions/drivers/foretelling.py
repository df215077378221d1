"""How well the fields foretell deals that a model has not seen, and whether a model of any shape does better. Pure.

Folds learn from the same deals, so that their errors go together and DeLong's interval covers 80 % of noise instead of
95 %. It is widened by the factor of Nadeau and Bengio 2003 (Machine Learning 52:239) for five folds.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit
from threadpoolctl import threadpool_limits

from decisions.drivers.design import Design, Floats
from decisions.drivers.fields import Field
from decisions.drivers.fitting import Likelihood, fit, grouped
from decisions.drivers.profile import Bounds
from decisions.prediction.engine.folds import FOLDS, random_folds
from decisions.prediction.engine.ranking import Area, area, gain

SEED = 20_260_101
# Precision of the normal prior on levels where the fit is to foretell: levels differ by a factor of about 1.4 in odds.
RIDGE = 10.0
WIDER = float(np.sqrt(1 + FOLDS / (FOLDS - 1)))
# Trees are tried on so many deals at most, drawn by chance.
MOST_FOR_TREES = 50_000
_TREES = {
    "max_iter": 60, "learning_rate": 0.1, "max_leaf_nodes": 8, "min_samples_leaf": 40, "l2_regularization": 5.0,
    "early_stopping": False, "random_state": 0,
}  # fmt: skip
MOST_CATEGORIES = 250


@dataclass(frozen=True, slots=True)
class Sample:
    """Fields over some deals, and what came of them; `numbers` are the numbers behind fields cut into bands."""

    fields: list[Field]
    numbers: Mapping[str, Floats]
    won: Floats

    def taken(self, rows: NDArray[np.intp]) -> "Sample":
        return Sample(
            [replace(field, codes=field.codes[rows]) for field in self.fields],
            {name: column[rows] for name, column in self.numbers.items()},
            self.won[rows],
        )


def foretell(sample: Sample) -> tuple[Bounds | None, dict[str, Any]]:
    """AUC of the regression on folds it has not seen, and {auc, low, high, gain, gain_low, gain_high, n, says} of
    boosted trees on the same deals. `says`: same | nonlinear (surely better, and than chance) | worse | not_tried."""
    design = Design(sample.fields)
    first = _area(sample, lambda train, test: _regression(design, train, test))
    if first is None:
        return None, {"says": "not_tried"}
    n = len(sample.won)
    fewer, against = sample, first
    if n > MOST_FOR_TREES:
        fewer = sample.taken(np.sort(np.random.default_rng(SEED).choice(n, MOST_FOR_TREES, replace=False)))
        against = _area(fewer, lambda train, test: _regression(design, train, test)) or first
    trees = _area(fewer, _boosted)
    if trees is None or len(trees.parts) != len(against.parts):
        return _widened(first), {"says": "not_tried"}
    more = gain(against, trees)
    known, half = _widened(trees), WIDER * (more.high - more.gain)
    low, high = more.gain - half, more.gain + half
    says = "nonlinear" if low > 0 and known.low > 0.5 else "worse" if high < 0 else "same"
    return _widened(first), {
        "auc": known.estimate, "low": known.low, "high": known.high, "gain": more.gain, "gain_low": low,
        "gain_high": high, "n": len(fewer.won), "says": says,
    }  # fmt: skip


def _widened(found: Area) -> Bounds:
    if not 0 < found.auc < 1 or found.low <= 0 or found.high >= 1:
        return Bounds(found.auc, found.low, found.high)
    middle = logit(found.auc)
    low, high = (float(expit(middle + WIDER * (logit(end) - middle))) for end in (found.low, found.high))
    return Bounds(found.auc, low, high)


def _area(sample: Sample, scores: Any) -> Area | None:
    score, fold = np.zeros(len(sample.won)), np.zeros(len(sample.won), np.intp)
    for number, (train, test) in enumerate(random_folds(sample.won, None, SEED)):
        learned = sample.won[train]
        if 0 < learned.sum() < len(learned):
            score[test] = scores(sample.taken(train), sample.taken(test))
        fold[test] = number
    return area(sample.won, score, fold)


def _regression(design: Design, train: Sample, test: Sample) -> Floats:
    """Log odds. The parameters mean the same in all folds: those of the whole, whose shares they are weighted by."""
    codes = [field.codes for field in train.fields]
    rows = grouped(codes, [len(field.levels) for field in train.fields], train.won)
    values = design.values(fit(Likelihood(design, rows, ridge=RIDGE)).theta)
    return np.asarray(sum(each[field.codes] for each, field in zip(values, test.fields, strict=True)))


def _boosted(train: Sample, test: Sample) -> Floats:
    from sklearn.ensemble import HistGradientBoostingClassifier

    categories = [field.name not in train.numbers for field in train.fields]
    # On so few rows threads wait for each other forty times as long as one needs.
    with threadpool_limits(limits=1):  # type: ignore[no-untyped-call]
        model = HistGradientBoostingClassifier(categorical_features=categories, **_TREES)
        model.fit(_columns(train), train.won)
        return np.asarray(model.decision_function(_columns(test)))


def _columns(sample: Sample) -> Floats:
    return np.stack(
        [
            sample.numbers[field.name] if field.name in sample.numbers else np.minimum(field.codes, MOST_CATEGORIES)
            for field in sample.fields
        ],
        axis=1,
    ).astype(np.float64)
