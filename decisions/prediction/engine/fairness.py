"""Whether a model says the same truth of each group: what was predicted of it against what came."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from decisions.prediction.engine.frame import Column
from decisions.prediction.engine.ranking import area
from testcases.statistics.many import corrected
from testcases.statistics.shares import wilson

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
LEAST_ROWS = 30
_MOST_LEVELS = 30


def fairness(
    columns: Mapping[str, Column], outcome: Floats, probability: Floats, score: Floats, fold: Places
) -> list[dict[str, Any]]:
    """[{group, level, n, auc, auc_low, auc_high, observed, low, high, predicted, q_value, says}] out of sample.

    `says`: even, or over | under where more or less was predicted than came, q ≤ 0.05 (score test of calibration in
    the large, Benjamini and Hochberg 1995 over all groups); few below 30 rows. Largest groups first.
    """
    rows = [
        _group(name, level, np.flatnonzero(column.codes == code), outcome, probability, score, fold)
        for name, column in columns.items()
        for code, level in _largest(column)
    ]
    for row, q_value in zip(rows, corrected([row["p_value"] for row in rows]), strict=True):
        row["q_value"] = q_value
        if q_value is not None and q_value <= 0.05:
            row["says"] = "over" if row["predicted"] > row["observed"] else "under"
    return rows


def _largest(column: Column) -> list[tuple[int, str]]:
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    order = np.argsort(-counts, kind="stable")[:_MOST_LEVELS]
    return [(int(code), column.levels[code]) for code in order if counts[code]]


def _group(
    name: str, level: str, rows: Places, outcome: Floats, probability: Floats, score: Floats, fold: Places
) -> dict[str, Any]:
    n, came, said = len(rows), outcome[rows], probability[rows]
    low, high = wilson(float(came.mean()), n)
    told: dict[str, Any] = {
        "group": name, "level": level, "n": n, "auc": None, "auc_low": None, "auc_high": None,
        "observed": float(came.mean()), "low": low, "high": high, "predicted": float(said.mean()),
        "p_value": None, "q_value": None, "says": "few",
    }  # fmt: skip
    if n < LEAST_ROWS:
        return told
    spread = float(np.sqrt((said * (1 - said)).sum()))
    told["p_value"] = float(2 * ndtr(-abs((came - said).sum()) / spread)) if spread else 1.0
    told["says"] = "even"
    found = area(came, score[rows], fold[rows], crossed=True)
    if found is not None:
        told |= {"auc": found.auc, "auc_low": found.low, "auc_high": found.high}
    return told
