"""Which rows answer for which part of a period."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from analytics.models import Grain
from analytics.rollups.months import Period, Range, is_within, month_of, runs


@dataclass(frozen=True, slots=True)
class Plan:
    """`stored` picks the rows of sums; the days of `calls` are to be read from the calls."""

    stored: Q
    calls: tuple[Range, ...]


def plan_of(period: Period, dirty: Collection[date], *, by_days: bool) -> Plan:
    """Months from the rows of months; one with a dirty day, and what is no whole month, from days.

    `by_days` is whether there are rows of days. Days that are dirty or have none are read from the calls.
    """
    broken: set[date] = set()
    if period.months is not None:
        within = (period.months[0], period.months[1] and month_of(period.months[1])[1])
        broken = {day.replace(day=1) for day in dirty if is_within(day, within)}
    days = (*period.days, *(month_of(month) for month in sorted(broken)))
    months = _of(Grain.MONTH, [period.months] if period.months else []) & ~Q(start__in=broken)
    if not by_days:
        return Plan(months, days)
    needed = {day for day in dirty if any(is_within(day, each) for each in days)}
    return Plan(months | (_of(Grain.DAY, days) & ~Q(start__in=needed)), runs(needed))


def _of(grain: Grain, ranges: Iterable[Range]) -> Q:
    found = Q(pk__in=[])
    for since, until in ranges:
        sides = {"start__gte": since, "start__lte": until}
        found |= Q(grain=grain, **{side: day for side, day in sides.items() if day})
    return found
