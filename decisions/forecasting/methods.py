"""What each method says about the revenue of a period, from what was known on a day. Pure.

From the simplest: `last_period` (that of the same length before), `last_year` (the same months a year before),
`win_rate` (open deals × overall win rate), `staged` (open deals × the stage table), `seasonal` (the series of monthly
revenue), `record` (open deals by age, stage and calendar, and deals to come).
"""

from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field

import numpy as np

from decisions.forecasting.curves import Record, learn
from decisions.forecasting.flow import Horizon, flow_of, horizon, open_deals
from decisions.forecasting.history import Floats, History, day_number, day_of
from decisions.forecasting.periods import THIS_YEAR, Period, before, month_after, months_between
from decisions.forecasting.seasonal import draw_series
from decisions.forecasting.simulation import Drawn, draw_months, draw_open, learn_values

LAST_PERIOD, LAST_YEAR, WIN_RATE, STAGED, SEASONAL, RECORD = METHODS = (
    "last_period", "last_year", "win_rate", "staged", "seasonal", "record",
)  # fmt: skip
BASELINES = (LAST_PERIOD, LAST_YEAR, WIN_RATE)
MIN_CLOSED = 10


@dataclass(frozen=True, slots=True)
class Guess:
    """`value` of a period's revenue; `draws` where the method simulates it."""

    value: float
    draws: Floats | None = None


@dataclass
class Sight:
    """All that was known on `day`, worked once for all periods. `history` as `known_on(day)` gives it.

    `chance`: by the stage table, of each open deal in order of its place in the history; None: no stages known.
    """

    history: History
    day: int
    until: int
    seed: int
    draws: int
    chance: Floats | None = None
    record: Record = field(init=False)
    ahead: Horizon = field(init=False)
    _months: dict[str, Floats | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.record = learn(self.history, self.day)
        self.ahead = horizon(self.day, self.until)

    def with_chance(self, chance: Floats | None) -> "Sight":
        """The same with chances by the stage table; what the record teaches is not learned once more."""
        made = copy(self)
        made.chance, made._months = chance, {}
        return made

    @property
    def since(self) -> int:
        """The first day of the record."""
        closed = self.history.closed[~self.history.is_open]
        return int(closed.min()) if len(closed) else self.day

    def drawn(self) -> Drawn:
        return draw_months(self.history, self.record, self.ahead, seed=self.seed, draws=self.draws)

    def months_of(self, method: str) -> Floats | None:
        """(draws, months of the horizon); None where the method has nothing to go by."""
        if method not in self._months:
            self._months[method] = _MONTHS[method](self)
        return self._months[method]

    def columns(self, period: Period) -> list[int]:
        """Months of the horizon that lie within the period."""
        first = day_of(self.day + 1).replace(day=1)
        return [n for n in range(self.ahead.months) if period.since <= month_after(first, n) <= period.until]


def guess(sight: Sight, method: str, period: Period) -> Guess | None:
    """None where the method has nothing to go by. Never less than what is won already."""
    already = sight.history.revenue(day_number(period.since), sight.day)
    if method in _POINTS:
        value = _POINTS[method](sight, period)
        return None if value is None else Guess(max(value, already))
    if (months := sight.months_of(method)) is None:
        return None
    columns = sight.columns(period)
    if method == SEASONAL and columns and columns[0] == 0:
        # The series counts the month that runs as a whole: what was won in it is part of it.
        running = sight.history.revenue(day_number(day_of(sight.day + 1).replace(day=1)), sight.day)
        draws = already - running + np.maximum(months[:, 0], running) + months[:, columns[1:]].sum(axis=1)
    else:
        draws = already + months[:, columns].sum(axis=1)
    return Guess(float(draws.mean()), draws)


def _earlier(sight: Sight, period: Period, months: int) -> float | None:
    """Revenue of the period so many months before, where the record holds all of it."""
    then = before(period, months=months)
    while day_number(then.until) > sight.day:  # of a period that has not begun: the last complete one
        then = before(then, months=months)
    # A month's grace: the first closing of a record rarely falls on the first day.
    if sight.since > day_number(then.since) + 31 or not len(sight.history):
        return None
    return sight.history.revenue(day_number(then.since), day_number(then.until))


def _last_period(sight: Sight, period: Period) -> float | None:
    return _earlier(sight, period, period.months)


def _last_year(sight: Sight, period: Period) -> float | None:
    return _earlier(sight, period, 12)


def _win_rate(sight: Sight, period: Period) -> float | None:
    history = sight.history
    rows = np.flatnonzero(history.is_open)
    if sight.record.closed < MIN_CLOSED or period.name == THIS_YEAR:  # most of a year's deals have not begun
        return None
    usual = learn_values(history, sight.record).usual(history.kind[rows])
    value = np.where(np.isnan(history.value[rows]), usual, history.value[rows]).sum()
    closed = (history.closed >= sight.record.since) & ~history.is_open
    rate = history.won[closed].mean()
    return float(history.revenue(day_number(period.since), sight.day) + value * rate)


_POINTS: dict[str, Callable[[Sight, Period], float | None]] = {
    LAST_PERIOD: _last_period, LAST_YEAR: _last_year, WIN_RATE: _win_rate,
}  # fmt: skip


def _record_months(sight: Sight) -> Floats | None:
    return sight.drawn().total if sight.record.closed >= MIN_CLOSED else None


def _staged_months(sight: Sight) -> Floats | None:
    """Chance of the table × when deals like it close; deals to come are no part of that method."""
    if sight.chance is None:
        return None
    deals = open_deals(sight.history, sight.record, sight.day)
    if sight.record.closed < MIN_CLOSED:
        spread = np.full((len(deals.rows), sight.ahead.months), 1 / max(sight.ahead.months, 1))
    else:
        spread = flow_of(sight.record, deals.stratum, deals.age, sight.ahead).closed
    rng = np.random.default_rng(sight.seed)
    values = learn_values(sight.history, sight.record)
    shock = np.ones((sight.draws, sight.ahead.months))
    return draw_open(spread * sight.chance[:, None], sight.history, deals.rows, values, shock, rng)


def _seasonal_months(sight: Sight) -> Floats | None:
    running = day_of(sight.day + 1).replace(day=1)
    last = day_number(running) - 1
    if last <= sight.since:
        return None
    firsts = [each for each in months_between(day_of(sight.since), day_of(last)) if day_number(each) >= sight.since - 6]
    revenue = [sight.history.revenue(day_number(each), day_number(month_after(each)) - 1) for each in firsts]
    return draw_series(np.array(revenue), sight.ahead.months, seed=sight.seed, draws=sight.draws)


_MONTHS: dict[str, Callable[[Sight], Floats | None]] = {
    STAGED: _staged_months, SEASONAL: _seasonal_months, RECORD: _record_months,
}  # fmt: skip
