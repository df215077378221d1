"""Fields that know the outcome: named, with why, and kept out; and fields that cannot help."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.folds import random_folds
from decisions.prediction.engine.frame import Column, Frame
from decisions.prediction.engine.names import given_away
from decisions.prediction.engine.ranking import Area, area
from testcases.statistics.shares import wilson

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
# A field that ranks this well alone (lower end of its interval) was filled in with the outcome in sight: single fields
# of real sales data stay far below.
TOO_GOOD = 0.88
# Filled in this much more often (share, lower end) for one outcome than for the other, or than for open rows.
FILL_GAP = 0.35
# A group with a level of its own for this share of its rows names rows rather than describing them.
IDENTIFIER = 0.5
_LEAST_EACH = 10
_BANDS = 20
_SMOOTHING = 5.0


@dataclass
class Guard:
    """`leaks` and `kept_out` are to be left out, `doubts` are only to be told; all [{field, why, …figures}]."""

    leaks: list[dict[str, Any]] = field(default_factory=list)
    kept_out: list[dict[str, Any]] = field(default_factory=list)
    doubts: list[dict[str, Any]] = field(default_factory=list)

    @property
    def fields(self) -> set[str]:
        return {str(each["field"]) for each in [*self.leaks, *self.kept_out]}


def guard(frame: Frame, seed: int) -> Guard:
    """Looks at each field: by who made the frame, by its name, by when it is filled in, by how well it ranks alone.

    Names are not held against fields of `known_before`; figures are.
    """
    found = Guard()
    decided = frame.taken(np.isfinite(frame.outcome))
    counts = np.bincount(decided.outcome.astype(np.intp), minlength=2) if len(decided) else np.zeros(2)
    for name in frame.fields:
        vouched = name in frame.known_before
        why = "after_outcome" if name in frame.known_after else None if vouched else given_away(name)
        if why is not None:
            found.leaks.append({"field": name, "why": why})
            continue
        useless = _useless(decided, name)
        if useless:
            found.kept_out.append({"field": name, **useless})
        elif counts.min() >= _LEAST_EACH:
            _look(frame, decided, name, found, seed)
    return found


def _look(frame: Frame, decided: Frame, name: str, found: Guard, seed: int) -> None:
    alone = alone_area(decided, name, seed)
    gap = _fill_gap(_filled(decided, name), decided.outcome == 1)
    if gap is not None and gap["gap_low"] >= FILL_GAP:
        found.leaks.append({"field": name, "why": "filled_after", **gap})
        return
    if alone is not None and alone.low >= TOO_GOOD:
        found.leaks.append({"field": name, "why": "too_good", "auc": alone.auc, "auc_low": alone.low})
        return
    late = _fill_gap(_filled(frame, name), np.isfinite(frame.outcome))
    if late is not None and late["filled"] > late["filled_else"] and late["gap_low"] >= FILL_GAP:
        tells = alone is not None and not alone.holds_chance
        (found.leaks if tells else found.doubts).append(
            {"field": name, "why": "filled_after" if tells else "filled_late", **late}
        )


def alone_area(decided: Frame, name: str, seed: int) -> Area | None:
    """How well the field ranks alone, out of sample: by the smoothed rate of its level, or of its band for numbers."""
    codes = _coded(decided, name)
    score = np.zeros(len(decided))
    fold = np.zeros(len(decided), dtype=np.intp)
    for number, (train, test) in enumerate(random_folds(decided.outcome, decided.clusters, seed)):
        size = int(codes.max()) + 1
        seen = np.bincount(codes[train], minlength=size)
        came = np.bincount(codes[train], weights=decided.outcome[train], minlength=size)
        rate = (came + _SMOOTHING * decided.outcome[train].mean()) / (seen + _SMOOTHING)
        score[test], fold[test] = rate[codes[test]], number
    return area(decided.outcome, score, fold, decided.clusters, crossed=True)


def _useless(decided: Frame, name: str) -> dict[str, Any] | None:
    filled = _filled(decided, name)
    if not filled.any():
        return {"why": "all_missing"}
    codes = _coded(decided, name)
    if codes.min() == codes.max():
        return {"why": "constant"}
    column = decided.groups.get(name)
    if column is not None:
        levels, rows = int((np.bincount(column.codes[filled]) > 0).sum()), int(filled.sum())
        if levels > IDENTIFIER * rows and levels > _BANDS:
            return {"why": "identifier", "levels": levels, "rows": rows}
    return None


def _filled(frame: Frame, name: str) -> NDArray[np.bool_]:
    if name in frame.numbers:
        return np.isfinite(frame.numbers[name])
    return np.asarray(frame.groups[name].codes >= 0)


def _coded(frame: Frame, name: str) -> Codes:
    """Levels or bands as numbers from 0; rows that do not say are a level of their own."""
    if name in frame.groups:
        column: Column = frame.groups[name]
        return np.unique(column.codes, return_inverse=True)[1].astype(np.intp)
    values = frame.numbers[name]
    there = np.isfinite(values)
    edges = np.unique(np.quantile(values[there], np.linspace(0, 1, _BANDS + 1)[1:-1])) if there.any() else np.zeros(0)
    banded = np.searchsorted(edges, np.where(there, values, 0.0), side="right")
    return np.unique(np.where(there, banded, -1), return_inverse=True)[1].astype(np.intp)


def _fill_gap(filled: NDArray[np.bool_], one: NDArray[np.bool_]) -> dict[str, Any] | None:
    """Share filled in among `one` and among the others; `gap_low` is the least difference (Newcombe 1998)."""
    n1, n0 = int(one.sum()), int((~one).sum())
    if min(n1, n0) < _LEAST_EACH:
        return None
    k1, k0 = int(filled[one].sum()), int(filled[~one].sum())
    p1, p0 = k1 / n1, k0 / n0
    (low1, high1), (low0, high0) = wilson(p1, n1), wilson(p0, n0)
    more = p1 >= p0
    least = abs(p1 - p0) - float(np.hypot(p1 - low1, high0 - p0) if more else np.hypot(p0 - low0, high1 - p1))
    return {"filled": p1, "filled_else": p0, "gap_low": least}
