"""Triggers that keep a prompt's versions as they were written, whatever way they are reached.

SQLite drops a table's triggers when a migration rebuilds it, so they are lifted before migrations and set again after.
The one change that they let through is the erasure of a person whom a version names: texts may be masked where the
version's hash says so (`masked_hash`), for good.
"""

import hashlib
from typing import Any

from django.db import connections

TABLE = "prompts_promptversion"
REFUSAL = "A version of a prompt never changes. Write a new one."
MASKED = "masked:"
_FIXED = ("client_id", "prompt_id", "number")
_KEPT = (
    "messages", "variables", "blocks", "parameters", "response_type", "response_schema", "checks", "content_hash",
)  # fmt: skip


def masked_hash(before: str) -> str:
    """The hash of a version of which a person was taken out; it matches no content."""
    return MASKED + hashlib.sha256(before.encode()).hexdigest()[: 64 - len(MASKED)]


def set_guards(*, using: str, **_signal: Any) -> None:
    """Put the trigger in its place; receiver of `post_migrate`."""
    connection = connections[using]
    with connection.cursor() as cursor:
        if TABLE not in connection.introspection.table_names(cursor):
            return
        for statement in _statements(connection.vendor):
            cursor.execute(statement, None)


def lift_guards(*, using: str, plan: Any = (), **_signal: Any) -> None:
    """Drop it where a migration may rebuild or fill the table; receiver of `pre_migrate`."""
    connection = connections[using]
    if not plan or TABLE not in connection.introspection.table_names():
        return
    on_table = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER IF EXISTS {TABLE}_kept{on_table}", None)


def _statements(vendor: str) -> list[str]:
    differs = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
    fixed = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in _FIXED)
    texts = " OR ".join(f"OLD.{name} {differs} NEW.{name}" for name in _KEPT)
    masks = f"NEW.content_hash LIKE '{MASKED}%' AND NEW.content_hash <> OLD.content_hash"
    changed = f"{fixed} OR (({texts}) AND NOT ({masks}))"
    if vendor == "sqlite":
        return [
            f"DROP TRIGGER IF EXISTS {TABLE}_kept",
            f"CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE} "
            f"WHEN {changed} BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END",
        ]
    return [
        f"CREATE OR REPLACE FUNCTION {TABLE}_kept() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
        f"RAISE EXCEPTION '{REFUSAL}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f"DROP TRIGGER IF EXISTS {TABLE}_kept ON {TABLE}",
        f"CREATE TRIGGER {TABLE}_kept BEFORE UPDATE ON {TABLE} FOR EACH ROW "
        f"WHEN ({changed}) EXECUTE FUNCTION {TABLE}_kept()",
    ]
