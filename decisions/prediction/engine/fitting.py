"""Measures a model out of sample and fits it on all rows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy.special import expit

from decisions.documents import ModelReport
from decisions.prediction.engine.asking import Asked, ask
from decisions.prediction.engine.boosted import learn_boosted
from decisions.prediction.engine.calibration import brier, expected_error, reliability
from decisions.prediction.engine.choosing import Choice, choose
from decisions.prediction.engine.crossfit import folds_of
from decisions.prediction.engine.documents import VERSION, Fitted, ModelDocument
from decisions.prediction.engine.drift import drift_within, reference_of
from decisions.prediction.engine.encoding import encode, plan_fields
from decisions.prediction.engine.fairness import fairness
from decisions.prediction.engine.frame import Frame
from decisions.prediction.engine.learning import learn_logistic

# A model that ranks this well (lower end) is more likely to know the outcome than to foresee it.
TOO_GOOD = 0.95


def fit_model(frame: Frame, *, split: str = "random", exclude: Sequence[str] = (), seed: int = 1) -> Fitted:
    """Fits and measures. `split`: random | time, how it is measured; `exclude`: fields not to use.

    Always answers: where nothing can be learned the document says the base rate, and `report["conclusion"]` why. There
    is signal only where the interval of the AUC out of sample lies above 0.5. Deterministic by `seed`.
    """
    asked, choice = _measure(frame, split, exclude, seed)
    report = _report(asked, split, choice)
    signal = choice is not None and choice.signal
    document = _learned(asked.frame, choice.form, seed) if choice is not None and signal else base_document(asked.frame)
    return Fitted(document, report, _card(asked, split, choice, report))


def evaluate(frame: Frame, *, split: str = "random", exclude: Sequence[str] = (), seed: int = 1) -> ModelReport:
    """What `fit_model` reports, without the fit on all rows."""
    asked, choice = _measure(frame, split, exclude, seed)
    return _report(asked, split, choice)


def base_document(frame: Frame) -> ModelDocument:
    """A model that says the rate of the frame's decided rows, whatever it is asked.

    Half a row of each outcome more, so that what was never seen is not promised to be impossible.
    """
    known = frame.outcome[np.isfinite(frame.outcome)]
    rate = float((known.sum() + 0.5) / (len(known) + 1))
    return {
        "version": VERSION, "target": frame.target, "form": "base_rate", "n": len(known), "base_rate": rate,
        "fields": [], "means": [], "intercept": float(np.log(rate / (1 - rate))), "weights": [], "trees": [],
        "slope": 1.0, "shift": 0.0, "reference": [],
    }  # fmt: skip


def _measure(frame: Frame, split: str, exclude: Sequence[str], seed: int) -> tuple[Asked, Choice | None]:
    asked = ask(frame, split=split, exclude=exclude, seed=seed)
    if asked.hindrance:
        return asked, None
    return asked, choose(asked.frame, folds_of(asked.frame, split, seed), random=split == "random", seed=seed)


def _learned(known: Frame, form: str, seed: int) -> ModelDocument:
    fields = plan_fields(known)
    matrix = encode(fields, known)
    document = base_document(known)
    document["form"], document["fields"], document["reference"] = form, fields, reference_of(fields, known)
    if form == "boosted":
        trees = learn_boosted(matrix, known.outcome, known.clusters, seed)
        document["intercept"], document["trees"] = trees.start, trees.trees
        document["slope"], document["shift"] = trees.slope, trees.shift
    else:
        plain = learn_logistic(matrix, known.outcome, known.clusters, seed)
        document["intercept"], document["weights"] = plain.model.intercept, plain.model.weights.tolist()
        document["means"] = plain.model.means.tolist()
        document["slope"], document["shift"] = plain.slope, plain.shift
    return document


def _report(asked: Asked, split: str, choice: Choice | None) -> ModelReport:
    report: ModelReport = {
        "target": asked.frame.target, "split": split, "n": asked.n, "positives": asked.positives,
        "base_rate": asked.positives / asked.n if asked.n else None, "auc": None, "auc_low": None, "auc_high": None,
        "brier": None, "brier_base": None, "ece": None, "signal": False, "leaks": asked.leaks,
        "kept_out": asked.kept_out, "chosen": "base_rate", "features": asked.frame.fields, "compared": [],
        "calibration": [], "conclusion": asked.hindrance or "too_little",
    }  # fmt: skip
    if choice is None:
        return report
    outcome, probability = asked.frame.outcome[choice.crossed.rows], _probability(choice)
    report["auc"], report["auc_low"], report["auc_high"] = choice.area.auc, choice.area.low, choice.area.high
    report["brier"], report["brier_base"] = brier(outcome, probability), brier(outcome, choice.crossed.base)
    report["ece"], report["calibration"] = expected_error(outcome, probability), reliability(outcome, probability)
    report["signal"], report["compared"] = choice.signal, choice.compared
    report["chosen"] = choice.form if choice.signal else "base_rate"
    report["conclusion"] = "signal" if choice.signal else "no_signal"
    return report


def _probability(choice: Choice) -> Any:
    """Out of sample, of what would serve: the model, or the base rate that its training rows had."""
    return expit(choice.crossed.by[choice.form].log_odds) if choice.signal else choice.crossed.base


def _card(asked: Asked, split: str, choice: Choice | None, report: ModelReport) -> dict[str, Any]:
    card: dict[str, Any] = {
        "calibration": report["calibration"], "drift": [], "fairness": [], "split": split, "folds": 0,
        "compared": report["compared"], "doubts": list(asked.doubts), "left_out": asked.left_out,
    }  # fmt: skip
    if choice is None:
        return card
    known, crossed = asked.frame, choice.crossed
    looked_at = known.taken(crossed.rows)
    card["folds"] = len(np.unique(crossed.fold))
    card["drift"] = drift_within(plan_fields(known), known)
    score = crossed.by[choice.form].score
    card["fairness"] = fairness(looked_at.fairness, looked_at.outcome, _probability(choice), score, crossed.fold)
    if choice.area.low >= TOO_GOOD:
        card["doubts"].append({"why": "model_too_good", "auc": choice.area.auc, "auc_low": choice.area.low})
    if choice.area.high < 0.5:  # by time alone: what went along with winning has turned round
        card["doubts"].append({"why": "turned_round", "auc": choice.area.auc, "auc_high": choice.area.high})
    return card
