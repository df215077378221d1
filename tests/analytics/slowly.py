"""The slow, obvious way to compute figures: plain rows, plain loops. What `ask` answers must equal it."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from analytics.asking import ask
from analytics.metrics import MISSING
from analytics.questions import Filters, Grain, Question

FEW = settings(
    max_examples=12, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
DAYS = st.dates(date(2026, 1, 20), date(2026, 4, 10))
PERIODS = st.one_of(
    st.just(Filters()),
    st.tuples(DAYS, DAYS).map(lambda days: Filters(since=min(days), until=max(days))),
)
GRAINS = st.sampled_from([None, Grain.DAY, Grain.WEEK, Grain.MONTH, Grain.QUARTER, Grain.YEAR])
MONEY = st.one_of(st.none(), st.integers(0, 999_999).map(lambda cents: Decimal(cents) / 100))


def first_day(day, grain):
    """Of the step that `day` is in, found by walking back."""
    begins = {
        Grain.DAY: lambda day: True,
        Grain.WEEK: lambda day: day.isoweekday() == 1,
        Grain.MONTH: lambda day: day.day == 1,
        Grain.QUARTER: lambda day: day.day == 1 and day.month in (1, 4, 7, 10),
        Grain.YEAR: lambda day: day.day == 1 and day.month == 1,
    }[grain]
    while not begins(day):
        day -= timedelta(days=1)
    return day


def days_of(start, grain, period):
    """All days of the period that are in the step; (the days, None) for everything when neither is given."""
    if start is None:
        return period.since, period.until
    end = start
    while first_day(end + timedelta(days=1), grain) == start:
        end += timedelta(days=1)
    return max(start, period.since or start), min(end, period.until or end)


def happened(day, days):
    since, until = days
    return day is not None and (since is None or day >= since) and (until is None or day <= until)


def happened_or_unknown(day, days):
    """Without a period, rows without a day count as well."""
    return days == (None, None) or happened(day, days)


def mean(values):
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None


def share(part, whole):
    return len(part) / len(whole) if whole else None


def group_key(value):
    return MISSING if value in (None, "") else str(value)


def assert_same(figure, expected, about):
    if expected is None:
        assert figure.value is None, about
        return
    assert figure.value is not None, (about, expected)
    off = abs(float(figure.value) - float(expected))
    assert off <= 1e-9 * abs(float(expected)) + (0.00501 if isinstance(figure.value, Decimal) else 1e-9), about


def compare(*, user, metrics, slow, rows, by, group, grain, period):
    """Ask for all `metrics` at once; each cell must equal `slow[metric](rows of its group, its days)`."""
    answer = ask(Question(metrics=tuple(metrics), by=by, grain=grain, filters=period), user=user)
    for cell in answer.cells:
        mine = [row for row in rows if not by or group_key(group(row)) == cell.key]
        days = days_of(cell.start, grain, period)
        assert_same(cell.figure, slow[cell.metric](mine, days), (cell, by, grain, period))
    return answer
