"""What is asked of the figures and what is answered: the one interface of pages, API, reports and alerts. Pure.

    answer = ask(Question(metrics=("conversion_rate",), by="team", grain=Grain.MONTH, filters=Filters(…)), user=user)
    answer.cells[0].figure.value

`ask` is in `analytics.asking`; metrics and what they mean stand in `analytics.metrics`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

Number = int | float | Decimal


class Grain(StrEnum):
    """Length of one step in time. A period begins on its first day; weeks on Monday (ISO 8601)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class Comparison(StrEnum):
    """What a figure is compared with: the same number of days just before, or the same days a year before."""

    PRIOR = "prior"
    YEAR = "year"


class QuestionError(ValueError):
    """The question cannot be answered: a sentence for people that says what may be asked; `parameter` is at fault."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter, self.message = parameter, message


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which rows count. Values of one field combine by "or", fields by "and"; an empty field narrows nothing.

    Days are those of the client's time zone; `until` is the last one. `custom` holds values of custom fields by
    "kind.key". A field that a metric's rows do not have (a product of a call) makes `ask` raise, never lie.
    """

    since: date | None = None
    until: date | None = None
    client: UUID | None = None
    agents: tuple[UUID, ...] = ()
    teams: tuple[UUID, ...] = ()
    regions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    call_types: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    products: tuple[UUID, ...] = ()
    industries: tuple[str, ...] = ()
    custom: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def days(self) -> int | None:
        """Length of the period, None when it is open at one side."""
        return None if self.since is None or self.until is None else (self.until - self.since).days + 1

    def before(self, comparison: Comparison) -> "Filters | None":
        """The same rows in the period to compare with; None when the period is open."""
        if self.since is None or self.until is None or self.days is None:
            return None
        if comparison == Comparison.PRIOR:
            moved = timedelta(days=self.days)
            return replace(self, since=self.since - moved, until=self.until - moved)
        return replace(self, since=_year_before(self.since), until=_year_before(self.until))


def _year_before(day: date) -> date:
    """The 29th of February is compared with the 28th."""
    return day.replace(year=day.year - 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`by` is a dimension of `analytics.metrics.DIMENSIONS` or "custom.<kind>.<key>", empty for the whole;
    without `grain` the whole period is one step. At most `limit` groups, largest n first."""

    metrics: tuple[str, ...]
    filters: Filters = field(default_factory=Filters)
    by: str = ""
    grain: Grain | None = None
    compare: Comparison | None = None
    limit: int = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One value of one metric, and how surely it is known.

    `n` is how many rows it rests on. `low` and `high` bound the 95 % interval, None where there is none (a count, a
    sum) or too few rows. `enough` is whether n reaches the metric's minimum: below it, pages show the value greyed,
    rank nothing by it and say so. `value` is None when nothing can be said (0 rows, nothing to divide by).
    Shares are 0 to 1, times seconds, money Decimal in the client's currency.
    """

    value: Number | None
    n: int
    low: float | None = None
    high: float | None = None
    enough: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Against the figure of the comparison: `absolute` = value - prior, `relative` = absolute / |prior|.

    `low` and `high` bound the 95 % interval of `absolute`; `is_real` is whether it excludes 0 and both had enough
    rows. None where there is no interval.
    """

    prior: Figure
    absolute: Number | None
    relative: float | None
    low: float | None = None
    high: float | None = None
    is_real: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One metric for one group in one step of time."""

    metric: str
    key: str
    label: str
    start: date | None
    figure: Figure
    change: Change | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Cells in order of metric, group (largest n first), time. `notes` are sentences on what the figures leave out
    or rest on (rows without a date, other currencies, groups cut off); pages and API show them."""

    question: Question
    cells: tuple[Cell, ...]
    currency: str = ""
    notes: tuple[str, ...] = ()

    def of(self, metric: str, *, key: str = "") -> tuple[Cell, ...]:
        """The course of one metric for one group; for the whole with the empty key."""
        return tuple(cell for cell in self.cells if cell.metric == metric and cell.key == key)

    def groups(self, metric: str) -> dict[str, tuple[Cell, ...]]:
        """The cells of `metric` by the key of their group, in order."""
        found: dict[str, tuple[Cell, ...]] = {}
        for cell in self.cells:
            if cell.metric == metric:
                found[cell.key] = (*found.get(cell.key, ()), cell)
        return found
