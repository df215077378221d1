"""Steps of time: where they begin, and which a period has. Pure."""

from collections.abc import Iterator
from datetime import date, timedelta

from analytics.questions import Grain

_MONTHS = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}


def start_of(day: date, grain: Grain) -> date:
    """First day of the step that `day` is in."""
    if grain == Grain.DAY:
        return day
    if grain == Grain.WEEK:
        return day - timedelta(days=day.weekday())
    if grain == Grain.MONTH:
        return day.replace(day=1)
    return date(day.year, 1 if grain == Grain.YEAR else 3 * ((day.month - 1) // 3) + 1, 1)


def after(start: date, grain: Grain) -> date:
    """First day of the next step."""
    if grain in (Grain.DAY, Grain.WEEK):
        return start + timedelta(days=1 if grain == Grain.DAY else 7)
    months = start.year * 12 + start.month - 1 + _MONTHS[grain]
    return date(months // 12, months % 12 + 1, 1)


def steps_between(since: date, until: date, grain: Grain) -> Iterator[date]:
    """First days of all steps from that of `since` to that of `until`."""
    step = start_of(since, grain)
    while step <= until:
        yield step
        step = after(step, grain)


def last_day(start: date, grain: Grain, until: date) -> date:
    """Last day of a step that is cut at `until`."""
    return min(after(start, grain) - timedelta(days=1), until)
