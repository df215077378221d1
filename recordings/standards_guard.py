"""Triggers that keep the content of published scripts and scorecards, whatever way they are reached.

SQLite drops a table's triggers when a migration rebuilds it, so they are lifted before migrations and set again after.
"""

from typing import Any

from django.db import connections

REFUSAL = "A published script or scorecard never changes. Write a new version of it."
_SAME = ("client_id", "name", "version")
_KEPT = {
    "recordings_scorecard": (*_SAME, "criteria", "shown_to_agents", "appeal_days"),
    "recordings_script": (*_SAME, "language", "stages"),
}


def set_guards(*, using: str, **_signal: Any) -> None:
    """Put the triggers in their place; receiver of `post_migrate`."""
    connection = connections[using]
    if not _can_be_set(connection):
        return
    with connection.cursor() as cursor:
        for table, columns in _KEPT.items():
            for statement in _statements(connection.vendor, table, columns):
                cursor.execute(statement, None)


def lift_guards(*, using: str, plan: Any = (), **_signal: Any) -> None:
    """Drop them where a migration may rebuild or fill the tables; receiver of `pre_migrate`."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not plan:
        return
    with connection.cursor() as cursor:
        for table in tables & set(_KEPT):
            on_table = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {table}_kept{on_table}", None)


def _can_be_set(connection: Any) -> bool:
    with connection.cursor() as cursor:
        if not set(connection.introspection.table_names(cursor)) >= set(_KEPT):
            return False
        found = connection.introspection.get_table_description(cursor, "recordings_scorecard")
    return {"status", "appeal_days"} <= {column.name for column in found}


def _statements(vendor: str, table: str, columns: tuple[str, ...]) -> list[str]:
    if vendor == "sqlite":
        changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in columns)
        return [
            f"DROP TRIGGER IF EXISTS {table}_kept",
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} "
            f"WHEN OLD.status <> 'draft' AND (NEW.status = 'draft' OR {changed}) "
            f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        ]
    changed = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in columns)
    return [
        f"CREATE OR REPLACE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"DROP TRIGGER IF EXISTS {table}_kept ON {table}",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN (OLD.status <> 'draft' AND (NEW.status = 'draft' OR {changed})) EXECUTE FUNCTION {table}_kept()",
    ]
