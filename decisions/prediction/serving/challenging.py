"""A new model against the one in use: on the same rows, and on none that either has learned from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.models import PredictiveModel
from decisions.prediction.engine.applying import probabilities
from decisions.prediction.engine.documents import Fitted
from decisions.prediction.engine.fitting import fit_model
from decisions.prediction.frames import frame_of
from decisions.prediction.serving.comparing import compare, enough_to_compare
from decisions.prediction.targets import TargetRows, today_of

# Not even the base rate was learned: the rows were too few, or of one outcome.
UNLEARNED = ("nothing", "one_class", "too_little")
_FOLDS = 2


def challenge(fitted: Fitted, rows: TargetRows, serving: PredictiveModel | None, split: str) -> dict[str, Any]:
    """Whether the new model is to be put in use (`better`) and `why`: first | gained_signal | better | not_better |
    too_few_new_rows | nothing | one_class | too_little; with the figures of the comparison.

    Rows whose outcome became known after the model in use was fitted are new to it. The new one is fitted on them too,
    and therefore measured on each half of them by a fit that left that half out.
    """
    conclusion = fitted.report["conclusion"]
    if conclusion in UNLEARNED:
        return {"better": False, "why": conclusion}
    if serving is None:
        return {"better": True, "why": "first"}
    with_model = {"with": serving.number}
    report = fitted.report
    brier, base = report["brier"], report["brier_base"]
    if not serving.has_signal and report["signal"] and brier is not None and base is not None and brier < base:
        return {"better": True, "why": "gained_signal", "new_brier": brier, "base_brier": base, **with_model}
    unseen = unseen_by(serving, rows)
    outcome = rows.came_true[unseen]
    if not enough_to_compare(outcome):
        return {"better": False, "why": "too_few_new_rows", "n": len(outcome), **with_model}
    new = _out_of_sample(rows, unseen, split)
    old = probabilities(serving.document, frame_of(rows.taken(unseen)))
    found = compare(outcome, old, new)
    return {**found, "why": "better" if found["better"] else "not_better", **with_model}


def unseen_by(serving: PredictiveModel, rows: TargetRows) -> NDArray[np.intp]:
    """Places of rows whose outcome became known after the last day that the model in use has learned from. Of one that
    says a day to come nobody can tell when it became known."""
    if serving.trained_until is None:
        return np.array([], dtype=np.intp)
    # NaT compares as false.
    new = (rows.known > np.datetime64(serving.trained_until)) & (rows.known <= np.datetime64(today_of(serving.client)))
    return np.flatnonzero(~np.isnan(rows.came_true) & new)


def _out_of_sample(rows: TargetRows, unseen: NDArray[np.intp], split: str) -> NDArray[np.float64]:
    """Probabilities of the unseen rows, each by a fit on all others but its own half of them."""
    answers = np.empty(len(unseen))
    half = np.arange(len(unseen)) % _FOLDS
    for each in range(_FOLDS):
        mine = half == each
        others = np.ones(len(rows), dtype=bool)
        others[unseen[mine]] = False
        fitted = fit_model(frame_of(rows.taken(others)), split=split)
        answers[mine] = probabilities(fitted.document, frame_of(rows.taken(unseen[mine])))
    return answers
