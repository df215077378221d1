"""What the values of a column look like."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC

from integrations.crm.importing.fields import Field, Type
from integrations.crm.importing.names import plain, words
from integrations.crm.importing.values.blanks import is_blank
from integrations.crm.importing.values.days import DayStyle, numeric_order, parse_day
from integrations.crm.importing.values.errors import RefusedError
from integrations.crm.importing.values.numbers import (
    decimal_evidence,
    has_currency,
    parse_boolean,
    parse_money,
    parse_seconds,
)
from integrations.crm.importing.values.periods import parse_period
from integrations.crm.models import FieldType

LOOKED_AT = 250
"""Different values of a column that are looked at."""
_MOST_CHOICES, _LONGEST_CHOICE = 30, 60
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;]+")
_PHONE = re.compile(r"(?:tel:)?[+(]?[\d\s().\-/+]{6,24}(?:\s?(?:x|ext\.?|доб\.?)\s?\d+)?", re.IGNORECASE)
_ID_LIKE = re.compile(r"(?:^|\s)(?:id|ids|code|no|number|zip|postcode|phone|sku|ид|код|номер|индекс)$")
_STYLES = (DayStyle(day_first=True, zone=UTC), DayStyle(day_first=False, zone=UTC))


@dataclass(slots=True)
class Profile:
    """`shares` says of each type how many of the different values could be one; `filled` of `rows` are not blank."""

    name: str
    rows: int = 0
    filled: int = 0
    distinct: int = 0
    longest: int = 0
    values: list[str] = field(default_factory=list)
    shares: dict[str, float] = field(default_factory=dict)
    orders: set[str] = field(default_factory=set)
    decimals: set[str] = field(default_factory=set)

    def share(self, name: str) -> float:
        return self.shares.get(name, 0.0)

    def share_of_words(self, name: str) -> float:
        known = words(name)
        return _share(self.values, lambda text: plain(text) in known)


def profile_of(name: str, cells: Iterable[str]) -> Profile:
    """What the cells of one column look like."""
    found = Profile(name)
    different: dict[str, None] = {}
    for cell in cells:
        found.rows += 1
        if not is_blank(cell):
            found.filled += 1
            different.setdefault(cell.strip()[:2000])
    found.distinct = len(different)
    found.values = list(different)[:LOOKED_AT]
    found.longest = max((len(value) for value in different), default=0)
    found.orders = {order for value in different if (order := numeric_order(value))}
    found.decimals = {mark for value in found.values if (mark := decimal_evidence(value))}
    found.shares = {
        "day": _share(found.values, _is_day),
        "time": _share(found.values, lambda text: _is_day(text) and ":" in text),
        "number": _share(found.values, _is_number),
        "currency": _share(found.values, has_currency),
        "email": _share(found.values, lambda text: bool(_EMAIL.fullmatch(text))),
        "phone": _share(found.values, is_phone),
        "surely phone": _share(found.values, lambda text: is_phone(text) and not text.replace(".", "").isdigit()),
        "boolean": _share(found.values, _tries(parse_boolean)),
        "seconds": _share(found.values, _tries(parse_seconds)),
        "year": _share(found.values, lambda text: text.isdigit() and len(text) == 4 and text[:2] in ("18", "19", "20")),
        "period": _share(found.values, _tries(lambda text: parse_period(text, _STYLES[0]))),
    }
    return found


def is_phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return 6 <= digits <= 16 and bool(_PHONE.fullmatch(text)) and not _is_day(text)


def fits(field_: Field, profile: Profile) -> bool:
    """Whether the column's values can be those of the field; an empty column fits every one."""
    if not profile.filled:
        return True
    match field_.type:
        case Type.ID:
            enough = 0.9 if profile.filled >= 50 and field_.name == "external_id" else 0.5
            return field_.name != "external_id" or profile.distinct >= enough * profile.filled
        case Type.DAY | Type.MOMENT:
            return profile.share("day") >= 0.5
        case Type.PERIOD:
            return profile.share("period") >= 0.5
        case Type.NUMBER | Type.COUNT | Type.MONEY | Type.SHARE:
            return profile.share("number") >= 0.5
        case Type.WORD:
            return profile.share_of_words(field_.words) >= 0.5
        case Type.EMAIL | Type.PHONE | Type.BOOLEAN | Type.SECONDS | Type.YEAR:
            return profile.share(str(field_.type)) >= 0.5
        case Type.CURRENCY:
            return profile.longest <= 40 and profile.share("number") < 0.5
        case _:
            return profile.share("day") < 0.9


def told_by_values(field_: Field, profile: Profile) -> bool:
    """Whether the values alone show what the column is, whatever it is called."""
    if not profile.filled or not field_.by_value:
        return False
    if field_.type == Type.PHONE:
        return profile.share("surely phone") >= 0.8
    if field_.type == Type.EMAIL:
        return profile.share("email") >= 0.8
    return profile.share("day") >= 0.9 and profile.share("number") < 0.5


def custom_type(profile: Profile) -> FieldType:
    """The type of a custom field for the column."""
    if profile.filled and profile.share("boolean") == 1 and profile.share("number") < 1:
        return FieldType.BOOLEAN
    if profile.share("number") >= 0.98 and not _ID_LIKE.search(plain(profile.name)):
        return FieldType.NUMBER
    if profile.share("day") >= 0.98 and profile.share("number") < 0.5:
        return FieldType.DATE
    few = profile.distinct <= _MOST_CHOICES and profile.longest <= _LONGEST_CHOICE
    if profile.distinct and few and profile.filled >= 2 * profile.distinct:
        return FieldType.CHOICE
    return FieldType.TEXT


def looks_like(profile: Profile) -> str:
    """One word for people: the type that custom_type finds, or what is told more closely."""
    for name in ("email", "surely phone", "currency"):
        if profile.share(name) >= 0.8:
            return {"surely phone": "phone", "currency": "money"}.get(name, name)
    return str(custom_type(profile))


def _share(values: list[str], test: object) -> float:
    return sum(bool(test(value)) for value in values) / len(values) if values else 0.0  # type: ignore[operator]


def _tries(parse: object) -> object:
    def test(text: str) -> bool:
        try:
            parse(text)  # type: ignore[operator]
        except RefusedError:
            return False
        return True

    return test


def _is_day(text: str) -> bool:
    for style in _STYLES:
        try:
            parse_day(text, style)
            return True
        except RefusedError as error:
            if numeric_order(text) or (text[:4].isdigit() and text[4:5] in "-/."):
                return True  # written as a day, though there is none such: its row will be refused
            del error
    return False


def _is_number(text: str) -> bool:
    try:
        parse_money(text)
    except RefusedError:
        try:
            parse_money(text, decimal_comma=True)
        except RefusedError:
            return text.endswith("%") and _is_number(text[:-1])
    return True
