"""Deals that are not there yet: how many begin in a month to come. Pure."""

from dataclasses import dataclass

import numpy as np

from decisions.forecasting.curves import Record
from decisions.forecasting.history import Floats, History, day_number, day_of
from decisions.forecasting.periods import month_after, months_between

# The level is that of so many last complete months; the spread that of up to so many.
LEVEL_MONTHS, SPREAD_MONTHS, SEASON_MONTHS = 6, 12, 24
# Years' worth of "no season" that each month of the year is drawn to.
SEASON_PRIOR = 1.0


@dataclass(frozen=True, slots=True)
class Arrivals:
    """New deals a day in each month of the year (12), and how unsteady months are: the squared relative spread of
    their level beyond chance, and the share of it by which the level itself is unsure."""

    a_day: Floats
    spread: float
    level_spread: float


def learn_arrivals(history: History, record: Record) -> Arrivals:
    """From complete months only; where there is none, from the days that there are."""
    firsts = [
        first
        for first in months_between(day_of(record.since), day_of(record.until))
        if day_number(first) >= record.since and day_number(month_after(first)) - 1 <= record.until
    ]
    if not firsts:
        days = max(record.until - record.since + 1, 1)
        recent = ((history.created >= record.since) & (history.created <= record.until)).sum()
        return Arrivals(np.full(12, recent / days), 0.25, 0.25)
    starts = np.array([day_number(first) for first in firsts], dtype=np.int64)
    ends = np.array([day_number(month_after(first)) for first in firsts], dtype=np.int64)
    created = np.sort(history.created)
    counts = (np.searchsorted(created, ends) - np.searchsorted(created, starts)).astype(np.float64)
    season = _season(counts, [first.month for first in firsts])
    even = counts / season[[first.month - 1 for first in firsts]]
    level = even[-LEVEL_MONTHS:].mean()
    spread = _spread(even[-SPREAD_MONTHS:])
    return Arrivals(season * level / (365.25 / 12), spread, spread / min(len(even), LEVEL_MONTHS) + _drift(even))


def _season(counts: Floats, months: list[int]) -> Floats:
    """Effect of the month of the year, about 1; none from less than two years."""
    effects = np.ones(12)
    if len(counts) < SEASON_MONTHS or counts.mean() <= 0:
        return effects
    for month in range(1, 13):
        of = counts[[number == month for number in months]] / counts.mean()
        effects[month - 1] = (of.sum() + SEASON_PRIOR) / (len(of) + SEASON_PRIOR)
    evened: Floats = effects / effects.mean()
    return evened


def _spread(counts: Floats) -> float:
    """Squared relative spread beyond that of a Poisson count; 0.25 (half of the level) where one month is all."""
    mean = counts.mean()
    if len(counts) < 2 or mean <= 0:
        return 0.25
    return float(max(0.0, (counts.var(ddof=1) - mean) / mean**2))


def _drift(counts: Floats) -> float:
    """Squared relative step from one quarter's level to the next, beyond chance."""
    quarters = counts[len(counts) % 3 :].reshape(-1, 3).mean(axis=1) if len(counts) >= 6 else np.zeros(0)
    if len(quarters) < 2 or (quarters <= 0).any():
        return 0.0
    steps = np.diff(np.log(quarters))
    return float(max(0.0, (steps**2).mean() - 2 / (3 * counts.mean())))
