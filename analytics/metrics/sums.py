"""What sources of rows give to be asked: sums of measures by group and step of time. Pure.

Two sources give them: base rows (`analytics.asking`) and rollups (`analytics.rollups.reading`); equal for all that
both can answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from analytics.questions import Filters, Grain, Number

if TYPE_CHECKING:
    from analytics.metrics.kinds import Rows

MISSING = "-"
"""Key of the group of rows that do not say (a deal without region), and the filter that finds them."""


@dataclass(frozen=True, slots=True)
class Sums:
    """Over the rows that have the measure: how many, the sum of their values, the sum of their squares.

    Rows without a value (NULL) do not count in n. Totals of money are Decimal, others int or float.
    """

    n: int = 0
    total: Number = 0
    squares: float = 0.0

    def __add__(self, other: "Sums") -> "Sums":
        return self.moved(other, 1)

    def moved(self, other: "Sums", sign: int) -> "Sums":
        """With `other` added (`sign` 1) or taken away (-1)."""
        mine: Any = self.total or 0  # of nothing: takes the type of the other, Decimal and float do not add
        return Sums(self.n + sign * other.n, mine + sign * (other.total or 0), self.squares + sign * other.squares)


Slot = tuple[str, date | None]
"""(key of the group, first day of the step). The key is "" without `by`, the step None without `grain`; rows that
do not say are in the group MISSING. Keys: ids as text, values of choices, weekday "1" (Monday) to "7", hour "0" to
"23", weekday_hour "1-9". Steps begin on the first day of their day, ISO week, month, quarter, year, also where the
period begins later."""

Table = Mapping[Slot, Mapping[str, Sums]]
"""Sums by slot and key of the measure. Slots without rows and measures without rows are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What one source of rows is asked for. `measures` are keys of MEASURES, all of `rows`."""

    rows: "Rows"
    measures: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    by: str = ""
    grain: Grain | None = None


class SumsReader(Protocol):
    """A source of sums.

    `analytics.rollups.reading` is one, as a module with these two functions. `user` decides which rows count, as
    `visible_to` does; days are those of the client's time zone.
    """

    def can_read(self, wanted: Wanted, *, user: Any) -> bool:
        """Whether it can answer, exactly as base rows would. Cheap; no query where that can be helped."""
        ...

    def read_sums(self, wanted: Wanted, *, user: Any) -> Table:
        """The sums, in as few queries as it takes."""
        ...
