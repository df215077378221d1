"""Named periods as days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.periods import ALL, CUSTOM, PERIODS, days_of, usual_grain
from analytics.questions import Grain

NAMED = [name for name in PERIODS if name not in (ALL, CUSTOM)]


@pytest.mark.parametrize(
    ("period", "since", "until"),
    [
        ("today", (2026, 5, 17), (2026, 5, 17)),
        ("7", (2026, 5, 11), (2026, 5, 17)),
        ("month", (2026, 5, 1), (2026, 5, 17)),
        ("last_month", (2026, 4, 1), (2026, 4, 30)),
        ("quarter", (2026, 4, 1), (2026, 5, 17)),
        ("last_quarter", (2026, 1, 1), (2026, 3, 31)),
        ("year", (2026, 1, 1), (2026, 5, 17)),
        ("last_year", (2025, 1, 1), (2025, 12, 31)),
    ],
)
def test_days(period, since, until):
    assert days_of(period, date(2026, 5, 17)) == (date(*since), date(*until))


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.sampled_from(NAMED))
def test_a_period_is_in_order_and_over_by_today(today, period):
    since, until = days_of(period, today)
    assert since <= until <= today
    if period.startswith("last_"):
        assert (until + timedelta(days=1)).day == 1 and since.day == 1


def test_all_time_is_open():
    assert days_of(ALL, date(2026, 5, 17)) == (None, None)
    assert usual_grain(None, None) == Grain.MONTH


def test_longer_periods_are_drawn_in_longer_steps():
    grains = [usual_grain(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days)) for days in (0, 90, 400, 3000)]
    assert grains == [Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER]
