"""Cutting a period into whole months and the days that are left at its ends. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from analytics.questions import Filters, Grain

Range = tuple[date | None, date | None]
"""First and last day, None where it is open."""
_FINER_THAN_MONTHS = (Grain.DAY, Grain.WEEK)


@dataclass(frozen=True, slots=True)
class Period:
    """`months`: first days of the first and the last whole month, None where there is none. `days`: what is left."""

    months: Range | None
    days: tuple[Range, ...]


def split(filters: Filters, grain: Grain | None) -> Period:
    """The period of `filters`; in days alone where the steps are shorter than months."""
    since, until = filters.since, filters.until
    if grain in _FINER_THAN_MONTHS:
        return Period(None, ((since, until),))
    first = since if since is None or since.day == 1 else month_after(since)
    last = until if until is None else month_after(until + timedelta(days=1), -1)
    if first and last and first > last:
        return Period(None, ((since, until),))
    before = ((since, first - timedelta(days=1)),) if since and first and since < first else ()
    rest = month_after(last) if last else None
    after = ((rest, until),) if until and rest and rest <= until else ()
    return Period((first, last), (*before, *after))


def month_after(day: date, months: int = 1) -> date:
    """First day of the month that begins `months` after that of `day`."""
    count = day.year * 12 + day.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)


def step_of(day: date, grain: Grain | None) -> date | None:
    """First day of the step that `day` is in."""
    if grain is None:
        return None
    if grain in _FINER_THAN_MONTHS:
        return day - timedelta(days=day.weekday()) if grain == Grain.WEEK else day
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def month_of(day: date) -> Range:
    """First and last day of the month that `day` is in."""
    return day.replace(day=1), month_after(day) - timedelta(days=1)


def is_within(day: date, days: Range) -> bool:
    since, until = days
    return (since is None or since <= day) and (until is None or day <= until)


def runs(days: Iterable[date]) -> tuple[Range, ...]:
    """The days as ranges without gaps."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and found[-1][1] + timedelta(days=1) == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)
