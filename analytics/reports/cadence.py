"""When a report is due: at an hour of the wall clock in the client's time zone, whatever summer time does. Pure."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analytics.models.schedules import Cadence


def next_due(cadence: str, *, hour: int, weekday: int = 0, day: int = 1, zone: ZoneInfo, after: datetime) -> datetime:
    """The first moment later than `after` that fits, in UTC.

    `weekday` counts from Monday = 0, `day` is that of the month (1 to 28). An hour that summer time leaves out is the
    one after it; one that comes twice is the first.
    """
    today = after.astimezone(zone).date()
    for offset in range(64):
        there = today + timedelta(days=offset)
        if not _fits(cadence, there, weekday=weekday, day=day):
            continue
        moment = _moment(there, hour, zone)
        if moment > after:
            return moment
    raise ValueError(f"A report of cadence {cadence!r} is never due.")


def _fits(cadence: str, there: date, *, weekday: int, day: int) -> bool:
    match cadence:
        case Cadence.DAILY:
            return True
        case Cadence.WEEKLY:
            return there.weekday() == weekday
        case Cadence.MONTHLY:
            return there.day == day
    return False


def _moment(there: date, hour: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(there, time(hour), zone).astimezone(UTC)
