"""Many rows into a table at once: COPY on PostgreSQL, prepared statements on SQLite. In the caller's transaction."""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import attrgetter, itemgetter
from typing import Any, TypeVar, cast
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction
from psycopg.copy import QueuedLibpqWriter

Values = Mapping[str, Any]
RowT = TypeVar("RowT")
Columns = Callable[[RowT], Values]

_BLOCK_LINES = 500
_REMEMBERED = 20_000


class Writer:
    """Inserts and updates rows of `model`, by columns.

    `keep` says of columns what becomes of them when a row is changed: SQL with {new} for the value that comes in and
    {old} before the name of the column that is there.
    """

    def __init__(self, model: type[models.Model], keep: Mapping[str, str] | None = None) -> None:
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._fields = {field.attname: field for field in model._meta.concrete_fields}
        self._is_postgresql = connection.vendor == "postgresql"
        self._keep = dict(keep or {})

    def insert(
        self,
        rows: Sequence[RowT],
        columns: Columns[RowT],
        alike: Values,
        now: datetime,
    ) -> None:
        """Make a record of each row. `columns` gives its "id" and the same columns for each; `alike` are those that
        are the same in all rows; columns that neither names get the model's defaults.

        `columns` is called while PostgreSQL takes rows in; it may not use the database.
        """
        if not rows:
            return
        first = columns(rows[0])
        named = [name for name in self._fields if name in first]
        rest = [name for name in self._fields if name not in first]
        constant = {name: alike[name] if name in alike else self._default(name, now) for name in rest}
        if self._is_postgresql:
            self._copy(self._table, named, constant, _blocks(rows, columns))
            return
        tail = [self._prepared(name, value) for name, value in constant.items()]
        names = ", ".join(map(connection.ops.quote_name, [*named, *constant]))
        marks = ", ".join(["%s"] * (len(named) + len(constant)))
        with connection.cursor() as cursor:
            statement = f"INSERT INTO {self._table} ({names}) VALUES ({marks})"  # noqa: S608 - names of columns  # nosec B608
            cursor.executemany(statement, list(self._lines(map(columns, rows), named, tail)))

    def update(self, rows: Sequence[RowT], columns: Columns[RowT], now: datetime) -> None:
        """Change the columns that `columns` gives, of the records with the "id" that it gives."""
        if not rows:
            return
        first = columns(rows[0])
        named = [name for name in self._fields if name in first and name != "id"]
        quote = connection.ops.quote_name
        new = "new." if self._is_postgresql else ""
        sets = ", ".join(f"{quote(name)} = {self._new(name, new + quote(name) if new else '%s')}" for name in named)
        stamped = f"{quote('updated_at')} = %s"
        with connection.cursor() as cursor:
            if not self._is_postgresql:
                statement = f"UPDATE {self._table} SET {sets}, {stamped} WHERE id = %s"  # noqa: S608  # nosec B608
                stamp = self._prepared("updated_at", now)
                lines = self._lines(map(columns, rows), ["id", *named], [])
                cursor.executemany(statement, [(*line[1:], stamp, line[0]) for line in lines])
                return
            names = ", ".join(quote(name) for name in ["id", *named])
            temporary = f"CREATE TEMP TABLE crm_import ON COMMIT DROP AS SELECT {names} FROM {self._table}"  # noqa: S608  # nosec B608
            cursor.execute(f"{temporary} WITH NO DATA")
            self._copy("crm_import", ["id", *named], {}, _blocks(rows, columns))
            change = f"UPDATE {self._table} AS old SET {sets}, {stamped} FROM crm_import AS new"  # noqa: S608  # nosec B608
            cursor.execute(f"{change} WHERE old.id = new.id", [now])
            cursor.execute("DROP TABLE crm_import")

    def _new(self, name: str, value: str) -> str:
        if name == "custom":
            if self._is_postgresql:
                return f"jsonb_strip_nulls(old.custom || {value})"
            return f"json_patch(custom, {value})"
        old = "old." if self._is_postgresql else ""
        return self._keep[name].format(new=value, old=old) if name in self._keep else value

    def _default(self, name: str, now: datetime) -> Any:
        return now if name in ("created_at", "updated_at") else self._fields[name].get_default()

    def _lines(self, rows: Iterable[Values], named: Sequence[str], tail: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            yield (*(self._prepared(name, row[name]) for name in named), *tail)

    def _prepared(self, name: str, value: Any) -> Any:
        """As SQLite keeps it."""
        field = self._fields[name]
        if isinstance(field, models.JSONField):
            return _json(value)
        return None if value is None else field.get_db_prep_save(value, connection)

    def _copy(
        self,
        table: str,
        named: Sequence[str],
        constant: Mapping[str, Any],
        blocks: Iterator[list[Values]],
    ) -> None:
        """COPY in its text format, written here: three times as quick as a driver that must look at each value."""
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("Rows are written inside a transaction; open one first.")
        names = ", ".join(map(connection.ops.quote_name, [*named, *constant]))
        showers = [(itemgetter(name), self._shower(name)) for name in named]
        tail = "".join("\t" + self._shower(name)(value) for name, value in constant.items()) + "\n"
        with connection.cursor() as cursor:
            # A thread of psycopg's feeds the server, so that this one goes on.
            writer = QueuedLibpqWriter(cursor.cursor)
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN", writer=writer) as copy:
                for block in blocks:
                    texts = [map(show, map(value, block)) for value, show in showers]
                    copy.write(tail.join(map("\t".join, zip(*texts, strict=True))) + tail)

    def _shower(self, name: str) -> Callable[[Any], str]:
        """From a value of the column to its text in COPY."""
        field = self._fields[name]
        if isinstance(field, models.JSONField):
            return lambda value: escaped(_json(value))
        if name == "id":
            return _hex
        if name == "row_hash":
            return str
        if isinstance(field, models.DateTimeField):
            return _moment
        return shown if name in _MOSTLY_DIFFERENT else _Shown().__getitem__


def _blocks(rows: Sequence[RowT], columns: Columns[RowT]) -> Iterator[list[Values]]:
    for start in range(0, len(rows), _BLOCK_LINES):
        yield [columns(row) for row in rows[start : start + _BLOCK_LINES]]


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)


_SPECIAL = re.compile(r"[\\\n\r\t\0]")
_ESCAPES = str.maketrans({"\\": r"\\", "\n": r"\n", "\r": r"\r", "\t": r"\t", "\0": None})


def escaped(text: str) -> str:
    """`text` in the text format of COPY, which PostgreSQL documents with the command."""
    return text.translate(_ESCAPES) if _SPECIAL.search(text) else text


_MOSTLY_DIFFERENT = {"external_id", "title", "notes", "name", "subject"}
_hex: Callable[[UUID], str] = attrgetter("hex")


def _moment(value: datetime | None) -> str:
    return r"\N" if value is None else value.isoformat()


class _Shown(dict[Any, str]):
    """Texts of values that come again."""

    def __missing__(self, value: Any) -> str:
        if len(self) > _REMEMBERED:
            self.clear()
        text = self[value] = shown(value)
        return text


def shown(value: Any) -> str:
    if value is None:
        return r"\N"
    if isinstance(value, str):
        return value.translate(_ESCAPES) if _SPECIAL.search(value) else value
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_BETWEEN = "\x1f"


def known_ids(rows: Any, column: str, values: Sequence[str], extra: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    """{value of `column`: (id, row_hash, created_at, updated_at, *extra)} of the rows that have one of `values`."""
    # One parameter for all: thousands would be parsed one by one.
    name = connection.ops.quote_name(rows.model._meta.get_field(column).column)
    if connection.vendor == "postgresql":
        joined = _BETWEEN.join(values)
        is_plain = joined.count(_BETWEEN) + 1 == len(values)
        condition = f"{name} = ANY({f'string_to_array(%s, chr({ord(_BETWEEN)}))' if is_plain else '%s'})"
        parameter = cast(Any, joined if is_plain else list(values))
    else:
        condition, parameter = f"{name} IN (SELECT value FROM json_each(%s))", json.dumps(list(values))  # noqa: S608  # nosec B608
    found = rows.extra(where=[condition], params=[parameter])  # noqa: S610 - a column's name and a placeholder  # nosec B610
    columns = (column, "pk", "row_hash", "created_at", "updated_at", *extra)
    return {row[0]: row[1:] for row in found.order_by().values_list(*columns)}


def commit_at_leisure() -> None:
    """Let this transaction's commit not wait for the disk: a later one that does waits for it too (PostgreSQL)."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL synchronous_commit TO off")
