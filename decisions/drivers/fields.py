"""Fields of deals made ready to be tried as drivers: few levels with enough rows each, or kept out with a reason. Pure.

A field never enters because of what came of the deals, with one exception: one that tells the outcome almost alone
is taken for a consequence of it, kept out and named.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from decisions.documents import MISSING
from decisions.tables import Coded

RARE = "(rare)"
# A level must hold this many rows, and this many of the rarer outcome at the average rate; rarer ones are pooled.
FEWEST_ROWS, FEWEST_OUTCOMES = 30, 8
MOST_LEVELS = 200
# One parameter for so many rows of the rarer outcome: below, estimates of many levels are too extreme (Sur and Candès
# 2019, PNAS 116:14516).
ROWS_A_PARAMETER = 10
BANDS = 5
# The largest real effects rank two deals right in three of four cases; what does so in nine of ten knows the outcome.
TOO_GOOD = 0.90
# Names of what people fill in when a deal has ended, or while it does.
_KNOWN_AFTER = re.compile(
    r"lost|loss|outcome|status|stage|cycle|duration|clos(e|ed|ing)|result|probab|forecast|won|win|last_?activ|churn",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Field:
    """Row i has `levels[codes[i]]`; every level has rows. `within`: coarser fields that this one's level decides."""

    name: str
    codes: NDArray[np.int32]
    levels: tuple[str, ...]
    is_number: bool = False
    within: tuple[str, ...] = ()

    @property
    def counts(self) -> NDArray[np.int64]:
        return np.bincount(self.codes, minlength=len(self.levels))


@dataclass(frozen=True, slots=True)
class KeptOut:
    """`why`: all_missing | constant | too_many_levels | known_after | tells_outcome | same_as | too_few_deals."""

    feature: str
    why: str
    figures: dict[str, Any]

    def document(self) -> dict[str, Any]:
        return {"feature": self.feature, "why": self.why, **self.figures}


@dataclass(frozen=True, slots=True)
class Prepared:
    fields: list[Field]
    kept_out: list[KeptOut]


def prepare(
    groups: Mapping[str, Coded], numbers: Mapping[str, NDArray[np.float64]], won: NDArray[np.float64]
) -> Prepared:
    """The fields of n decided deals, `won` 1 or 0, both of them there. Numbers are cut into bands of equal size."""
    n, rarer = len(won), int(min(won.sum(), len(won) - won.sum()))
    fewest = max(FEWEST_ROWS, int(np.ceil(FEWEST_OUTCOMES * n / max(rarer, 1))))
    kept_out: list[KeptOut] = []
    fields: list[Field] = []
    columns = [*(_of_groups(*item) for item in groups.items()), *(_of_number(*item) for item in numbers.items())]
    for column in columns:
        why = _why_not(column, won, fewest)
        if why:
            kept_out.append(why)
        else:
            fields.append(column)
    fields, same = _without_copies(fields)
    fields, more = _affordable(_nested(fields), fewest, max(1, rarer // ROWS_A_PARAMETER))
    return Prepared(fields, [*kept_out, *same, *more])


def pooled(field: Field, fewest: int, coarser: Sequence[Field] = ()) -> Field:
    """Levels of fewer rows, and those beyond MOST_LEVELS, become one, RARE; too few rows in turn, it joins the smallest
    level. Each within its own levels of the `coarser` fields, so that what was nested stays so."""
    counts = field.counts
    keep = counts >= fewest
    if keep.sum() > MOST_LEVELS:
        keep &= np.isin(np.arange(len(counts)), np.argsort(-counts, kind="stable")[:MOST_LEVELS])
    if keep.all():
        return field
    cells = cells_of(field, coarser)
    places = np.arange(len(counts))
    names = list(field.levels)
    for cell in np.unique(cells[~keep]):
        inside = cells == cell
        rare, kept = np.flatnonzero(inside & ~keep), np.flatnonzero(inside & keep)
        if len(kept) and counts[rare].sum() < fewest:
            places[rare] = kept[np.argmin(counts[kept])]
        elif len(rare) > 1:
            places[rare] = rare[0]
            names[rare[0]] = RARE
    return _compact(replace(field, codes=places[field.codes].astype(np.int32), levels=tuple(names)))


def cells_of(field: Field, coarser: Sequence[Field]) -> NDArray[np.intp]:
    """For each level the number of the combination of `coarser` levels that it lies in."""
    if not coarser:
        return np.zeros(len(field.levels), np.intp)
    first = np.unique(field.codes, return_index=True)[1]
    table = np.stack([each.codes[first] for each in coarser], axis=1)
    return np.unique(table, axis=0, return_inverse=True)[1].reshape(-1)


def band_name(low: float, high: float) -> str:
    """ "10..20": from 10 to 20, both within."""
    return f"{low:.6g}..{high:.6g}"


def _of_groups(name: str, column: Coded) -> Field:
    """Only levels that have rows, MISSING the last of them."""
    levels = (*column.levels, MISSING)
    codes = np.where(column.codes < 0, len(column.levels), column.codes)
    return _compact(Field(name, codes.astype(np.int32), levels))


def _of_number(name: str, column: NDArray[np.float64]) -> Field:
    known = np.isfinite(column)
    values = column[known]
    codes = np.zeros(len(column), np.int32)
    if not len(values):
        return _compact(Field(name, codes, (MISSING,), is_number=True))
    edges = np.unique(np.quantile(values, np.linspace(0, 1, BANDS + 1)[1:-1]))
    codes[known] = np.searchsorted(edges, values, side="left")
    codes[~known] = len(edges) + 1
    names = []
    for band in range(len(edges) + 1):
        inside = values[codes[known] == band]
        names.append(band_name(inside.min(), inside.max()) if len(inside) else "")
    return _compact(Field(name, codes, (*names, MISSING), is_number=True))


def _compact(field: Field) -> Field:
    used = np.flatnonzero(field.counts)
    places = np.zeros(len(field.levels), np.int32)
    places[used] = np.arange(len(used))
    return replace(field, codes=places[field.codes], levels=tuple(field.levels[at] for at in used))


def _why_not(field: Field, won: NDArray[np.float64], fewest: int) -> KeptOut | None:
    if field.levels == (MISSING,):
        return KeptOut(field.name, "all_missing", {})
    if len(field.levels) < 2:
        return KeptOut(field.name, "constant", {})
    if field.name.startswith("custom.") and _KNOWN_AFTER.search(field.name.rsplit(".", 1)[-1]):
        return KeptOut(field.name, "known_after", {})
    short = pooled(field, fewest)
    if len(short.levels) < 2:
        return KeptOut(field.name, "too_many_levels", {"levels": len(field.levels), "fewest": fewest})
    auc = _auc_alone(short, won)
    return KeptOut(field.name, "tells_outcome", {"auc": round(auc, 4)}) if auc >= TOO_GOOD else None


def _auc_alone(field: Field, won: NDArray[np.float64]) -> float:
    """How well the rates of the levels rank the deals they were counted from."""
    counts = field.counts.astype(np.float64)
    wins = np.bincount(field.codes, weights=won, minlength=len(counts))
    order = np.argsort(wins / counts)
    wins, losses = wins[order], (counts - wins)[order]
    below = np.cumsum(losses) - losses / 2
    return float((wins * below).sum() / (wins.sum() * losses.sum()))


def _affordable(fields: list[Field], fewest: int, most: int) -> tuple[list[Field], list[KeptOut]]:
    """Pooled to as many parameters as the deals bear: rarer levels first, then the longest fields are kept out."""
    kept_out: list[KeptOut] = []
    limit = max(fewest, len(fields[0].codes) // 8) if fields else fewest
    while True:
        short = _pooled_together(fields, fewest)
        if sum(len(field.levels) - 1 for field in short) <= most:
            break
        if fewest < limit:
            fewest = min(limit, int(fewest * 1.25) + 1)
        else:
            longest = max(short, key=lambda field: len(field.levels))
            kept_out.append(KeptOut(longest.name, "too_few_deals", {"levels": len(longest.levels)}))
            fields = _without(fields, longest.name)
    for field in short:
        if len(field.levels) < 2:
            kept_out.append(KeptOut(field.name, "too_few_deals", {"fewest": fewest}))
            short = _without(short, field.name)
    return short, kept_out


def _pooled_together(fields: list[Field], fewest: int) -> list[Field]:
    """Coarse fields first, since finer ones are pooled within them."""
    done: dict[str, Field] = {}
    for field in sorted(fields, key=lambda each: len(each.within)):
        done[field.name] = pooled(field, fewest, [done[name] for name in field.within])
    return [done[field.name] for field in fields]


def _without(fields: list[Field], name: str) -> list[Field]:
    rest = [field for field in fields if field.name != name]
    return [replace(field, within=tuple(each for each in field.within if each != name)) for field in rest]


def _without_copies(fields: list[Field]) -> tuple[list[Field], list[KeptOut]]:
    """Of fields that say the same in other words, the first."""
    kept: list[Field] = []
    out: list[KeptOut] = []
    for field in fields:
        twin = next((one for one in kept if _decides(one, field) and _decides(field, one)), None)
        if twin is None:
            kept.append(field)
        else:
            out.append(KeptOut(field.name, "same_as", {"other": twin.name}))
    return kept, out


def _nested(fields: list[Field]) -> list[Field]:
    return [
        replace(field, within=tuple(each.name for each in fields if each is not field and _decides(field, each)))
        for field in fields
    ]  # fmt: skip


def _decides(fine: Field, coarse: Field) -> bool:
    """Whether each level of `fine` lies in one level of `coarse` only."""
    if len(fine.levels) < len(coarse.levels):
        return False
    pairs = np.unique(fine.codes.astype(np.int64) * len(coarse.levels) + coarse.codes)
    return len(pairs) == len(fine.levels)
