"""Which day, week or month a plan is drawn for, by the clock of the client's office, and when its reviews are due."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from recordings.models.sampling import Cadence


@dataclass(frozen=True, slots=True)
class Period:
    """`name` makes it unique within its plan; calls before `until` are drawn from."""

    name: str
    until: datetime


def period_at(cadence: str, now: datetime, zone: ZoneInfo) -> Period:
    """The period that holds `now`: `2026-11-26`, `2026-W48`, `2026-11`; by hand, the minute.

    A standing order is drawn from what was before its period began, so that the drawing of a period is the same
    whenever it is made; one by hand from everything until now.
    """
    here = now.astimezone(zone)
    today = here.date()
    match cadence:
        case Cadence.DAILY:
            return Period(today.isoformat(), _midnight(today, zone))
        case Cadence.WEEKLY:
            monday = today - timedelta(days=today.weekday())
            year, week, _day = today.isocalendar()
            return Period(f"{year}-W{week:02d}", _midnight(monday, zone))
        case Cadence.MONTHLY:
            return Period(f"{today:%Y-%m}", _midnight(today.replace(day=1), zone))
    return Period(f"{here:%Y-%m-%d %H:%M}", now)


def due_after(days: int, now: datetime, zone: ZoneInfo) -> datetime:
    """The end of the day `days` after today, by the office's clock: whoever is done that day is in time."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return _midnight(day + timedelta(days=1), zone) - timedelta(minutes=1)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, tzinfo=zone)
