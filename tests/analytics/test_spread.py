"""Amounts of whole periods on the days asked for."""

from datetime import date
from decimal import Decimal

from analytics.asking.spread import Amount, shortest_of_each_day

QUARTER = Amount(date(2026, 1, 1), date(2026, 3, 31), Decimal(90))
FEBRUARY = Amount(date(2026, 2, 1), date(2026, 2, 28), Decimal(280))
LATER = Amount(date(2026, 2, 15), date(2026, 3, 14), Decimal(56))


def test_a_day_bears_its_share():
    assert QUARTER.within(date(2026, 1, 31), date(2026, 2, 1)) == 2
    assert QUARTER.within(date(2026, 4, 1), date(2026, 4, 30)) == 0


def test_where_two_cover_a_day_the_shorter_counts_then_the_later():
    whole = QUARTER.since, QUARTER.until
    assert shortest_of_each_day([QUARTER, FEBRUARY], *whole) == 31 + 280 + 31
    assert shortest_of_each_day([FEBRUARY, LATER], *whole) == 14 * 10 + 28 * 2
    assert shortest_of_each_day([LATER, FEBRUARY, QUARTER], *whole) == 31 + 14 * 10 + 28 * 2 + 17
