"""Deals of an audience as a history."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from decisions.forecasting.history import FAR, UNKNOWN, Floats, History, Ints, day_number
from decisions.models import Audience, StageChance
from decisions.tables.deals import DealTable, deals_of, load_deals
from integrations.crm.models import DealStageChange

StageKey = tuple[str, str]
_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Book:
    """`history` of the deals that say when they began and, once decided, when they were closed; `rows` are their places
    in `table`. `stages`: (pipeline, stage) of each number in `history.moves`; `chances` by the table, NaN without."""

    table: DealTable
    history: History
    rows: Ints
    stages: tuple[StageKey, ...]
    chances: Floats
    undated: int
    unclosed: int

    def stage_chances(self, known: History, on: int) -> Floats | None:
        """Chance by the table of each open deal of `known`; None where the record knows no stages of then."""
        if not len(known.moves):
            return None
        stage, _since = known.stage_now()
        chance = np.append(self.chances, np.nan)[stage[known.is_open]]  # the last: UNKNOWN
        if np.isnan(chance).all():
            return None
        return np.where(np.isnan(chance), np.nanmean(chance), chance)


def read_book(audience: Audience, *, as_of: date) -> Book:
    """All deals of the audience that had begun by `as_of`."""
    table = load_deals(audience, dimensions=("product",), with_custom=False, as_of=as_of)
    decided = ~np.isnan(table.won)
    begun, ended = ~np.isnat(table.created), ~np.isnat(table.closed)
    dated = begun & (~decided | ended)
    rows = np.flatnonzero(dated)
    chances = {
        (row.pipeline, row.stage): float(row.chance) for row in StageChance.objects.filter(client=audience.client_id)
    }
    stages = tuple(chances)
    closed = np.where(decided & ended, table.closed.astype("datetime64[D]").astype(np.int64), FAR)
    history = History(
        created=table.created[rows].astype("datetime64[D]").astype(np.int64), closed=closed[rows],
        won=table.won[rows] == 1.0, value=table.value[rows],
        kind=table.groups["product"].codes[rows].astype(np.int64),
        moves=_moves(audience, table, rows, stages), stages=tuple(stage for _pipeline, stage in stages),
    )  # fmt: skip
    return Book(
        table=table, history=history, rows=rows, stages=stages, chances=np.array([chances[each] for each in stages]),
        undated=int((~begun).sum()), unclosed=int((begun & decided & ~ended).sum()),
    )  # fmt: skip


def _moves(audience: Audience, table: DealTable, rows: Ints, stages: tuple[StageKey, ...]) -> Ints:
    """(m, 3): place in the history, stage, day; by deal and day."""
    place = {table.ids[row]: number for number, row in enumerate(rows)}
    pipelines = ["" if code < 0 else table.pipeline.levels[code] for code in table.pipeline.codes[rows]]
    number_of: dict[str, dict[str, int]] = defaultdict(dict)
    for number, (pipeline, stage) in enumerate(stages):
        number_of[stage][pipeline] = number
    found: list[tuple[int, int, int]] = []
    changes = DealStageChange.objects.filter(deal__in=deals_of(audience)).order_by("deal_id", "entered_on", "pk")
    for deal, stage, day in changes.values_list("deal_id", "stage", "entered_on").iterator(chunk_size=_AT_ONCE):
        if stage in number_of and (at := place.get(deal)) is not None:
            number = number_of[stage].get(pipelines[at], UNKNOWN)
            if number != UNKNOWN:
                found.append((at, number, day_number(day)))
    return np.array(found, dtype=np.int64).reshape(-1, 3)


def stage_of(book: Book, row: int) -> StageKey:
    """Pipeline and stage of a deal as the record has it now."""
    table = book.table
    return _level(table.pipeline, row), _level(table.stage, row)


def _level(column: Any, row: int) -> str:
    code = column.codes[row]
    return "" if code < 0 else str(column.levels[code])
