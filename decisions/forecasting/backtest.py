"""What each method would have said on earlier days, against what came. Pure.

On the first day of each month of the last two years only what was known then is looked at: deals created up to it,
stages entered up to it, and what was closed up to it. Values of deals that were open then are taken from won deals of
the same product. Intervals use the errors of forecasts whose period was over by then.
"""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np

from decisions.forecasting.choosing import Choice, choose
from decisions.forecasting.dealwise import DealScores
from decisions.forecasting.history import Floats, History, day_number, day_of
from decisions.forecasting.intervals import Errors
from decisions.forecasting.methods import BASELINES, METHODS, RECORD, SEASONAL, STAGED, Sight, guess
from decisions.forecasting.periods import PERIODS, THIS_YEAR, Period, month_after, months_between, periods_of
from decisions.forecasting.scoring import mean_percentage_error, weighted_percentage_error

MAX_CUTS = 24
MIN_CLOSED_BEFORE = 30
DRAWS = 400
# Months that a forecast made every month overlaps with its neighbours.
AHEAD = {"this_quarter": 3, "next_quarter": 6, THIS_YEAR: 12}

# What is used where nothing can be compared yet: what looks at the deals first.
_UNTESTED = (RECORD, STAGED, SEASONAL, *BASELINES)

StageChances = Callable[[History, int], Floats | None]


@dataclass
class Backtest:
    """`said[method, period]`: one row per cut (known value or NaN); `actual[period]` likewise; `inside`: whether the
    80 and the 95 percent interval held it (NaN: none given)."""

    cuts: list[date] = field(default_factory=list)
    said: dict[tuple[str, str], list[float]] = field(default_factory=lambda: defaultdict(list))
    inside: dict[tuple[str, str], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    actual: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Errors = field(default_factory=Errors)
    deals: DealScores = field(default_factory=DealScores)

    def choice(self, period: str, among: Collection[str] = METHODS) -> Choice:
        """The method for this period, of those that have something to go by."""
        actual = np.array(self.actual[period])
        off = {
            method: np.abs(np.array(self.said[method, period]) - actual) / np.where(actual > 0, actual, np.nan)
            for method in METHODS if method in among and self.said[method, period]
        }  # fmt: skip
        untested = next((method for method in _UNTESTED if method in among), RECORD)
        return choose(off, METHODS, ahead=AHEAD[period], untested=untested)

    def table(self) -> list[dict[str, Any]]:
        return [self._row(method, period) for period in PERIODS for method in METHODS]

    def _row(self, method: str, period: str) -> dict[str, Any]:
        said, actual = np.array(self.said[method, period]), np.array(self.actual[period])
        there = ~np.isnan(said) if len(said) else np.zeros(0, dtype=bool)
        said, actual = said[there], actual[there]
        inside = np.array(self.inside[method, period], dtype=np.float64).reshape(-1, 2)
        inside = inside[~np.isnan(inside[:, 0])]
        return {
            "method": method, "period": period, "n": len(said),
            "mape": _rounded(mean_percentage_error(actual, said)),
            "wape": _rounded(weighted_percentage_error(actual, said)),
            "bias": _rounded(float((said - actual).sum() / actual.sum())) if actual.sum() > 0 else None,
            "coverage80": _rounded(float(inside[:, 0].mean())) if len(inside) else None,
            "coverage95": _rounded(float(inside[:, 1].mean())) if len(inside) else None,
            "intervals": len(inside),
        }  # fmt: skip


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def last_known(history: History, day: int) -> int:
    """The day up to which the record goes: none later than `day` on which something began or closed."""
    days = np.concatenate([history.created, history.closed])
    days = days[days <= day]
    return int(days.max()) if len(days) else day


def cuts_of(history: History, day: int) -> list[date]:
    """First days of months, with enough closed before them, and before the end of the record."""
    until = last_known(history, day)
    closed = np.sort(history.closed[history.closed <= until])
    if len(closed) < MIN_CLOSED_BEFORE:
        return []
    since = day_of(int(closed[MIN_CLOSED_BEFORE - 1]))
    firsts = [each for each in months_between(since, day_of(until)) if since < each <= day_of(until)]
    return firsts[-MAX_CUTS:]


def travel(
    history: History, day: int, *, chances: StageChances = lambda known, on: None, seed: int = 7,
    progress: Callable[[float], None] = lambda share: None,
) -> Backtest:  # fmt: skip
    """The backtest of a record as of `day`. `chances` gives the stage table's chance of each open deal on a day."""
    until = last_known(history, day)
    made = Backtest()
    cuts = cuts_of(history, day)
    for number, cut in enumerate(cuts):
        periods = [each for each in periods_of(cut) if _is_over(each, until) and _is_due(each, cut)]
        on = day_number(cut)
        known = history.known_on(on)
        last = max((each.until for each in periods), default=cut)
        chance = chances(known, on)
        sight = Sight(known, on, day_number(last), seed=seed + number, draws=DRAWS, chance=chance)
        made.cuts.append(cut)
        for period in periods:
            _compare(made, history, sight, period)
        made.deals.add(history, sight, until)
        progress((number + 1) / len(cuts))
    return made


def _is_over(period: Period, until: int) -> bool:
    """A period counts once the record reaches its last week: the last days of a quarter may bring nothing."""
    return day_number(period.until) <= until + 6


def _is_due(period: Period, cut: date) -> bool:
    """Years are forecast from their first three quarters: what is left in the last one is this quarter's."""
    return period.name != THIS_YEAR or cut < month_after(period.since, 9)


def _compare(made: Backtest, history: History, sight: Sight, period: Period) -> None:
    actual = history.revenue(day_number(period.since), day_number(period.until))
    already = sight.history.revenue(day_number(period.since), sight.day)
    made.actual[period.name].append(actual)
    for method in METHODS:
        said = guess(sight, method, period)
        made.said[method, period.name].append(np.nan if said is None else said.value)
        if said is None:
            made.inside[method, period.name].append((np.nan, np.nan))
            continue
        range_ = made.errors.interval(method, period.name, said, day=sight.day, already=already)
        made.inside[method, period.name].append(
            (np.nan, np.nan) if range_ is None
            else (float(range_.low80 <= actual <= range_.high80), float(range_.low95 <= actual <= range_.high95))
        )  # fmt: skip
        made.errors.add(method, period.name, known=day_number(period.until), guess=said, actual=actual)
