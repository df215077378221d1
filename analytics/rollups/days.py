"""Days of UTC and those of a place. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def local_days(day: date, zone: ZoneInfo) -> Iterator[date]:
    """The days in `zone` that touch a day of UTC."""
    begin = datetime.combine(day, time(), UTC)
    end = begin + timedelta(hours=24, microseconds=-1)
    return days_between(begin.astimezone(zone).date(), end.astimezone(zone).date())


def days_between(since: date, until: date) -> Iterator[date]:
    """Every day, both ends included."""
    return (since + timedelta(days=number) for number in range((until - since).days + 1))
