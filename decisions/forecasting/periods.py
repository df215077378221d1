"""Quarters and months, and which of them a forecast is about. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

THIS_QUARTER, NEXT_QUARTER, THIS_YEAR = "this_quarter", "next_quarter", "this_year"
PERIODS = (THIS_QUARTER, NEXT_QUARTER, THIS_YEAR)
_ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """Days, both inclusive."""

    name: str
    since: date
    until: date

    @property
    def months(self) -> int:
        return (self.until.year - self.since.year) * 12 + self.until.month - self.since.month + 1


def month_after(first: date, months: int = 1) -> date:
    """First day of the month that lies so many months after that of `first`."""
    number = first.year * 12 + first.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def quarter_start(day: date) -> date:
    return date(day.year, 3 * ((day.month - 1) // 3) + 1, 1)


def periods_of(as_of: date) -> tuple[Period, ...]:
    """This quarter, the next one, this year, as seen from a day."""
    first = quarter_start(as_of)
    second = month_after(first, 3)
    return (
        Period(THIS_QUARTER, first, second - _ONE),
        Period(NEXT_QUARTER, second, month_after(second, 3) - _ONE),
        Period(THIS_YEAR, date(as_of.year, 1, 1), date(as_of.year, 12, 31)),
    )


def before(period: Period, *, months: int) -> Period:
    """The same length, so many months earlier."""
    return Period(
        period.name, month_after(period.since, -months), month_after(month_after(period.until), -months) - _ONE
    )


def months_between(since: date, until: date) -> Iterator[date]:
    """First days of the months from that of `since` to that of `until`."""
    month = since.replace(day=1)
    while month <= until:
        yield month
        month = month_after(month)


def third_of_quarter(month: int) -> int:
    """0, 1 or 2: where a month stands in its quarter."""
    return (month - 1) % 3
