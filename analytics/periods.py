"""The periods at the left of every page, as days. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.utils.translation import gettext_lazy as _

from analytics.questions import Filters, Grain

LAST_DAYS = {"today": 1, "7": 7, "30": 30, "90": 90}
ALL, CUSTOM, USUAL = "all", "custom", "90"
PERIODS = {
    "today": _("Today"),
    "7": _("Last 7 days"),
    "30": _("Last 30 days"),
    "90": _("Last 90 days"),
    "month": _("This month"),
    "last_month": _("Last month"),
    "quarter": _("This quarter"),
    "last_quarter": _("Last quarter"),
    "year": _("This year"),
    "last_year": _("Last year"),
    ALL: _("All time"),
    CUSTOM: _("From … to …"),
}
# Longest period, in days, that is still drawn step by step in this grain; months of up to four years, then quarters.
_STEPS = ((45, Grain.DAY), (200, Grain.WEEK), (4 * 366, Grain.MONTH))


def days_of(period: str, today: date) -> tuple[date | None, date | None]:
    """First and last day of a named period; both None for all time and for one that is not known.

    This month, quarter and year end today: days to come hold no calls, and would make the period before look longer.
    """
    if period in LAST_DAYS:
        return today - timedelta(days=LAST_DAYS[period] - 1), today
    month = today.replace(day=1)
    quarter = month.replace(month=3 * ((today.month - 1) // 3) + 1)
    year = today.replace(month=1, day=1)
    begun = {"month": month, "quarter": quarter, "year": year}
    if period in begun:
        return begun[period], today
    over = {"last_month": month, "last_quarter": quarter, "last_year": year}
    if period not in over:
        return None, None
    last = over[period] - timedelta(days=1)
    months = {"last_month": 1, "last_quarter": 3, "last_year": 12}[period]
    return last.replace(month=last.month - months + 1, day=1), last


def partial_steps(starts: Sequence[date | None], grain: Grain, filters: Filters) -> frozenset[int]:
    """Numbers of the steps that the period cuts short, so that they hold less than others of their length."""
    first_days = [start for start in starts if start is not None]
    if len(first_days) != len(starts) or not first_days:
        return frozenset()
    cut = {0} if filters.since and first_days[0] < filters.since else set()
    last = first_days[-1]
    if filters.until and _next_step(last, grain) - timedelta(days=1) > filters.until:
        cut.add(len(first_days) - 1)
    return frozenset(cut)


def _next_step(start: date, grain: Grain) -> date:
    if grain in (Grain.DAY, Grain.WEEK):
        return start + timedelta(days=1 if grain == Grain.DAY else 7)
    months = {Grain.MONTH: 1, Grain.QUARTER: 3, Grain.YEAR: 12}[grain]
    later = start.year * 12 + start.month - 1 + months
    return date(later // 12, later % 12 + 1, 1)


def usual_grain(since: date | None, until: date | None) -> Grain:
    """The step in which a course over these days is read best; months where the period is open."""
    if since is None or until is None:
        return Grain.MONTH
    days = (until - since).days + 1
    return next((grain for most, grain in _STEPS if days <= most), Grain.QUARTER)
