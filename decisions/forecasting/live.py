"""The forecast of today: each method's figures, which of them is used and why, and the course of months. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Literal

import numpy as np

from decisions.documents import PeriodForecast
from decisions.forecasting.backtest import Backtest
from decisions.forecasting.choosing import Choice
from decisions.forecasting.history import Floats, History, day_number, day_of
from decisions.forecasting.intervals import Interval
from decisions.forecasting.methods import METHODS, RECORD, SEASONAL, STAGED, Guess, Sight, guess
from decisions.forecasting.periods import THIS_QUARTER, THIS_YEAR, Period, month_after, periods_of
from decisions.forecasting.simulation import DRAWS

COURSE_MONTHS = 24
_NOTHING = Choice("none", "nothing")
_Said = PeriodForecast | dict[str, Any]
_ENDS: tuple[Literal["value", "low80", "high80", "low95", "high95"], ...] = (
    "value", "low80", "high80", "low95", "high95",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    """One method about one period; without an interval it cannot be used."""

    guess: Guess
    interval: Interval | None


def sight_of(history: History, as_of: date) -> Sight:
    """What is known today, values of open deals included; up to the end of the next quarter and of the year."""
    day = day_number(as_of)
    until = max(period.until for period in periods_of(as_of))
    return Sight(history.known_on(day, with_values=True), day, day_number(until), seed=day, draws=DRAWS)


def said_of(sight: Sight, backtest: Backtest, period: Period) -> dict[str, Said]:
    """Every method that has something to go by."""
    already = sight.history.revenue(day_number(period.since), sight.day)
    made = {}
    for method in METHODS:
        if (found := guess(sight, method, period)) is not None:
            interval = backtest.errors.interval(method, period.name, found, day=sight.day, already=already)
            made[method] = Said(found, interval)
    return made


@dataclass(frozen=True, slots=True)
class Forecast:
    periods: list[PeriodForecast]
    methods: list[dict[str, Any]]
    choices: Mapping[str, Choice]
    course: list[dict[str, Any]]

    @property
    def used(self) -> str:
        return self.choices[THIS_QUARTER].method

    @property
    def why(self) -> dict[str, Any]:
        """Code and figures of the choice for this quarter, and of each period under its name."""
        return {
            **_why(self.choices[THIS_QUARTER]),
            "periods": {name: _why(each) for name, each in self.choices.items()},
        }


def _why(choice: Choice) -> dict[str, Any]:
    found = asdict(choice)
    return {"code": found.pop("why"), **{key: value for key, value in found.items() if value is not None}}


def forecast(sight: Sight, backtest: Backtest, *, targets: Mapping[str, float | None]) -> Forecast:
    as_of = day_of(sight.day)
    periods, methods, choices = [], [], {}
    for period in periods_of(as_of):
        said = said_of(sight, backtest, period)
        usable = {method for method, each in said.items() if each.interval is not None}
        choice = backtest.choice(period.name, usable) if usable else _NOTHING
        choices[period.name] = choice
        periods.append(_period(sight, period, choice, said, targets.get(period.name)))
        methods += [_method_row(period, method, each) for method, each in said.items()]
    if _year_follows(periods, methods):
        choices[THIS_YEAR] = choices[THIS_QUARTER]
    return Forecast(periods, methods, choices, _course(sight, choices[THIS_QUARTER].method))


def _year_follows(periods: list[PeriodForecast], methods: list[dict[str, Any]]) -> bool:
    """Quarters and the year say the same of the same days, also by each method. In its last quarter the year is what
    came before and the quarter, whatever a method of its own would say; before, it is at least that. Whether the year
    was taken from the quarter."""
    quarter, year = (next(each for each in periods if each["period"] == name) for name in (THIS_QUARTER, THIS_YEAR))
    before = year["won_already"] - quarter["won_already"]
    is_last = quarter["until"] == year["until"]
    said = {(each["method"], each["period"]): each for each in methods}
    for (method, period), row in said.items():
        if period == THIS_YEAR and (method, THIS_QUARTER) in said:
            _follow(said[method, THIS_QUARTER], row, before, is_last)
    if quarter["low95"] is None:
        return False
    if is_last:
        year["method"] = quarter["method"]
    _follow(quarter, year, before, is_last)
    return is_last


def _follow(quarter: _Said, year: _Said, before: float, is_last: bool) -> None:
    if quarter["low95"] is None:
        return
    for end in _ENDS:
        least, own = _money(before + (quarter[end] or 0.0)), year[end]
        year[end] = least if is_last or own is None else max(own, least)


def _period(
    sight: Sight, period: Period, choice: Choice, said: Mapping[str, Said], target: float | None
) -> PeriodForecast:
    already = sight.history.revenue(day_number(period.since), sight.day)
    found = said.get(choice.method)
    ends = (None,) * 4 if found is None or found.interval is None else [_money(each) for each in _ends(found.interval)]
    return {
        "period": period.name, "since": str(period.since), "until": str(period.until), "method": choice.method,
        "won_already": _money(already), "value": _money(already if found is None else found.guess.value),
        "low80": ends[0], "high80": ends[1], "low95": ends[2], "high95": ends[3],
        "n_open": int(sight.history.is_open.sum()), "target": None if target is None else _money(target),
    }  # fmt: skip


def _ends(interval: Interval) -> tuple[float, float, float, float]:
    return interval.low80, interval.high80, interval.low95, interval.high95


def _method_row(period: Period, method: str, said: Said) -> dict[str, Any]:
    interval = said.interval
    return {
        "period": period.name, "method": method, "value": _money(said.guess.value),
        "low80": None if interval is None else _money(interval.low80),
        "high80": None if interval is None else _money(interval.high80),
        "low95": None if interval is None else _money(interval.low95),
        "high95": None if interval is None else _money(interval.high95),
    }  # fmt: skip


def _money(value: float) -> float:
    return round(float(value), 2)


def _course(sight: Sight, used: str) -> list[dict[str, Any]]:
    """Two years of months as they came, then the months to come as the simulation has them."""
    running = day_of(sight.day + 1).replace(day=1)
    begins = day_of(sight.since).replace(day=1)
    past = [month_after(running, -number) for number in range(COURSE_MONTHS, 0, -1)]
    course = [
        {"start": str(first), "actual": _money(_revenue(sight, first)), "value": None, "low95": None, "high95": None}
        for first in past if first >= begins
    ]  # fmt: skip
    method = used if used in (RECORD, STAGED, SEASONAL) else RECORD
    months = sight.months_of(method)
    for number in range(sight.ahead.months):
        first = month_after(running, number)
        already = _revenue(sight, first) if number == 0 else 0.0
        row = {"start": str(first), "actual": _money(already) if number == 0 else None}
        course.append({**row, **_expected(months, number, already, whole=method == SEASONAL)})
    return course


def _expected(months: Floats | None, number: int, already: float, *, whole: bool) -> dict[str, Any]:
    if months is None:
        return {"value": None, "low95": None, "high95": None}
    drawn = np.maximum(months[:, number], already) if whole else already + months[:, number]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {"value": _money(drawn.mean()), "low95": _money(low), "high95": _money(high)}


def _revenue(sight: Sight, first: date) -> float:
    return sight.history.revenue(day_number(first), min(day_number(month_after(first)) - 1, sight.day))
