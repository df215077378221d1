"""What a metric is made of. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

from analytics.metrics.sums import Sums
from analytics.questions import Number

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Text: TypeAlias = "str | StrPromise"


class Rows(StrEnum):
    """Which rows, and by which of their days they are counted."""

    CALLS = "calls"
    OBJECTIONS = "objections"
    DEALS_CREATED = "deals_created"
    DEALS_CLOSED = "deals_closed"
    DEALS_OPEN = "deals_open"
    LEADS = "leads"
    ACTIVITIES = "activities"
    TASKS_CREATED = "tasks_created"
    TASKS_DONE = "tasks_done"
    TASKS_DUE = "tasks_due"
    PURCHASES = "purchases"
    AD_COSTS = "ad_costs"
    TARGETS = "targets"
    CUSTOMERS = "customers"
    NEW_CUSTOMERS = "new_customers"

    @property
    def kind(self) -> str:
        """The records they are: calls, deals, leads, activities, tasks, purchases, ad_costs, targets, customers."""
        return _KINDS.get(self, self.value)


_KINDS: dict[Rows, str] = {
    Rows.OBJECTIONS: "calls",
    Rows.DEALS_CREATED: "deals",
    Rows.DEALS_CLOSED: "deals",
    Rows.DEALS_OPEN: "deals",
    Rows.TASKS_CREATED: "tasks",
    Rows.TASKS_DONE: "tasks",
    Rows.TASKS_DUE: "tasks",
    Rows.NEW_CUSTOMERS: "customers",
}


class Kind(StrEnum):
    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    SUM = "sum"
    RATIO = "ratio"


class Unit(StrEnum):
    COUNT = "count"
    SHARE = "share"
    SECONDS = "seconds"
    MINUTES = "minutes"
    DAYS = "days"
    MONEY = "money"
    MONEY_PER_DAY = "money_per_day"
    SCORE = "score"
    RATING = "rating"
    RATIO = "ratio"


class Interval(StrEnum):
    """How the 95 % interval is found; the formulas stand in `analytics.metrics.estimates`."""

    WILSON = "wilson"
    STUDENT = "student"
    LOG_RATIO = "log_ratio"
    NONE = "none"


class Better(StrEnum):
    HIGHER = "higher"
    LOWER = "lower"
    NEITHER = "neither"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """What is summed up over rows: how many (`n`), and where rows have a value, their `total` and `squares`.

    `value` says in words what is summed, empty where rows are only counted. `money` is Decimal.
    """

    key: str
    rows: Rows
    says: str
    value: str = ""
    money: bool = False

    def amount(self, sums: Sums) -> Number:
        """What a ratio divides: the sum of values, or the number of rows where they have none."""
        return sums.total if self.value else sums.n


Compute = Callable[[Mapping[str, Sums]], "Number | None"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure, defined once. `numerator`, `denominator` and `also` are keys of MEASURES.

    count: n of the numerator. sum: its total. mean: total / n. share: n / n of the denominator. ratio: amount /
    amount, or what `compute` makes of all measures. The value is multiplied by `scale`. `counts` names the measure
    whose n the figure rests on. Below `minimum` rows a figure is shown, but nothing is ranked by it.
    """

    key: str
    name: Text
    says: Text
    formula: Text
    unit: Unit
    kind: Kind
    numerator: str
    denominator: str = ""
    also: tuple[str, ...] = ()
    compute: Compute | None = None
    counts: str = ""
    scale: float = 1.0
    minimum: int = 0
    interval: Interval = Interval.NONE
    better: Better = Better.NEITHER
    counted_by: Text = ""
    edge_cases: tuple[Text, ...] = ()

    @property
    def measures(self) -> tuple[str, ...]:
        """Keys of everything it is computed from."""
        return tuple(key for key in (self.numerator, self.denominator, *self.also) if key)

    @property
    def rests_on(self) -> str:
        """Key of the measure whose n is the figure's."""
        return self.counts or self.denominator or self.numerator


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """What figures are split by and filtered by. `filter` is the field of `Filters` that narrows it, if any."""

    key: str
    name: Text
    filter: str = ""
