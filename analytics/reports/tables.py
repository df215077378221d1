"""A table on its way into a file: columns with types, and rows that come one by one. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

Value = str | int | float | Decimal | date | datetime | bool | None
Row = tuple[Value, ...]


class Type(StrEnum):
    """What the values of a column are; every format keeps it as well as it can. Moments are aware."""

    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    DECIMAL = "decimal"
    DAY = "day"
    MOMENT = "moment"
    FLAG = "flag"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """`key` names the column in every language; `title` is what people read. `scale` counts decimal places."""

    key: str
    title: "str | StrPromise"
    type: Type = Type.TEXT
    scale: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows have one value per column, None where there is none. `count` is their number where it is known."""

    name: str
    title: str
    columns: tuple[Column, ...]
    rows: Iterable[Row]
    count: int | None = None
    notes: tuple[str, ...] = ()
