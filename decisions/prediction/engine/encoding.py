"""Fields as columns of a design matrix: decided on the training rows, kept in the document, applied to any rows."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.documents import GroupField, NumberField
from decisions.prediction.engine.frame import Column, Frame

Field = NumberField | GroupField
Matrix = NDArray[np.float64]
MISSING_LEVEL = "(missing)"
# A level or a gap needs this many training rows to be learned from, and no field more levels than this.
LEAST_ROWS = 10
LEAST_SHARE = 0.002
MOST_LEVELS = 60
# Numbers are cut at these quantiles, so that one mistyped amount moves nothing.
CUTS = (0.005, 0.995)
_SKEWED = 2.0
_LARGEST = 1e15


def plan_fields(frame: Frame) -> list[Field]:
    """How each field enters, by these rows; fields that say the same everywhere are left out."""
    numbers = [_number(name, column) for name, column in frame.numbers.items()]
    groups = [_group(name, column) for name, column in frame.groups.items()]
    return [field for field in [*numbers, *groups] if field is not None]


def encode(fields: Sequence[Field], frame: Frame) -> Matrix:
    """Rows × columns; columns in the order of `columns_of`. A field that the frame lacks is missing in each row."""
    parts = [part for field in fields for part in _columns(field, frame)]
    return np.column_stack(parts) if parts else np.zeros((len(frame), 0))


def columns_of(fields: Sequence[Field]) -> list[int]:
    """Which field each column of the matrix comes from."""
    return [place for place, field in enumerate(fields) for _ in range(_width(field))]


def said(field: Field, frame: Frame) -> tuple[list[str], list[float | None]]:
    """What each row says in this field, as reasons tell it: levels, and values of numbers."""
    if field["kind"] == "number":
        values = _clean(frame.numbers.get(field["name"]), len(frame))
        there = np.isfinite(values)
        return ["" if ok else MISSING_LEVEL for ok in there], [
            float(x) if ok else None for x, ok in zip(values, there, strict=True)
        ]
    column = frame.groups.get(field["name"])
    nothing: list[float | None] = [None] * len(frame)
    if column is None:
        return [MISSING_LEVEL] * len(frame), nothing
    names = [*column.levels, MISSING_LEVEL]
    return [names[code] for code in column.codes], nothing


def _number(name: str, column: NDArray[np.float64]) -> NumberField | None:
    values = _clean(column, len(column))
    there = np.isfinite(values)
    if not there.any():
        return None
    known = values[there]
    log = bool(known.min() >= 0 and _skew(known) > _SKEWED)
    scaled = np.log1p(known) if log else known
    low, high = (float(cut) for cut in np.quantile(scaled, CUTS))
    if low == high:  # nearly constant: the few that differ must not be cut away
        low, high = float(scaled.min()), float(scaled.max())
    scaled = np.clip(scaled, low, high)
    scale = float(scaled.std())
    missing = _learnable(int((~there).sum()), len(values)) and _learnable(int(there.sum()), len(values))
    if scale < 1e-9 * max(1.0, abs(low), abs(high)):
        if not missing:
            return None
        scale = 1.0
    return {"name": name, "kind": "number", "log": log, "low": low, "high": high,
            "mean": float(scaled.mean()), "scale": scale, "missing": missing}  # fmt: skip


def _group(name: str, column: Column) -> GroupField | None:
    n = len(column.codes)
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.levels))
    order = sorted(range(len(counts)), key=lambda place: (-counts[place], column.levels[place]))
    kept = [place for place in order[:MOST_LEVELS] if _learnable(int(counts[place]), n)]
    pooled = int(counts.sum() - counts[kept].sum()) if kept else int(counts.sum())
    rare = _learnable(pooled, n)
    missing = _learnable(int((column.codes < 0).sum()), n)
    if len(kept) + rare + missing < 2:
        return None
    return {"name": name, "kind": "group", "levels": [column.levels[place] for place in kept],
            "rare": rare, "missing": missing}  # fmt: skip


def _columns(field: Field, frame: Frame) -> Iterator[NDArray[np.float64]]:
    if field["kind"] == "group":
        yield from _group_columns(field, frame)
        return
    values = _clean(frame.numbers.get(field["name"]), len(frame))
    there = np.isfinite(values)
    with np.errstate(invalid="ignore"):
        scaled = np.log1p(np.maximum(values, 0)) if field["log"] else values
    scaled = (np.clip(scaled, field["low"], field["high"]) - field["mean"]) / field["scale"]
    yield np.where(there, scaled, 0.0)
    if field["missing"]:
        yield (~there).astype(np.float64)


def _group_columns(field: GroupField, frame: Frame) -> Iterator[NDArray[np.float64]]:
    places = {level: place for place, level in enumerate(field["levels"])}
    column = frame.groups.get(field["name"])
    if column is None:
        codes = np.full(len(frame), -1)
    else:
        # Levels by place in the document: -2 other, -1 (the last of the table) missing.
        table = np.array([*(places.get(level, -2) for level in column.levels), -1])
        codes = table[column.codes]
    for place in range(len(places)):
        yield (codes == place).astype(np.float64)
    if field["rare"]:
        yield (codes == -2).astype(np.float64)
    if field["missing"]:
        yield (codes == -1).astype(np.float64)


def _width(field: Field) -> int:
    if field["kind"] == "group":
        return len(field["levels"]) + field["rare"] + field["missing"]
    return 1 + field["missing"]


def _clean(column: NDArray[np.float64] | None, n: int) -> NDArray[np.float64]:
    if column is None:
        return np.full(n, np.nan)
    values = np.asarray(column, dtype=np.float64)
    return np.where(np.isfinite(values), np.clip(values, -_LARGEST, _LARGEST), np.nan)


def _learnable(rows: int, of: int) -> bool:
    return rows >= max(LEAST_ROWS, LEAST_SHARE * of)


def _skew(values: NDArray[np.float64]) -> float:
    spread = values.std()
    return 0.0 if spread == 0 else float(np.mean(((values - values.mean()) / spread) ** 3))
