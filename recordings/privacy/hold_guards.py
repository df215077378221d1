"""Triggers that keep held calls whatever way they are reached: raw SQL, a shell, another program.

Foreign keys alone are not enough: SQLite enforces them only on connections that ask for it, and they say nothing of
an UPDATE that empties a recording. A trigger also holds calls that come in later and fit an open-ended hold, so that
no door can forget to.

SQLite drops a table's triggers when a migration rebuilds the table, and refuses to rename a table that a trigger
names; therefore they are lifted before migrations and set again after them. PostgreSQL keeps them.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections

REFUSAL = "On legal hold: nothing of this call may be removed. Release the hold first."
NEEDED_TABLES = {
    "recordings_salescall",
    "recordings_recording",
    "recordings_legalhold",
    "recordings_heldcall",
    "vault_datakey",
}


@dataclass(frozen=True, slots=True)
class Guard:
    """`event` on `table` is refused while `condition` holds; OLD and NEW are the row before and after.

    `{owner_id}` stands for the id at the end of a data key's owner.
    """

    name: str
    event: str
    table: str
    condition: str


_CALL_HELD = "EXISTS (SELECT 1 FROM recordings_heldcall WHERE call_id = OLD.{column})"
_HOLD_IN_FORCE = "EXISTS (SELECT 1 FROM recordings_legalhold WHERE id = OLD.hold_id AND released_at IS NULL)"
_SOUND_CHANGED = (
    "(NEW.file <> OLD.file OR NEW.sha256 <> OLD.sha256 OR NEW.call_id <> OLD.call_id "
    "OR (NEW.dropped_at IS NOT NULL AND OLD.dropped_at IS NULL))"
)
# A data key belongs to the folder of a recording, `recordings/<client>/<recording>`, or to a client's fields.
_KEY_HELD = (
    "(EXISTS (SELECT 1 FROM recordings_recording AS r JOIN recordings_heldcall AS h ON h.call_id = r.call_id "
    "WHERE r.id = {owner_id}) OR (OLD.owner LIKE 'fields/%' AND EXISTS (SELECT 1 FROM recordings_legalhold "
    "WHERE client_id = {owner_id} AND released_at IS NULL)))"
)
_OWNER_ID = {
    "sqlite": "substr(replace(OLD.owner, '-', ''), -32)",
    "postgresql": "substring(OLD.owner from '[0-9a-f-]{36}$')::uuid",
}

GUARDS = (
    Guard("hold_keeps_call", "DELETE", "recordings_salescall", _CALL_HELD.format(column="id")),
    Guard("hold_keeps_recording", "DELETE", "recordings_recording", _CALL_HELD.format(column="call_id")),
    Guard(
        "hold_keeps_sound",
        "UPDATE",
        "recordings_recording",
        f"{_SOUND_CHANGED} AND {_CALL_HELD.format(column='call_id')}",
    ),
    Guard("hold_keeps_its_calls", "DELETE", "recordings_heldcall", _HOLD_IN_FORCE),
    Guard("hold_keeps_its_list", "UPDATE", "recordings_heldcall", _HOLD_IN_FORCE),
    Guard("hold_keeps_key", "DELETE", "vault_datakey", _KEY_HELD),
    Guard("hold_keeps_owner_of_key", "UPDATE", "vault_datakey", f"NEW.owner <> OLD.owner AND {_KEY_HELD}"),
    Guard("hold_is_released_first", "DELETE", "recordings_legalhold", "OLD.released_at IS NULL"),
)

_FITTING = """
INSERT INTO recordings_heldcall (hold_id, call_id, added_at)
SELECT hold.id, {call}.id, CURRENT_TIMESTAMP FROM {holds}
WHERE hold.client_id = {call}.client_id AND hold.released_at IS NULL AND hold.catches_later
AND (hold.customer_id IS NULL OR hold.customer_id = {call}.customer_id)
AND (hold.agent_id IS NULL OR hold.agent_id = {call}.agent_id)
AND (hold.calls_from IS NULL OR {call}.started_at >= hold.calls_from)
AND (hold.calls_to IS NULL OR {call}.started_at < hold.calls_to)
AND NOT EXISTS (SELECT 1 FROM recordings_heldcall AS held WHERE held.hold_id = hold.id AND held.call_id = {call}.id)
"""
_CATCH = _FITTING.format(call="NEW", holds="recordings_legalhold AS hold")
_CATCH_ALL = _FITTING.format(call="call", holds="recordings_legalhold AS hold JOIN new_rows AS call ON TRUE")
_CATCHERS = {
    "hold_catches_new_calls": "INSERT",
    "hold_catches_changed_call": "UPDATE OF customer_id, agent_id, started_at",
}
_FORMER = "hold_catches_new_call"
"""Ran once a row: a quarter of what inserting calls cost PostgreSQL."""


def set_guards(*, using: str, **_signal: Any) -> None:
    """Make every trigger that is missing; called after migrations, does nothing where the tables are not there yet."""
    connection = connections[using]
    if not set(connection.introspection.table_names()) >= NEEDED_TABLES:
        return
    present = _present(connection)
    statements = _for_sqlite(present) if connection.vendor == "sqlite" else _for_postgresql(present)
    if _FORMER in present:
        on_calls = " ON recordings_salescall" if connection.vendor == "postgresql" else ""
        statements.append(f"DROP TRIGGER {_FORMER}{on_calls}")
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)


def lift_guards(*, using: str, plan: Any = (), **_signal: Any) -> None:
    """Drop the triggers where a migration is about to rebuild tables: on SQLite, when there is something to migrate."""
    connection = connections[using]
    if not plan or connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name in (*(guard.name for guard in GUARDS), *_CATCHERS, _FORMER):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing_guards(using: str = "default") -> set[str]:
    """Names of triggers that should be in the database and are not."""
    return {*(guard.name for guard in GUARDS), *_CATCHERS} - _present(connections[using])


def _present(connection: Any) -> set[str]:
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return {row[0] for row in cursor.fetchall()}


def _condition(guard: Guard, vendor: str) -> str:
    return guard.condition.replace("{owner_id}", _OWNER_ID[vendor])


def _for_sqlite(present: set[str]) -> list[str]:
    refusals = [
        f"CREATE TRIGGER {guard.name} BEFORE {guard.event} ON {guard.table} WHEN {_condition(guard, 'sqlite')} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSAL}'); END"
        for guard in GUARDS
        if guard.name not in present
    ]
    catchers = [
        f"CREATE TRIGGER {name} AFTER {event} ON recordings_salescall BEGIN {_CATCH}; END"
        for name, event in _CATCHERS.items()
        if name not in present
    ]
    return refusals + catchers


def _for_postgresql(present: set[str]) -> list[str]:
    """Functions are replaced each time, so that a changed rule reaches old databases; triggers are made once."""
    statements = []
    for guard in GUARDS:
        body = (
            f"IF {_condition(guard, 'postgresql')} THEN RAISE EXCEPTION '{REFUSAL}' "
            "USING ERRCODE = 'integrity_constraint_violation'; END IF; "
            f"RETURN {'OLD' if guard.event == 'DELETE' else 'NEW'};"
        )
        statements.append(_function(guard.name, body))
        if guard.name not in present:
            statements.append(_trigger(guard.name, f"BEFORE {guard.event}", guard.table))
    statements.append(_function("hold_catches_call", f"{_CATCH}; RETURN NEW;"))
    statements.append(_function("hold_catches_calls", f"{_CATCH_ALL}; RETURN NULL;"))
    for name, event in _CATCHERS.items():
        if name not in present:
            statements.append(_catcher(name, event))
    return statements


def _catcher(name: str, event: str) -> str:
    """New calls are looked at once a statement, however many it brings; one that names columns must be for each row."""
    if event != "INSERT":
        return _trigger(name, f"AFTER {event}", "recordings_salescall", "hold_catches_call")
    return (
        f"CREATE TRIGGER {name} AFTER INSERT ON recordings_salescall REFERENCING NEW TABLE AS new_rows "
        "FOR EACH STATEMENT EXECUTE FUNCTION hold_catches_calls()"
    )


def _function(name: str, body: str) -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _trigger(name: str, event: str, table: str, function: str = "") -> str:
    return f"CREATE TRIGGER {name} {event} ON {table} FOR EACH ROW EXECUTE FUNCTION {function or name}()"
