"""Periods as targets and budgets name them: a year, a quarter, a month, a day."""

import calendar
import re
from datetime import date

from django.utils.translation import gettext as _

from integrations.crm.importing.values.days import DayStyle, month_number, parse_day
from integrations.crm.importing.values.errors import RefusedError

_YEAR = re.compile(r"(?:FY\s*)?(20\d\d|19\d\d)", re.IGNORECASE)
_QUARTER = re.compile(r"(?:(\d{4})\s*[-/ ]?\s*[QTК]\s*([1-4])|[QTК]\s*([1-4])\s*[-/ ]?\s*(\d{4}))", re.IGNORECASE)
_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})|(\d{1,2})[-/.](\d{4})")
_NAMED = re.compile(r"([^\W\d_]+)\.?[-\s]+(?:de\s+)?(\d{4})")


def parse_period(text: str, style: DayStyle) -> tuple[date, date]:
    """First and last day of "2024", "Q1 2024", "2024-03", "March 2024", or of one day. Raises RefusedError."""
    plain = text.strip()
    if found := _YEAR.fullmatch(plain):
        return date(int(found[1]), 1, 1), date(int(found[1]), 12, 31)
    if found := _QUARTER.fullmatch(plain):
        year, quarter = int(found[1] or found[4]), int(found[2] or found[3])
        return _months(year, quarter * 3 - 2, quarter * 3)
    if found := _MONTH.fullmatch(plain):
        year, month = int(found[1] or found[4]), int(found[2] or found[3])
        if 1 <= month <= 12:
            return _months(year, month, month)
        raise RefusedError(_("There is no such month."))
    if found := _NAMED.fullmatch(plain):
        month = month_number(found[1])
        return _months(int(found[2]), month, month)
    day = parse_day(plain, style)
    return day, day


def _months(year: int, first: int, last: int) -> tuple[date, date]:
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])
