"""Days that win rates are told for, and the steps they are cut into. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from decisions.tables import DealTable

GRAINS = ("day", "week", "month", "quarter", "year")
# Lengths of the period that is compared with the one before it, when nobody names days: the shortest with enough.
LENGTHS = (91, 182, 365)
ENOUGH_TO_COMPARE = 400


@dataclass(frozen=True, slots=True)
class Days:
    """Both inclusive; None is open."""

    since: date | None = None
    until: date | None = None

    @property
    def before(self) -> "Days | None":
        """As many days just before; None of an open period."""
        if self.since is None or self.until is None:
            return None
        length = (self.until - self.since).days + 1
        return Days(self.since - timedelta(days=length), self.since - timedelta(days=1))


def recent_period(table: DealTable, as_of: date) -> Days:
    """What the standard analysis is about: the last quarter (91 days), half year or year up to the last closing day.

    The shortest of them in which it and the period before hold ENOUGH_TO_COMPARE closed deals each; else the longest
    that the record covers twice, at least the quarter. Where the last deal closed less than a quarter ago the period
    ends today.
    """
    closed = table.closed[~np.isnan(table.won) & ~np.isnat(table.closed)]
    closed = closed[closed <= np.datetime64(as_of)]
    if not len(closed):
        return Days(as_of - timedelta(days=LENGTHS[0] - 1), as_of)
    first, last = _day(closed.min()), _day(closed.max())
    until = as_of if (as_of - last).days < LENGTHS[0] else last
    chosen = LENGTHS[0]
    for length in LENGTHS:
        if (until - first).days + 1 < 2 * length * 0.9:
            break
        chosen = length
        edges = np.array([until - timedelta(days=2 * length), until - timedelta(days=length), until], "datetime64[D]")
        before, now = (int(((closed > low) & (closed <= high)).sum()) for low, high in pairwise(edges))
        if min(before, now) >= ENOUGH_TO_COMPARE:
            break
    return Days(until - timedelta(days=chosen - 1), until)


def starts_of(days: NDArray[np.datetime64], grain: str) -> NDArray[np.datetime64]:
    """The first day of the step that each day is in, weeks on Monday; NaT stays NaT."""
    if grain == "day":
        return days
    if grain == "week":  # the first day of 1970 was a Thursday
        numbers = days.astype("int64")
        return np.where(np.isnat(days), days, (numbers - (numbers + 3) % 7).astype("datetime64[D]"))
    if grain == "year":
        return days.astype("datetime64[Y]").astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    if grain == "month":
        return months.astype("datetime64[D]")
    numbers = months.astype("int64")
    return np.where(np.isnat(days), days, (numbers - numbers % 3).astype("datetime64[M]").astype("datetime64[D]"))


def usual_grain(table: DealTable) -> str:
    """In which steps the course of all closed deals is read: months up to four years, then quarters."""
    days = table.closed[~np.isnat(table.closed)]
    if not len(days):
        return "month"
    span = int((days.max() - days.min()).astype("int64"))
    return "month" if span <= 4 * 366 else "quarter" if span <= 12 * 366 else "year"


def _day(value: np.datetime64) -> date:
    found: date = value.astype("datetime64[D]").item()
    return found
