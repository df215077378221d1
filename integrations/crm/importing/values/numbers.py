"""Numbers, money, shares, durations, yes and no."""

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cache

from babel.numbers import list_currencies
from django.utils.translation import gettext as _

from integrations.crm.importing.values.errors import RefusedError

LARGEST = Decimal(10) ** 16
_SPACES = re.compile(r"[\s\u00a0\u2007\u2009\u202f'’]")
_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,2})?")
_NUMBER = re.compile(r"[+-]?[\d.,]*\d[\d.,]*")
_GROUPED = re.compile(r"[+-]?\d{1,3}(?P<mark>[.,])\d{3}(?:(?P=mark)\d{3})*")
_SYMBOLS = {
    "us$": "USD", "r$": "BRL", "mx$": "MXN", "ca$": "CAD", "a$": "AUD", "€": "EUR", "£": "GBP", "₽": "RUB",
    "руб": "RUB", "р": "RUB", "¥": "JPY", "₹": "INR", "₴": "UAH", "₸": "KZT", "₺": "TRY", "zł": "PLN", "₪": "ILS",
    "₩": "KRW", "₫": "VND", "฿": "THB", "₦": "NGN", "euro": "EUR", "euros": "EUR", "eur": "EUR", "usd": "USD", "$": "$",
}  # fmt: skip
_SYMBOLS_BY_LENGTH = sorted(_SYMBOLS, key=len, reverse=True)
DOLLARS = {
    "USD", "CAD", "AUD", "NZD", "SGD", "HKD", "TWD", "MXN", "CLP", "COP", "ARS", "UYU", "DOP", "BSD", "BZD", "JMD",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Money:
    """`currency` is ISO 4217, "$" where a dollar or peso sign says no more, "" where nothing does."""

    amount: Decimal
    currency: str = ""


def parse_number(text: str, *, decimal_comma: bool = False) -> Decimal:
    """The number in `text`, with points, commas, spaces or apostrophes between thousands; "(5)" and "5-" are -5.

    Where "1,234" could be read both ways, `decimal_comma` decides. Raises RefusedError.
    """
    plain = _SPACES.sub("", text).replace("−", "-")
    if not decimal_comma and _PLAIN.fullmatch(plain):
        return _checked(Decimal(plain))
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain[1:-1] if negative else plain
    if plain.endswith("-"):
        negative, plain = True, plain[:-1]
    if not _NUMBER.fullmatch(plain):
        raise RefusedError(_("This is no number."))
    number = _checked(_decimal(_with_point(plain, decimal_comma)))
    return -number if negative else number


def _with_point(plain: str, decimal_comma: bool) -> str:
    """`plain` without marks between thousands, and with a point before decimals."""
    points, commas = plain.count("."), plain.count(",")
    if points and commas:
        decimal = "," if plain.rfind(",") > plain.rfind(".") else "."
        other = "." if decimal == "," else ","
        if plain.count(decimal) > 1:
            raise RefusedError(_("This is no number."))
        return plain.replace(other, "").replace(decimal, ".")
    mark = "," if commas else "."
    if _GROUPED.fullmatch(plain) and (points + commas > 1 or (mark == ",") != decimal_comma):
        return plain.replace(mark, "")
    return plain.replace(",", ".")


def decimal_evidence(text: str) -> str:
    """Which mark `text` shows before decimals: "comma", "point", "either" ("1,234"), or ""."""
    plain = _strip_currency(_SPACES.sub("", text))[0].strip("()-+%")
    points, commas = plain.count("."), plain.count(",")
    if not _NUMBER.fullmatch(plain) or not points + commas:
        return ""
    if points and commas:
        return "comma" if plain.rfind(",") > plain.rfind(".") else "point"
    if points + commas > 1:
        return "point" if commas else "comma"  # thousands are grouped by the other one
    if _GROUPED.fullmatch(plain) and not plain.startswith("0"):
        return "either"
    return "comma" if commas else "point"


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise RefusedError(_("This is no number.")) from None


def _checked(number: Decimal) -> Decimal:
    if not number.is_finite() or abs(number) >= LARGEST:
        raise RefusedError(_("The number is too large."))
    return number


def parse_money(text: str, *, decimal_comma: bool = False) -> Money:
    """An amount with or without its currency, before or behind, as sign or code. Raises RefusedError."""
    plain = _SPACES.sub("", text)
    negative = plain.startswith("(") and plain.endswith(")")
    rest, currency = _strip_currency(plain[1:-1] if negative else plain)
    amount = parse_number(rest, decimal_comma=decimal_comma)
    return Money((-amount if negative else amount).quantize(Decimal("0.01")), currency)


def has_currency(text: str) -> bool:
    """Whether `text` is an amount that names its currency."""
    rest, currency = _strip_currency(_SPACES.sub("", text).strip("()"))
    return bool(currency) and bool(_NUMBER.fullmatch(rest))


def _strip_currency(plain: str) -> tuple[str, str]:
    sign = plain[:1] if plain[:1] in "-−+" else ""
    body = plain[len(sign) :]
    low = body.casefold().rstrip(".") if not body[-1:].isdigit() else body.casefold()
    if not low or (low[0].isdigit() and low[-1].isdigit()):
        return plain, ""
    for symbol in _SYMBOLS_BY_LENGTH:
        if low.startswith(symbol):
            return sign + body[len(symbol) :].lstrip("."), _SYMBOLS[symbol]
        if low.endswith(symbol):
            return sign + body[: len(low) - len(symbol)], _SYMBOLS[symbol]
    for code, rest in ((low[:3], body[3:]), (low[-3:], body[: len(low) - 3])):
        if code.upper() in _codes():
            return sign + rest, code.upper()
    return plain, ""


def parse_currency(text: str) -> str:
    """The ISO 4217 code that a code, sign or "US Dollar (USD)" names. Raises RefusedError."""
    plain = text.strip()
    if plain.upper() in _codes():
        return plain.upper()
    if symbol := _SYMBOLS.get(plain.casefold().rstrip(".")):
        return symbol
    inside = re.search(r"\b([A-Z]{3})\b", plain)
    if inside and inside[1] in _codes():
        return inside[1]
    raise RefusedError(_("This is no currency: write the three letters of ISO 4217, such as EUR."))


@cache
def _codes() -> frozenset[str]:
    return frozenset(list_currencies())


def parse_share(text: str, *, decimal_comma: bool = False) -> float:
    """ "45 %" is 0.45; a number without the sign is taken as it is. Raises RefusedError."""
    plain = text.strip()
    if plain.endswith("%"):
        return float(parse_number(plain[:-1], decimal_comma=decimal_comma) / 100)
    return float(parse_number(plain, decimal_comma=decimal_comma))


_CLOCK = re.compile(r"(?:(\d+):)?(\d{1,4}):(\d{2})(?:[.,]\d+)?")
_PART = re.compile(r"(\d+(?:[.,]\d+)?)\s*([^\W\d_]+)\.?")
_UNITS = {
    "ms": 0.001, "мс": 0.001, "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1, "seg": 1, "segundo": 1,
    "segundos": 1, "с": 1, "сек": 1, "секунд": 1, "секунда": 1, "секунды": 1, "m": 60, "min": 60, "mins": 60,
    "minute": 60, "minutes": 60, "minuto": 60, "minutos": 60, "м": 60, "мин": 60, "минут": 60, "минута": 60,
    "минуты": 60, "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600, "hora": 3600, "horas": 3600,
    "ч": 3600, "час": 3600, "часа": 3600, "часов": 3600,
}  # fmt: skip
LONGEST_SECONDS = 7 * 24 * 3600


def parse_seconds(text: str, *, unit: float = 1, decimal_comma: bool = False) -> float:
    """A duration in seconds: "205", "3:25" (minutes first), "1:03:25", "3m 25s"; a bare number counts `unit`s.

    Raises RefusedError.
    """
    plain = text.strip().casefold()
    if clock := _CLOCK.fullmatch(plain):
        seconds = int(clock[1] or 0) * 3600.0 + int(clock[2]) * 60 + int(clock[3])
    elif _PART.match(plain) and not _PART.sub("", plain).strip(" ,+"):
        parts = [(float(number.replace(",", ".")), _UNITS.get(name)) for number, name in _PART.findall(plain)]
        if any(size is None for _number, size in parts):
            raise RefusedError(_("This is no duration."))
        seconds = sum(number * (size or 0) for number, size in parts)
    else:
        seconds = float(parse_number(plain, decimal_comma=decimal_comma)) * unit
    if not 0 <= seconds <= LONGEST_SECONDS:
        raise RefusedError(_("The duration cannot be right."))
    return seconds


_YES = {"yes", "y", "true", "t", "1", "x", "✓", "✔", "on", "sí", "si", "s", "verdadero", "да", "д", "истина", "+"}
_NO = {"no", "n", "false", "f", "0", "off", "falso", "нет", "н", "ложь"}


def parse_boolean(text: str) -> bool:
    """Yes or no, in English, Spanish or Russian. Raises RefusedError."""
    plain = text.strip().casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise RefusedError(_("This is neither yes nor no."))
