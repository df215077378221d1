"""Measures a model out of sample and fits it on all rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

from decisions.documents import ModelReport
from decisions.prediction.engine.calibration import brier, expected_error, log_loss, reliability
from decisions.prediction.engine.crossfit import Crossed, cross, folds_of
from decisions.prediction.engine.documents import VERSION, Fitted, ModelDocument
from decisions.prediction.engine.encoding import encode, plan_fields
from decisions.prediction.engine.frame import Frame
from decisions.prediction.engine.leaks import find_leaks
from decisions.prediction.engine.learning import learn_logistic
from decisions.prediction.engine.ranking import Area, area

# Fewer of either outcome teach nothing that could be measured.
LEAST_EACH = 20


@dataclass(frozen=True, slots=True)
class Asked:
    """The rows that can teach, without what must not; `conclusion` is set where nothing can be learned."""

    frame: Frame
    leaks: list[dict[str, Any]]
    kept_out: list[dict[str, Any]]
    left_out: dict[str, int]
    conclusion: str


def fit_model(frame: Frame, *, split: str = "random", exclude: Sequence[str] = (), seed: int = 1) -> Fitted:
    """Fits and measures. `split`: random | time, how it is measured; `exclude`: fields not to use.

    Always answers: where nothing can be learned the document says the base rate, and `report["conclusion"]` why:
    signal | no_signal | too_little | one_class | no_fields | nothing. Deterministic by `seed`.
    """
    asked = _asked(frame, exclude)
    known = asked.frame
    if asked.conclusion:
        return Fitted(_base(known), _report(asked, split, asked.conclusion), _card(asked, split, None))
    crossed = cross(known, folds_of(known, split, seed), {"logistic": learn_logistic}, seed)
    found = area(known.outcome[crossed.rows], crossed.by["logistic"].score, crossed.fold, _clusters(known, crossed))
    if found is None:
        return Fitted(_base(known), _report(asked, split, "too_little"), _card(asked, split, None))
    signal = not found.holds_chance
    report = _measured(asked, split, crossed, found, "logistic", signal)
    document = _fitted(known, seed) if signal else _base(known)
    return Fitted(document, report, _card(asked, split, report))


def evaluate(frame: Frame, *, split: str = "random", exclude: Sequence[str] = (), seed: int = 1) -> ModelReport:
    """What `fit_model` reports."""
    return fit_model(frame, split=split, exclude=exclude, seed=seed).report


def _asked(frame: Frame, exclude: Sequence[str]) -> Asked:
    decided = np.isfinite(frame.outcome)
    left_out = {"undecided": int((~decided).sum())}
    if frame.as_of is not None:
        future = frame.days > np.datetime64(frame.as_of)
        left_out["future"] = int((future & decided).sum())
        decided &= ~future
    leaks = find_leaks(frame.without(set(exclude)))
    known = frame.taken(decided).without({*exclude, *(leak["field"] for leak in leaks)})
    usable = {field["name"] for field in plan_fields(known)}
    kept_out = [{"field": name, "why": "excluded"} for name in exclude if name in frame.fields]
    kept_out += [{"field": name, "why": "constant"} for name in known.fields if name not in usable]
    known = known.without({name for name in known.fields if name not in usable})
    return Asked(known, leaks, kept_out, left_out, _hindrance(known))


def _hindrance(known: Frame) -> str:
    n, positives = len(known), int(known.outcome.sum())
    if not n:
        return "nothing"
    if positives in (0, n):
        return "one_class"
    if min(positives, n - positives) < LEAST_EACH:
        return "too_little"
    return "" if known.fields else "no_fields"


def _clusters(known: Frame, crossed: Crossed) -> Any:
    return None if known.clusters is None else known.clusters[crossed.rows]


def _report(asked: Asked, split: str, conclusion: str) -> ModelReport:
    n, positives = len(asked.frame), int(asked.frame.outcome.sum())
    return {
        "target": asked.frame.target, "split": split, "n": n, "positives": positives,
        "base_rate": positives / n if n else None, "auc": None, "auc_low": None, "auc_high": None, "brier": None,
        "brier_base": None, "ece": None, "signal": False, "leaks": asked.leaks, "kept_out": asked.kept_out,
        "chosen": "base_rate", "features": [], "compared": [], "calibration": [], "conclusion": conclusion,
    }  # fmt: skip


def _measured(asked: Asked, split: str, crossed: Crossed, found: Area, chosen: str, signal: bool) -> ModelReport:
    report = _report(asked, split, "signal" if signal else "no_signal")
    outcome = asked.frame.outcome[crossed.rows]
    probability = np.asarray(expit(crossed.by[chosen].log_odds)) if signal else crossed.base
    report["auc"], report["auc_low"], report["auc_high"] = found.auc, found.low, found.high
    report["brier"], report["brier_base"] = brier(outcome, probability), brier(outcome, crossed.base)
    report["ece"] = expected_error(outcome, probability)
    report["calibration"] = reliability(outcome, probability)
    report["signal"], report["chosen"] = signal, chosen if signal else "base_rate"
    report["features"] = asked.frame.fields
    report["compared"] = [
        {"form": chosen, "auc": found.auc, "brier": report["brier"],
         "log_loss": log_loss(outcome, crossed.by[chosen].log_odds)}
    ]  # fmt: skip
    return report


def _card(asked: Asked, split: str, report: ModelReport | None) -> dict[str, Any]:
    return {
        "calibration": report["calibration"] if report else [], "drift": [], "fairness": [], "split": split,
        "folds": 0, "compared": report["compared"] if report else [], "doubts": [], "left_out": asked.left_out,
    }  # fmt: skip


def _base(known: Frame) -> ModelDocument:
    positives, n = float(known.outcome.sum()), len(known)
    # Half a row of each kind more, so that one class alone is not promised to be certain.
    rate = (positives + 0.5) / (n + 1)
    return {
        "version": VERSION, "target": known.target, "form": "base_rate", "base_rate": rate, "fields": [], "means": [],
        "intercept": float(np.log(rate / (1 - rate))), "weights": [], "trees": [], "slope": 1.0, "shift": 0.0,
        "reference": [],
    }  # fmt: skip


def _fitted(known: Frame, seed: int) -> ModelDocument:
    fields = plan_fields(known)
    learned = learn_logistic(encode(fields, known), known.outcome, known.clusters, seed)
    document = _base(known)
    document |= {
        "form": "logistic", "fields": fields, "means": learned.model.means.tolist(),
        "intercept": learned.model.intercept, "weights": learned.model.weights.tolist(),
        "slope": learned.slope, "shift": learned.shift,
    }  # fmt: skip
    return document
