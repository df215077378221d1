"""Deals as they were known on a day. Pure.

Days are whole numbers, days since 1970-01-01. What a deal looked like on an earlier day is told by the days alone on
which it was created, changed stages and was closed: no other field says when it was filled in.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
# "Closed" of a deal that is open.
FAR = np.int64(2**31)
EPOCH = date(1970, 1, 1)
UNKNOWN = -1


def day_number(day: date) -> int:
    return (day - EPOCH).days


def day_of(number: int | np.int64) -> date:
    return date.fromordinal(EPOCH.toordinal() + int(number))


def _no_moves() -> Ints:
    return np.zeros((0, 3), dtype=np.int64)


@dataclass(frozen=True, slots=True)
class History:
    """n deals that say when they were created, in any order. `closed` is FAR while open; `value` NaN where unknown;
    `kind` the product as a number, -1 where unknown. `moves` (m, 3): deal's place, number of the stage, day; by deal
    and day. `stages`: names of the open stages; a move into another stage does not stand in `moves`."""

    created: Days
    closed: Days
    won: NDArray[np.bool_]
    value: Floats
    kind: Ints
    moves: Ints = field(default_factory=_no_moves)
    stages: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.created)

    @property
    def is_open(self) -> NDArray[np.bool_]:
        return np.equal(self.closed, FAR)

    def known_on(self, day: int, *, with_values: bool = False) -> "History":
        """The deals created up to and with `day`, what was closed later open.

        Values of deals that are open then are unknown, because what the record holds now may be that of the end (a
        lost deal set to nothing); `with_values` keeps them, for forecasts of today.
        """
        there = self.created <= day
        places = np.cumsum(there) - 1
        closed = np.where(self.closed[there] <= day, self.closed[there], FAR)
        value = self.value[there]
        moves = self.moves[there[self.moves[:, 0]] & (self.moves[:, 2] <= day)] if len(self.moves) else self.moves
        moves = np.column_stack([places[moves[:, 0]], moves[:, 1:]]) if len(moves) else moves
        return replace(
            self, created=self.created[there], closed=closed, won=self.won[there] & (closed != FAR),
            value=value if with_values else np.where(closed == FAR, np.nan, value), kind=self.kind[there], moves=moves,
        )  # fmt: skip

    def stage_now(self) -> tuple[Ints, Days]:
        """Number of the last open stage that each deal entered (-1: none known), and the day it did."""
        stage = np.full(len(self), UNKNOWN, dtype=np.int64)
        since = self.created.copy()
        if len(self.moves):  # in order of days: the last one written stands
            stage[self.moves[:, 0]] = self.moves[:, 1]
            since[self.moves[:, 0]] = self.moves[:, 2]
        return stage, since

    def revenue(self, since: int, until: int) -> float:
        """Value of what was won between two days, both inclusive."""
        rows = self.won & (self.closed >= since) & (self.closed <= until)
        return float(np.nansum(self.value[rows]))


def history_of(
    *, created: Sequence[int], closed: Sequence[int | None], won: Sequence[bool], value: Sequence[float],
    kind: Sequence[int] | None = None,
) -> History:  # fmt: skip
    """A history of plain lists; for simulations and tests."""
    ends = np.array([FAR if day is None else day for day in closed], dtype=np.int64)
    return History(
        created=np.asarray(created, dtype=np.int64), closed=ends, won=np.asarray(won, dtype=bool),
        value=np.asarray(value, dtype=np.float64),
        kind=np.zeros(len(ends), dtype=np.int64) if kind is None else np.asarray(kind, dtype=np.int64),
    )  # fmt: skip
