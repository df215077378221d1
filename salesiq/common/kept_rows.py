"""Rows that stay as they were written, whatever way they are reached: triggers of the database.

An app names its tables once, in `AppConfig.ready`: `keep_rows(KeptRows(…), app=self)`. SQLite drops a table's triggers
when a migration rebuilds it, so they are lifted before migrations and set again after.

The one change that may be let through is the erasure of a person whom a row names: where `hash_column` is given, texts
may be masked where that hash says so (`masked_hash`), for good.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, pre_migrate

MASKED = "masked:"
LONGEST_HASH = 64


@dataclass(frozen=True, slots=True)
class KeptRows:
    """What of `table` never changes.

    `fixed` columns stay whatever happens; `texts` stay unless `hash_column` is set to a masked hash in the same change.
    `when` is a condition on OLD under which the row is kept, `nor` a change that is refused besides (SQL of both
    databases). `refusal` is told to who tries, and says what to do; it has no quotes.
    """

    table: str
    refusal: str
    fixed: tuple[str, ...]
    texts: tuple[str, ...] = ()
    hash_column: str = ""
    when: str = ""
    nor: str = ""
    needs: tuple[str, ...] = ()

    @property
    def columns(self) -> set[str]:
        """Those that must be there before it can be guarded; `needs` are those of `when` and `nor`."""
        return {*self.fixed, *self.texts, *self.needs, *filter(None, [self.hash_column])}


_kept: dict[str, KeptRows] = {}


def keep_rows(*kept: KeptRows, app: AppConfig) -> None:
    """Guard these tables of `app` from the next migration on."""
    _kept.update({each.table: each for each in kept})
    for signal, change in ((pre_migrate, _lift_guards), (post_migrate, _set_guards)):
        signal.connect(partial(change, kept), sender=app, weak=False, dispatch_uid=f"{app.label}:{change.__name__}")


def masked_hash(before: str) -> str:
    """The hash of a row of which a person was taken out; it matches no content."""
    return MASKED + hashlib.sha256(before.encode()).hexdigest()[: LONGEST_HASH - len(MASKED)]


def with_masked_hash(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """`values` for an update that takes a person out of `row`, with its masked hash where its table asks for one."""
    kept = _kept.get(row._meta.db_table)
    if kept is None or not kept.hash_column:
        return dict(values)
    return {**values, kept.hash_column: masked_hash(getattr(row, kept.hash_column))}


def _set_guards(kept: tuple[KeptRows, ...], *, using: str, **_signal: Any) -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for each in kept:
            if _can_be_kept(connection, cursor, each):
                for statement in _statements(connection.vendor, each):
                    cursor.execute(statement, None)


def _lift_guards(kept: tuple[KeptRows, ...], *, using: str, plan: Any = (), **_signal: Any) -> None:
    """Where a migration may rebuild or fill the tables."""
    connection = connections[using]
    if not plan:
        return
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for each in kept:
            if each.table in tables:
                on_table = f" ON {each.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {each.table}_kept{on_table}", None)


def _can_be_kept(connection: Any, cursor: Any, kept: KeptRows) -> bool:
    """Not in the middle of the migrations' history, where columns are still missing."""
    if kept.table not in connection.introspection.table_names(cursor):
        return False
    found = connection.introspection.get_table_description(cursor, kept.table)
    return kept.columns <= {column.name for column in found}


def _statements(vendor: str, kept: KeptRows) -> list[str]:
    changed = _condition(kept, "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM")
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {kept.table}_kept",
            f"CREATE TRIGGER {kept.table}_kept BEFORE UPDATE ON {kept.table} "
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{kept.refusal}'); END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {kept.table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{kept.refusal}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"DROP TRIGGER IF EXISTS {kept.table}_kept ON {kept.table}",
        f"CREATE TRIGGER {kept.table}_kept BEFORE UPDATE ON {kept.table} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {kept.table}_kept()",
    ]


def _condition(kept: KeptRows, differs: str) -> str:
    def changed(names: Iterable[str]) -> list[str]:
        return [f"OLD.{name} {differs} NEW.{name}" for name in names]

    refused = changed(kept.fixed)
    if kept.texts and kept.hash_column:
        column = kept.hash_column
        masks = f"NEW.{column} LIKE '{MASKED}%' AND NEW.{column} <> OLD.{column}"
        refused.append(f"(({' OR '.join(changed((*kept.texts, column)))}) AND NOT ({masks}))")
    else:
        refused += changed(kept.texts)
    refused += filter(None, [kept.nor])
    condition = " OR ".join(refused)
    return f"{kept.when} AND ({condition})" if kept.when else condition
