"""Days and times. ISO 8601, the numeric orders of the world, month names in English, Spanish and Russian, epochs."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache

from babel.dates import get_month_names
from django.utils.translation import gettext as _

from integrations.crm.importing.values.errors import RefusedError

EARLIEST_YEAR, YEARS_AHEAD = 1900, 15
_EXCEL_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a sheet's serial numbers know no zone

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?!\d)")
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(Z)?")
_WEEKDAY = re.compile(r"[^\W\d_]+\.?,\s+(?=\d|[^\W\d_]+\.?\s+\d)")
_DAY_MONTH = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?[.\s-]*(?:de\s+|of\s+)?([^\W\d_]+)\.?[,\s-]+(?:del?\s+)?(\d{4}|\d{2})(?!\d)"
)
_MONTH_DAY = re.compile(r"([^\W\d_]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)")
_TIME = re.compile(
    r"[T,\s]*(?:at\s+|в\s+|a las\s+)?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*([ap])?\.?\s?(?:m\.?)?\s*"
    r"(Z|UTC|GMT|(?:UTC|GMT)?[+-]\d{2}:?(?:\d{2})?)?",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:г\.?|года?)?\s*")
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_SERIAL = re.compile(r"[2-6]\d{4}(?:\.\d+)?")


@dataclass(frozen=True, slots=True)
class DayStyle:
    """How a column writes its days: 3/4 is 3 April where `day_first`. `zone` is that of times without one."""

    day_first: bool = True
    zone: tzinfo = UTC


def parse_day(text: str, style: DayStyle) -> date:
    """The day in `text`; of a time with a zone, its day in the style's zone. Raises RefusedError."""
    moment, has_zone = _parse(text, style)
    if isinstance(moment, datetime):
        return moment.astimezone(style.zone).date() if has_zone else moment.date()
    return moment


def parse_moment(text: str, style: DayStyle) -> datetime:
    """The time in `text`, in UTC; one without a zone is of the style's, a day is its midnight. Raises RefusedError."""
    moment, has_zone = _parse(text, style)
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time.min)
    return (moment if has_zone else moment.replace(tzinfo=style.zone)).astimezone(UTC)


def numeric_order(text: str) -> str:
    """What a numeric day tells of the order: "day", "month", "either" (3/4/2024), or "" (it is none with year last)."""
    found = _YEAR_LAST.match(text.strip())
    if found is None:
        return ""
    first, second = int(found[1]), int(found[2])
    if first > 12 or second > 12:
        return "day" if first > 12 else "month"
    return "same" if first == second else "either"


def _parse(text: str, style: DayStyle) -> tuple[date | datetime, bool]:
    plain = text.strip()
    try:
        found = _iso(plain) or _epoch(plain)
        if found is None:
            found = _written_out(plain, style)
    except (ValueError, OverflowError) as error:
        if isinstance(error, RefusedError):
            raise
        raise RefusedError(_("There is no such day in the calendar.")) from error
    _check_year(found.year)
    return found, isinstance(found, datetime) and found.tzinfo is not None


def _iso(text: str) -> date | datetime | None:
    """The quick way for what most programs write."""
    if len(text) == 10 and text[4] == "-" == text[7] and text[:4].isdigit():
        return date.fromisoformat(text)
    if len(text) >= 16 and text[4] == "-" == text[7] and text[10] in "T ":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return None  # more to be seen by the patterns
    return None


def _epoch(text: str) -> date | datetime | None:
    if _EPOCH.fullmatch(text):
        number = float(text)
        return datetime.fromtimestamp(number / 1000 if len(text) == 13 else number, UTC)
    if _SERIAL.fullmatch(text):  # a spreadsheet's number of days
        moment = _EXCEL_EPOCH + timedelta(days=float(text))
        whole = moment.replace(microsecond=0)
        return whole.date() if "." not in text else whole
    return None


def _written_out(text: str, style: DayStyle) -> date | datetime:
    if compact := _COMPACT.fullmatch(text):
        day = date(int(compact[1]), int(compact[2]), int(compact[3]))
        if not compact[4]:
            return day
        clock = time(int(compact[4]), int(compact[5]), int(compact[6] or 0), tzinfo=UTC if compact[7] else None)
        return datetime.combine(day, clock)
    start = weekday.end() if (weekday := _WEEKDAY.match(text)) else 0
    day, end = _day(text, start, style)
    rest = _TAIL.match(text, end)
    end = rest.end() if rest else end
    if end == len(text):
        return day
    clock_found = _TIME.match(text, end)
    if clock_found is None or text[clock_found.end() :].strip():
        raise RefusedError(_("This is no day or time."))
    return datetime.combine(day, _clock(clock_found))


def _day(text: str, start: int, style: DayStyle) -> tuple[date, int]:
    if found := _YEAR_FIRST.match(text, start):
        return date(int(found[1]), int(found[2]), int(found[3])), found.end()
    if found := _YEAR_LAST.match(text, start):
        first, second = int(found[1]), int(found[2])
        day, month = (first, second) if style.day_first or "." in found[0] else (second, first)
        return date(_year(found[3]), month, day), found.end()
    if found := _DAY_MONTH.match(text, start):
        return date(_year(found[3]), month_number(found[2]), int(found[1])), found.end()
    if found := _MONTH_DAY.match(text, start):
        return date(int(found[3]), month_number(found[1]), int(found[2])), found.end()
    raise RefusedError(_("This is no day or time."))


def _clock(found: re.Match[str]) -> time:
    hour = int(found[1])
    if half := (found[5] or "").lower():
        if not 1 <= hour <= 12:
            raise ValueError("no hour of a 12-hour clock")
        hour = hour % 12 + (12 if half == "p" else 0)
    micro = int((found[4] or "0")[:6].ljust(6, "0"))
    return time(hour, int(found[2]), int(found[3] or 0), micro, tzinfo=_zone(found[6]))


def _zone(text: str | None) -> tzinfo | None:
    if not text:
        return None
    offset = text.upper().removeprefix("UTC").removeprefix("GMT")
    if offset in ("", "Z"):
        return UTC
    digits = offset[1:].replace(":", "").ljust(4, "0")
    span = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-span if offset[0] == "-" else span)


def _year(text: str) -> int:
    """Two digits are of this century up to 68 (POSIX strptime)."""
    year = int(text)
    return year if len(text) == 4 else year + (2000 if year < 69 else 1900)


def _check_year(year: int) -> None:
    if not EARLIEST_YEAR <= year <= datetime.now(UTC).year + YEARS_AHEAD:
        raise RefusedError(_("The year cannot be right."))


def month_number(name: str) -> int:
    number = _months().get(name.casefold())
    if number is None:
        raise RefusedError(_("This is no day or time."))
    return number


@cache
def _months() -> dict[str, int]:
    """Names and short names, with and without a point, from the Unicode CLDR."""
    names: dict[str, int] = {"sept": 9, "set": 9, "mayo": 5, "сент": 9, "июня": 6, "июля": 7}
    for language in ("en", "es", "ru"):
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    names.setdefault(name.casefold().rstrip("."), number)
    return names
