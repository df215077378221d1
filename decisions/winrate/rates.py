"""Win rates of groups, each against all the others. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from decisions.documents import MISSING, Rate, RateRow
from decisions.statistics.shares import ENOUGH, change_between, p_of_difference, rate_of, settle
from decisions.tables import Coded, DealTable
from decisions.winrate.periods import starts_of

# (won, closed) by first day of the step ("" without steps) and the group's key in each dimension.
Place = tuple[str, tuple[str, ...]]
Counts = Mapping[Place, tuple[int, int]]


def overall_of(table: DealTable) -> Rate:
    """Of all decided deals of the table."""
    return rate_of(int(np.nansum(table.won)), int((~np.isnan(table.won)).sum()))


def count_groups(table: DealTable, by: Sequence[str], grain: str = "") -> Counts:
    """Won and closed of each group that has any; deals that do not say are the group MISSING. With `grain`, deals
    without a closing day are in no step."""
    closed = ~np.isnan(table.won)
    if grain:
        closed &= ~np.isnat(table.closed)
    won = table.won[closed]
    if not len(won):
        return {}
    columns = [_with_missing(table.groups[key].taken(closed)) for key in by]
    steps, starts = _steps(table.closed[closed], grain)
    combined = steps
    for codes, levels in columns:
        combined = combined * len(levels) + codes
    found, places = np.unique(combined, return_inverse=True)
    n = np.bincount(places)
    good = np.bincount(places, weights=won)
    return {
        _place(int(code), columns, starts): (round(one), int(all_))
        for code, one, all_ in zip(found, good, n, strict=True)
    }


def rows_of(counts: Counts, by: Sequence[str], before: Counts | None = None) -> list[RateRow]:
    """A row for each group and step, by step and then the largest first; `q_value` and `significant` are left to
    `settle_rows`. `before` has the counts of the period before under the same places."""
    whole: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (start, _keys), (won, closed) in counts.items():
        whole[start][0] += won
        whole[start][1] += closed
    rows = []
    for (start, keys), (won, closed) in counts.items():
        all_won, all_closed = whole[start]
        row = _row((won, closed), (all_won - won, all_closed - closed), start, dict(zip(by, keys, strict=True)))
        if before is not None:
            row["prior"] = rate_of(*before.get((start, keys), (0, 0)))
            row["change"] = change_between(rate_of(won, closed), row["prior"])
        rows.append(row)
    return sorted(rows, key=lambda row: (row["start"], -row["closed"], list(row["groups"].values())))


def steps_before(counts: Counts, starts: Sequence[str]) -> Counts:
    """The counts of each step under the place of the step after it; `starts` are all steps in order."""
    after = dict(pairwise(starts))
    return {(after[start], keys): found for (start, keys), found in counts.items() if start in after}


def settle_rows(rows: Sequence[RateRow]) -> None:
    """Correct all rows of one question together, and so their changes."""
    for row, (q, significant) in zip(rows, settle([row["p_value"] for row in rows]), strict=True):
        row["q_value"], row["significant"] = q, significant
    changes = [row["change"] for row in rows if "change" in row]
    for change, (q, significant) in zip(changes, settle([change["p_value"] for change in changes]), strict=True):
        change["q_value"], change["significant"] = q, significant


def course_of(table: DealTable, grain: str) -> list[RateRow]:
    """The whole step by step, each step against all the others."""
    counts = count_groups(table, (), grain)
    won, closed = (sum(pair[place] for pair in counts.values()) for place in (0, 1))
    rows = [
        _row(found, (won - found[0], closed - found[1]), start, {}) for (start, _keys), found in sorted(counts.items())
    ]
    settle_rows(rows)
    return rows


def shortened(rows: Iterable[RateRow], most: int) -> list[RateRow]:
    """At most `most` rows of each step and question, the significant ones, then the largest, in their order; of very
    many steps the last ones, so that it is at most 25 times as many."""
    kept: dict[tuple[str, tuple[str, ...]], list[tuple[bool, int, int]]] = defaultdict(list)
    every = list(rows)
    for place, row in enumerate(every):
        kept[row["start"], tuple(row["groups"])].append((not row["significant"], -row["closed"], place))
    chosen = {place for ranked in kept.values() for _plain, _size, place in sorted(ranked)[:most]}
    return [row for place, row in enumerate(every) if place in chosen][-25 * most :]


def _row(found: tuple[int, int], others: tuple[int, int], start: str, groups: dict[str, str]) -> RateRow:
    """Of (won, closed) against those of the others."""
    rate = rate_of(*found)
    return {
        "won": rate["won"], "closed": rate["closed"], "rate": rate["rate"], "low": rate["low"], "high": rate["high"],
        "groups": groups, "start": start, "p_value": p_of_difference(*found, *others), "q_value": None,
        "significant": False, "enough": found[1] >= ENOUGH,
    }  # fmt: skip


def _with_missing(column: Coded) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    """MISSING as one more level, the last."""
    codes = column.codes.astype(np.int64)
    return np.where(codes < 0, len(column.levels), codes), (*column.levels, MISSING)


def _steps(days: NDArray[np.datetime64], grain: str) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if not grain:
        return np.zeros(len(days), dtype=np.int64), ("",)
    starts, steps = np.unique(starts_of(days, grain), return_inverse=True)
    return steps.astype(np.int64), tuple(str(start) for start in starts)


def _place(code: int, columns: Sequence[tuple[NDArray[np.int64], tuple[str, ...]]], starts: Sequence[str]) -> Place:
    keys = []
    for _codes, levels in reversed(columns):
        code, here = divmod(code, len(levels))
        keys.append(levels[here])
    return starts[code], tuple(reversed(keys))
