"""Columns of texts become columns of values. Each different text of a column is converted once."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.utils.translation import gettext as _

from integrations.crm.importing.fields import Field, Type
from integrations.crm.importing.names import plain, words
from integrations.crm.importing.values.blanks import is_blank
from integrations.crm.importing.values.days import DayStyle, parse_day, parse_moment
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import (
    parse_boolean,
    parse_currency,
    parse_money,
    parse_number,
    parse_seconds,
    parse_share,
)
from integrations.crm.importing.values.periods import parse_period
from integrations.crm.models import FieldType

Convert = Callable[[str], Any]
REMEMBERED = 50_000
"""Different texts of one column that are kept converted: enough for all that repeats, and flat in memory."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """In place of a value that cannot be converted."""

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Unsaid:
    """In place of a word that none of the known ones is; `text` is as it stands in the file."""

    text: str


@dataclass(frozen=True, slots=True)
class Style:
    """How the values of one column are written."""

    day_first: bool
    decimal_comma: bool
    zone: tzinfo

    @property
    def days(self) -> DayStyle:
        return DayStyle(self.day_first, self.zone)


class Column(dict[str, Any]):
    """Converted values by their texts; None for a blank, a Refusal for what cannot be converted."""

    def __init__(self, name: str, convert: Convert, *, is_text: bool = False) -> None:
        super().__init__()
        self.name, self._convert, self._is_text = name, convert, is_text
        self.has_refused = False

    def __missing__(self, text: str) -> Any:
        if len(self) >= REMEMBERED:
            self.clear()
        value = self[text] = self._value(text)
        return value

    def _value(self, text: str) -> Any:
        if is_blank(text, is_text=self._is_text):
            return None
        try:
            return self._convert(text.strip().replace("\0", ""))
        except RefusedError as error:
            self.has_refused = True
            return Refusal(f"{self.name}: {error.reason}", error.detail)

    def values_of(self, cells: Iterable[str]) -> list[Any]:
        return list(map(self.__getitem__, cells))


def column_for(name: str, field: Field, style: Style) -> Column:
    """The converter of the column `name` to the values of `field`."""
    return Column(name, _converter(name, field, style), is_text=field.type in (Type.TEXT, Type.ID, Type.WORD))


def _converter(name: str, field: Field, style: Style) -> Convert:
    days, comma = style.days, style.decimal_comma
    match field.type:
        case Type.DAY:
            return lambda text: parse_day(text, days)
        case Type.MOMENT:
            return lambda text: parse_moment(text, days)
        case Type.PERIOD:
            return lambda text: parse_period(text, days)
        case Type.MONEY:
            return lambda text: _not_negative(parse_money(text, decimal_comma=comma))
        case Type.NUMBER:
            return lambda text: parse_number(text, decimal_comma=comma)
        case Type.COUNT:
            return lambda text: _count(text, comma)
        case Type.YEAR:
            return _year
        case Type.SHARE:
            return lambda text: parse_share(text, decimal_comma=comma)
        case Type.SECONDS:
            unit = unit_of(name)
            return lambda text: parse_seconds(text, unit=unit, decimal_comma=comma)
        case Type.WORD:
            known = words(field.words)
            return lambda text: known.get(plain(text)) or Unsaid(text)
    return _of_text(field)


def _of_text(field: Field) -> Convert:
    match field.type:
        case Type.BOOLEAN:
            return parse_boolean
        case Type.CURRENCY:
            return parse_currency
        case Type.EMAIL:
            return _email
        case Type.ID:
            return lambda text: _within(" ".join(text.split()), field.longest)
        case Type.PHONE:
            return lambda text: _within(text.removeprefix("tel:"), field.longest)
        case _:
            return lambda text: text if len(text) <= field.longest else text[: field.longest - 1] + "…"


def _not_negative(money: Any) -> Any:
    if money.amount < 0:
        raise RefusedError(_("The amount is negative."))
    return money


def _count(text: str, comma: bool) -> int:
    number = parse_number(text, decimal_comma=comma)
    if number < 0 or number > 2_000_000_000:
        raise RefusedError(_("This is no count."))
    return int(number)


def _year(text: str) -> int:
    if not text.isdecimal() or not 1000 <= int(text) <= 2100:
        raise RefusedError(_("The year cannot be right."))
    return int(text)


def _email(text: str) -> str:
    address = text.split(";")[0].split(",")[0].strip().removeprefix("mailto:")
    if address.count("@") != 1 or " " in address or len(address) > 254:
        raise RefusedError(_("This is no e-mail address."))
    return address


def _within(text: str, longest: int) -> str:
    if len(text) > longest:
        raise RefusedError(_("The text is longer than %(longest)d characters.") % {"longest": longest})
    return text


def unit_of(name: str) -> float:
    """How many seconds a bare number in a column of this name counts."""
    said = plain(name).split()
    if {"minutes", "minute", "min", "mins", "minutos", "минуты", "минут", "мин"} & set(said):
        return 60
    if {"hours", "hour", "horas", "часы", "часов"} & set(said):
        return 3600
    return 0.001 if {"ms", "milliseconds", "мс"} & set(said) else 1


def custom_column(name: str, type_: str, style: Style) -> Column:
    """The converter of a column to the values of a custom field, as JSON keeps them."""
    match type_:
        case FieldType.NUMBER:
            return Column(name, lambda text: _json_number(text, style.decimal_comma))
        case FieldType.DATE:
            return Column(name, lambda text: parse_day(text, style.days).isoformat())
        case FieldType.BOOLEAN:
            return Column(name, parse_boolean)
        case _:
            return Column(name, lambda text: text[:2000], is_text=True)


def _json_number(text: str, comma: bool) -> int | float:
    amount = parse_money(text, decimal_comma=comma).amount if not text.endswith("%") else None
    number = parse_number(text[:-1].strip(), decimal_comma=comma) if amount is None else amount
    with suppress(RefusedError):
        number = parse_number(text, decimal_comma=comma)  # more than two decimals
    return int(number) if number == number.to_integral_value() and abs(number) < 2**53 else float(number)
