"""A model's document applied to rows: probabilities, and what they are made of. Needs numpy alone."""

from typing import cast

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from decisions.prediction.engine.documents import ModelDocument, Predicted, Reason
from decisions.prediction.engine.encoding import columns_of, encode, said
from decisions.prediction.engine.frame import Frame
from decisions.prediction.engine.trees import mean_of_trees, shapley_of_trees

Floats = NDArray[np.float64]


def predict(document: ModelDocument, frame: Frame) -> list[Predicted]:
    """One answer for each row of the frame, whatever it lacks. A model without signal says its base rate."""
    effects = effects_of(document, frame)
    log_odds = base_log_odds(document) + effects.sum(axis=1)
    told = [(field["name"], *said(field, frame)) for field in document["fields"]]
    answers = []
    for row, probability in enumerate(expit(log_odds)):
        reasons = [
            Reason(feature=name, level=levels[row], value=values[row], effect=float(effects[row, place]))
            for place, (name, levels, values) in enumerate(told)
        ]
        reasons.sort(key=lambda reason: -abs(reason["effect"]))
        answers.append(Predicted(float(probability), reasons))
    return answers


def probabilities(document: ModelDocument, frame: Frame) -> Floats:
    """The probabilities alone."""
    return cast(Floats, expit(base_log_odds(document) + effects_of(document, frame).sum(axis=1)))


def base_log_odds(document: ModelDocument) -> float:
    """Log-odds of the average row: what effects are told against."""
    start = document["intercept"] + mean_of_trees(document["trees"])
    return document["slope"] * start + document["shift"]


def effects_of(document: ModelDocument, frame: Frame) -> Floats:
    """Rows × fields of the document, in log-odds."""
    fields = document["fields"]
    if not fields:
        return np.zeros((len(frame), 0))
    parts = _by_column(document, encode(fields, frame))
    owners = np.array(columns_of(fields))
    return np.column_stack([parts[:, owners == place].sum(axis=1) for place in range(len(fields))]) * document["slope"]


def _by_column(document: ModelDocument, matrix: Floats) -> Floats:
    if document["trees"]:
        return shapley_of_trees(document["trees"], matrix)
    return np.asarray((matrix - np.array(document["means"])) * np.array(document["weights"]), dtype=np.float64)
