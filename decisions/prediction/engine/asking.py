"""What can be learned from: the rows that teach, without the fields that must not or cannot help."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.encoding import plan_fields
from decisions.prediction.engine.frame import Frame
from decisions.prediction.engine.leaks import guard

# Fewer of either outcome teach nothing that could be measured.
LEAST_EACH = 20
# More rows than this sharpen nothing that matters and cost memory: so many are taken by chance.
MOST_ROWS = 60_000


@dataclass(frozen=True, slots=True)
class Asked:
    """`frame` holds decided rows and usable fields alone. `hindrance`: why nothing can be learned, or "":
    nothing | one_class | too_little | no_fields | no_days. `n`, `positives` count before rows are taken by chance."""

    frame: Frame
    n: int
    positives: int
    leaks: list[dict[str, Any]]
    kept_out: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    left_out: dict[str, int]
    hindrance: str


def ask(frame: Frame, *, split: str, exclude: Sequence[str], seed: int) -> Asked:
    """Raises ValueError where the split is unknown."""
    if split not in ("random", "time"):
        raise ValueError(f"Split by “random” or “time”, not by “{split}”.")
    open_rows = ~np.isfinite(frame.outcome)
    teaching = ~open_rows
    left_out = {"undecided": int(open_rows.sum()), "future": 0, "sampled": 0}
    if frame.as_of is not None:
        future = frame.days > np.datetime64(frame.as_of)
        left_out["future"] = int((future & teaching).sum())
        teaching &= ~future
    n, positives = int(teaching.sum()), int(frame.outcome[teaching].sum())
    taken = _some(teaching, seed)
    left_out["sampled"] = n - int(taken.sum())
    found = guard(frame.taken(taken | _some(open_rows, seed)).without(set(exclude)), seed)
    known = frame.taken(taken).without({*exclude, *found.fields})
    usable = {field["name"] for field in plan_fields(known)}
    kept_out = [{"field": name, "why": "excluded"} for name in frame.fields if name in exclude]
    kept_out += found.kept_out
    kept_out += [{"field": name, "why": "constant"} for name in known.fields if name not in usable]
    known = known.without(set(known.fields) - usable)
    hindrance = _hindrance(known, split)
    return Asked(known, n, positives, found.leaks, kept_out, found.doubts, left_out, hindrance)


def _hindrance(known: Frame, split: str) -> str:
    n, positives = len(known), int(known.outcome.sum())
    if not n:
        return "nothing"
    if positives in (0, n):
        return "one_class"
    if min(positives, n - positives) < LEAST_EACH:
        return "too_little"
    if not known.fields:
        return "no_fields"
    if split == "time" and np.isnat(known.days).mean() > 0.5:
        return "no_days"
    return ""


def _some(rows: NDArray[np.bool_], seed: int) -> NDArray[np.bool_]:
    places = np.flatnonzero(rows)
    if len(places) <= MOST_ROWS:
        return rows
    taken = np.zeros(len(rows), dtype=bool)
    taken[np.random.default_rng(seed).choice(places, MOST_ROWS, replace=False)] = True
    return taken
