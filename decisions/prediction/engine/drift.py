"""Whether rows look like those that a model learned from: the population stability index (PSI) of each field."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from decisions.prediction.engine.documents import ModelDocument, Reference
from decisions.prediction.engine.encoding import Field
from decisions.prediction.engine.frame import Frame

# The limits in common use: from here on a field shifted, from there on it moved (Siddiqi 2006).
SHIFTED, MOVED = 0.1, 0.25
_BANDS = 10
_LATE_SHARE = 0.25
_LEAST_ROWS = 50


def reference_of(fields: Sequence[Field], frame: Frame) -> list[Reference]:
    """How each field is spread: for drift to be seen by later."""
    return [_reference(field, frame) for field in fields]


def measure_drift(document: ModelDocument, frame: Frame) -> list[dict[str, Any]]:
    """[{feature, psi, by_chance, says}] of rows against those that taught; `says`: stable | shifted | moved | few."""
    return _drift(document["reference"], document["n"], frame)


def drift_within(fields: Sequence[Field], frame: Frame) -> list[dict[str, Any]]:
    """The latest quarter of the rows, by day, against those before; nothing where days are missing."""
    known = np.flatnonzero(~np.isnat(frame.days))
    order = known[np.argsort(frame.days[known], kind="stable")]
    early, late = np.split(order, [int(len(order) * (1 - _LATE_SHARE))])
    if not len(early):
        return []
    before = frame.taken(early)
    return _drift(reference_of(fields, before), len(early), frame.taken(late))


def _drift(references: Sequence[Reference], n: int, frame: Frame) -> list[dict[str, Any]]:
    return [_told(reference, n, _shares(reference, frame), len(frame)) for reference in references]


def _told(reference: Reference, n: int, now: NDArray[np.float64], rows: int) -> dict[str, Any]:
    if min(n, rows) < _LEAST_ROWS:
        return {"feature": reference["name"], "psi": None, "by_chance": None, "says": "few"}
    # Half a row in each band: no share is 0.
    before = (np.array(reference["shares"]) * n + 0.5) / (n + 0.5 * len(now))
    after = (now * rows + 0.5) / (rows + 0.5 * len(now))
    psi = float(np.sum((after - before) * np.log(after / before)))
    # Without drift PSI is about (1/n + 1/m) times a chi-square of bands − 1 degrees (Yurdakul 2018).
    by_chance = float((1 / n + 1 / rows) * chdtri(max(1, len(now) - 1), 0.01))
    says = "stable" if psi < max(SHIFTED, by_chance) else "shifted" if psi < MOVED else "moved"
    return {"feature": reference["name"], "psi": psi, "by_chance": by_chance, "says": says}


def _reference(field: Field, frame: Frame) -> Reference:
    if field["kind"] == "group":
        made: Reference = {"name": field["name"], "edges": [], "levels": field["levels"], "shares": []}
    else:
        values = frame.numbers[field["name"]]
        known = values[np.isfinite(values)]
        edges = np.unique(np.quantile(known, np.linspace(0, 1, _BANDS + 1)[1:-1])).tolist() if len(known) else []
        made = {"name": field["name"], "edges": edges, "levels": [], "shares": []}
    made["shares"] = _shares(made, frame).tolist()
    return made


def _shares(reference: Reference, frame: Frame) -> NDArray[np.float64]:
    """Shares of rows: bands or levels, then all other levels (groups alone), then those that do not say."""
    name, levels = reference["name"], reference["levels"]
    if levels or name in frame.groups:
        places = {level: place for place, level in enumerate(levels)}
        column = frame.groups.get(name)
        if column is None:
            codes = np.full(len(frame), len(levels) + 1)
        else:
            table = np.array([*(places.get(level, len(levels)) for level in column.levels), len(levels) + 1])
            codes = table[column.codes]
        counts = np.bincount(codes, minlength=len(levels) + 2)
    else:
        values = frame.numbers.get(name, np.full(len(frame), np.nan))
        there = np.isfinite(values)
        bands = np.searchsorted(np.array(reference["edges"]), np.where(there, values, 0.0), side="right")
        counts = np.bincount(np.where(there, bands, len(reference["edges"]) + 1), minlength=len(reference["edges"]) + 2)
    return np.asarray(counts / max(1, len(frame)), dtype=np.float64)
