"""What a prompt is filled with: declared variables, their types, and values brought into these types.

Values are data as JSON knows it: texts, numbers, lists, objects. Nothing else reaches a template, so that none of its
expressions can call a method or read an attribute.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from django.utils.translation import gettext as _

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}(\.[a-z][a-z0-9_]{0,39}){0,2}")
DEEPEST = 6


class VariableType(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    LIST = "list"
    OBJECT = "object"
    TRANSCRIPT = "transcript"


class Sensitivity(StrEnum):
    """`personal` values are kept with a run as they were sent, `secret` ones are not kept at all."""

    NONE = "none"
    PERSONAL = "personal"
    SECRET = "secret"  # noqa: S105 - a degree of sensitivity


@dataclass(frozen=True, slots=True)
class Variable:
    """One declared variable. `name` may be dotted (`call.transcript`); `source` names the field that fills it."""

    name: str
    type: str = VariableType.TEXT
    required: bool = True
    default: Any = None
    example: Any = None
    sensitivity: str = Sensitivity.NONE
    source: str = ""
    description: str = ""

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> "Variable":
        """Reads a row of PromptVersion.variables; keys that are not known are passed over."""
        known = {field.name for field in fields(cls)}
        given = {key: value for key, value in row.items() if key in known and value is not None}
        return cls(**{"name": "", **given})

    def as_json(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


class WrongTypeError(ValueError):
    """A value that is not of its variable's type, in words."""


def convert(value: Any, kind: str) -> Any:
    """`value` as a template sees it. Texts that spell a number, a day, true or false exactly count as that.

    A transcript becomes a list of turns {role, text, position}; a text is one turn a line ("agent: …").
    Raises WrongTypeError.
    """
    reader = READERS.get(kind)
    if reader is None:
        raise WrongTypeError(_("there is no type %(type)s") % {"type": kind})
    return reader(value)


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        return str(value)
    raise WrongTypeError(_("a text is expected"))


def _number(value: Any) -> int | float | Decimal:
    if isinstance(value, str):
        try:
            value = Decimal(value.strip())
        except InvalidOperation:
            raise WrongTypeError(_("a number is expected")) from None
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)) or not math.isfinite(value):
        raise WrongTypeError(_("a number is expected"))
    return value


def _integer(value: Any) -> int:
    number = _number(value)
    if number != int(number):
        raise WrongTypeError(_("a whole number is expected"))
    return int(number)


def _boolean(value: Any) -> bool:
    said = {"true": True, "false": False}.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(said, bool):
        raise WrongTypeError(_("true or false is expected"))
    return said


def _date(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes")
    if isinstance(value, date):
        return value.isoformat()
    try:
        text = value.strip()
        return (date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)).isoformat()
    except (AttributeError, ValueError):
        raise WrongTypeError(_("a day is expected, as 2026-01-31")) from None


def _list(value: Any) -> list[Any]:
    if not isinstance(value, (list, tuple)):
        raise WrongTypeError(_("a list is expected"))
    return [plain(each) for each in value]


def _object(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise WrongTypeError(_("an object with named values is expected"))
    found: dict[str, Any] = plain(value)
    return found


SPOKEN_BY = re.compile(r"\s*([^\W\d_][\w ]{0,30}?)\s*:\s*(.*)")


def _transcript(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, str):
        lines = [line for line in value.splitlines() if line.strip()]
        found = [SPOKEN_BY.fullmatch(line) for line in lines]
        return [
            _turn({"role": match[1].lower(), "text": match[2]} if match else {"text": line}, position)
            for position, (line, match) in enumerate(zip(lines, found, strict=True))
        ]
    if not isinstance(value, (list, tuple)):
        raise WrongTypeError(_("a transcript is expected: a list of {role, text}, or one turn a line"))
    return [_turn(each, position) for position, each in enumerate(value)]


def _turn(row: Any, position: int) -> dict[str, Any]:
    if isinstance(row, str):
        row = {"text": row}
    if not isinstance(row, Mapping) or not isinstance(row.get("text"), str):
        raise WrongTypeError(_("turn %(number)s of the transcript has no text") % {"number": position + 1})
    place = row.get("position", position)
    if isinstance(place, bool) or not isinstance(place, int):
        raise WrongTypeError(_("turn %(number)s of the transcript has no whole position") % {"number": position + 1})
    return {"role": str(row.get("role") or row.get("speaker") or ""), "text": row["text"], "position": place}


def plain(value: Any, depth: int = 0) -> Any:
    """`value` as data only: texts, numbers, lists and objects, DEEPEST levels deep. Raises WrongTypeError."""
    if depth > DEEPEST:
        raise WrongTypeError(_("lists and objects may lie %(levels)s deep") % {"levels": DEEPEST})
    if value is None or isinstance(value, (str, bool)):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, (int, float, Decimal)):
        return _number(value)
    if isinstance(value, date):
        return _date(value)
    if isinstance(value, Mapping):
        return {str(key): plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each, depth + 1) for each in value]
    raise WrongTypeError(_("%(type)s is nothing a prompt can hold") % {"type": type(value).__name__})


READERS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        VariableType.TEXT: _text,
        VariableType.NUMBER: _number,
        VariableType.INTEGER: _integer,
        VariableType.BOOLEAN: _boolean,
        VariableType.DATE: _date,
        VariableType.LIST: _list,
        VariableType.OBJECT: _object,
        VariableType.TRANSCRIPT: _transcript,
    }
)
