"""Figures in words, as people of a language write them. Pure but for gettext."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import (
    format_compact_currency,
    format_compact_decimal,
    format_currency,
    format_decimal,
    format_percent,
)
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.metrics import METRICS, Better, Unit
from analytics.questions import Change, Figure, Grain, Number

NOTHING = "–"
COMPACT_FROM = 100_000


def locale() -> Locale:
    """That of the language in which texts are translated now."""
    try:
        return Locale.parse((get_language() or "en").replace("-", "_"))
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en")


def value_in_words(value: Number | float | None, unit: Unit, *, currency: str = "", compact: bool = False) -> str:
    """E.g. "4,238", "63.2 %", "4:05", "$10.0M"; a dash where nothing can be said."""
    if value is None:
        return NOTHING
    short = compact and abs(float(value)) >= COMPACT_FROM
    match unit:
        case Unit.COUNT:
            return _number(value, "#,##0", short=short)
        case Unit.SHARE:
            return str(format_percent(value, "#,##0.0 %", locale=locale()))
        case Unit.SECONDS:
            return f"{round(value) // 60}:{round(value) % 60:02d}"
        case Unit.MINUTES:
            return _("%(n)s min") % {"n": _number(value, "#,##0", short=short)}
        case Unit.DAYS:
            return _("%(n)s days") % {"n": _number(value, "#,##0.0", short=short)}
        case Unit.MONEY:
            return _money(value, currency, short=short)
        case Unit.MONEY_PER_DAY:
            return _("%(money)s a day") % {"money": _money(value, currency, short=short)}
        case Unit.SCORE:
            return _number(value, "#,##0.0", short=short)
    return _number(value, "#,##0.00", short=short)


def count_in_words(count: int) -> str:
    return _number(count, "#,##0", short=False)


def _number(value: Any, pattern: str, *, short: bool) -> str:
    if short:
        return str(format_compact_decimal(value, locale=locale(), fraction_digits=1))
    return str(format_decimal(value, pattern, locale=locale()))


def _money(value: Any, currency: str, *, short: bool) -> str:
    if not currency:
        return _number(value, "#,##0", short=short)
    if short:
        return str(format_compact_currency(value, currency, locale=locale(), fraction_digits=1))
    digits = "#,##0" if abs(value) >= 1000 or value == int(value) else "#,##0.00"
    plain = locale().currency_formats["standard"].pattern.replace("#,##0.00", digits)
    return str(format_currency(Decimal(str(value)), currency, plain, locale=locale(), currency_digits=False))


def interval_in_words(figure: Figure, unit: Unit, *, currency: str = "") -> str:
    """ "58.1 % – 68.0 %"; empty where there is no interval."""
    if figure.low is None or figure.high is None:
        return ""
    low, high = (value_in_words(end, unit, currency=currency) for end in (figure.low, figure.high))
    return f"{low} – {high}"


def change_in_words(change: Change | None, unit: Unit, *, currency: str = "") -> str:
    """How much more or less than before: percentage points for shares, else per cent; empty where it is not known."""
    if change is None or change.absolute is None:
        return ""
    if unit == Unit.SHARE:
        points = format_decimal(float(change.absolute) * 100, "+#,##0.0;-#,##0.0", locale=locale())
        return _("%(points)s points") % {"points": points}
    if change.relative is None:
        return ""
    return str(format_percent(change.relative, "+#,##0.0 %;-#,##0.0 %", locale=locale()))


def is_good(metric: str, change: Change | None) -> bool | None:
    """Whether a change is for the better; None where it is neither, or may be chance."""
    better = METRICS[metric].better
    if change is None or not change.absolute or change.is_real is False or better == Better.NEITHER:
        return None
    return (change.absolute > 0) == (better == Better.HIGHER)


def day_in_words(day: date) -> str:
    return str(format_date(day, "d MMM y", locale=locale()))


def moment_in_words(moment: datetime) -> str:
    """In the moment's own time zone, which is named."""
    return f"{format_datetime(moment, 'd MMM y, HH:mm', locale=locale())} ({moment.tzname()})"


def period_in_words(since: date | None, until: date | None) -> str:
    """ "1 Jul 2026 – 30 Sep 2026"; open sides are said."""
    if since and until:
        return f"{day_in_words(since)} – {day_in_words(until)}" if since != until else day_in_words(since)
    if since:
        return _("since %(day)s") % {"day": day_in_words(since)}
    return _("until %(day)s") % {"day": day_in_words(until)} if until else _("All time")


def step_in_words(start: date, grain: Grain) -> str:
    """A step's name below a chart."""
    match grain:
        case Grain.MONTH:
            return str(format_date(start, "LLL yy", locale=locale()))
        case Grain.QUARTER:
            return f"Q{(start.month - 1) // 3 + 1} {start.year % 100:02d}"
        case Grain.YEAR:
            return str(start.year)
    return str(format_date(start, "d MMM", locale=locale()))
