"""Many rows into a table at once: COPY on PostgreSQL, prepared statements on SQLite. In the caller's transaction."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models, transaction

Values = Mapping[str, Any]


class Writer:
    """Inserts and updates rows of `model`, by columns.

    `keep` says of columns what becomes of them when a row is changed: SQL with {new} for the value that comes in.
    """

    def __init__(self, model: type[models.Model], keep: Mapping[str, str] | None = None) -> None:
        self._table = connection.ops.quote_name(model._meta.db_table)
        self._fields = {field.attname: field for field in model._meta.concrete_fields}
        self._is_postgresql = connection.vendor == "postgresql"
        self._keep = dict(keep or {})

    def insert(self, rows: Sequence[Values], now: datetime) -> None:
        """Each row has its "id"; columns that none of them names get the model's defaults."""
        if not rows:
            return
        named = [name for name in self._fields if name in rows[0]]
        constant = {name: self._default(name, now) for name in self._fields if name not in rows[0]}
        columns = [*named, *constant]
        tail = [self._prepared(name, value) for name, value in constant.items()]
        self._copy_or_insert(self._table, columns, self._lines(rows, named, tail))

    def update(self, rows: Sequence[Values], now: datetime) -> None:
        """Change the named columns of the rows with these ids."""
        if not rows:
            return
        named = [name for name in self._fields if name in rows[0] and name != "id"]
        lines = self._lines(rows, ["id", *named], [])
        quote = connection.ops.quote_name
        stamped = f"{quote('updated_at')} = %s"
        if not self._is_postgresql:
            sets = ", ".join(f"{quote(name)} = {self._new(name, '%s')}" for name in named)
            statement = f"UPDATE {self._table} SET {sets}, {stamped} WHERE id = %s"  # noqa: S608 - names of columns
            stamp = self._prepared("updated_at", now)
            with connection.cursor() as cursor:
                cursor.executemany(statement, [(*line[1:], stamp, line[0]) for line in lines])
            return
        columns = ", ".join(quote(name) for name in ["id", *named])
        sets = ", ".join(f"{quote(name)} = {self._new(name, f'new.{quote(name)}')}" for name in named)
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE TEMP TABLE crm_import ON COMMIT DROP AS SELECT {columns} FROM {self._table} WITH NO DATA"  # noqa: S608
            )
            self._copy_or_insert("crm_import", ["id", *named], lines)
            cursor.execute(
                f"UPDATE {self._table} AS old SET {sets}, {stamped} FROM crm_import AS new WHERE old.id = new.id",  # noqa: S608
                [now],
            )
            cursor.execute("DROP TABLE crm_import")

    def _new(self, name: str, value: str) -> str:
        if name == "custom":
            if self._is_postgresql:
                return f"jsonb_strip_nulls(old.custom || {value})"
            return f"json_patch(custom, {value})"
        prefix = "old." if self._is_postgresql else ""
        return self._keep[name].format(new=value, old=prefix) if name in self._keep else value

    def _default(self, name: str, now: datetime) -> Any:
        return now if name in ("created_at", "updated_at") else self._fields[name].get_default()

    def _lines(self, rows: Sequence[Values], named: Sequence[str], tail: Sequence[Any]) -> list[tuple[Any, ...]]:
        if self._is_postgresql:
            texts = [name for name in named if isinstance(self._fields[name], models.JSONField)]
            if not texts:
                return [(*(row[name] for name in named), *tail) for row in rows]
        prepare = self._prepared
        return [(*(prepare(name, row[name]) for name in named), *tail) for row in rows]

    def _prepared(self, name: str, value: Any) -> Any:
        field = self._fields[name]
        if isinstance(field, models.JSONField):
            return json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False)
        if self._is_postgresql or value is None:
            return value
        return field.get_db_prep_save(value, connection)

    def _copy_or_insert(self, table: str, columns: Sequence[str], lines: Sequence[tuple[Any, ...]]) -> None:
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("Rows are written inside a transaction; open one first.")
        names = ", ".join(connection.ops.quote_name(name) for name in columns)
        with connection.cursor() as cursor:
            if self._is_postgresql:
                with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                    for line in lines:
                        copy.write_row(line)
            else:
                marks = ", ".join(["%s"] * len(columns))
                cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", lines)  # noqa: S608


def known_ids(rows: Any, column: str, values: Sequence[Any], extra: Sequence[str]) -> dict[Any, tuple[Any, ...]]:
    """{value of `column`: (id, row_hash, created_at, updated_at, *extra)} of the rows that have one of `values`."""
    found = rows.filter(**{f"{column}__in": list(values)}).order_by()
    columns = (column, "pk", "row_hash", "created_at", "updated_at", *extra)
    return {row[0]: row[1:] for row in found.values_list(*columns)}
