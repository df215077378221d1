"""Triggers that write down which days of which agents changed, whatever way they were changed: raw SQL included.

On PostgreSQL they run once a statement, over the rows that it touched; of a statement that touched many, as those of
an import do, they write down the days alone, since whole months are counted again then anyway. SQLite has triggers for
single rows only, and drops them when a migration rebuilds their table: there they are lifted before migrations and set
again after them. Whenever one had to be made, what happened before is unknown, and every client is counted again.
"""

from dataclasses import dataclass
from typing import Any

from django.db import connections

_CALLS = "recordings_salescall"
_DIRTY = "analytics_dirtyday"
NEEDED_TABLES = {_CALLS, "recordings_callanalysis", "recordings_followup", "recordings_objection", _DIRTY}
COUNTED = "('published', 'logged')"
MANY_ROWS = 500
"""A statement that touches more of them marks days for all agents."""


@dataclass(frozen=True, slots=True)
class Watched:
    """Sums depend on these columns of the table. `is_part` is whether its rows belong to a call by `call_id`."""

    name: str
    table: str
    columns: tuple[str, ...]
    is_part: bool = True


WATCHED = (
    Watched(
        "call",
        _CALLS,
        (
            "client_id", "agent_id", "started_at", "status", "outcome", "call_type", "region", "source", "language",
            "call_duration", "quality_score", "conversion_probability", "csat",
        ),
        is_part=False,
    ),
    Watched("analysis", "recordings_callanalysis", ("call_id", "talk", "script")),
    Watched("follow_up", "recordings_followup", ("call_id",)),
    Watched("objection", "recordings_objection", ("call_id", "handled")),
)  # fmt: skip
_EVENTS = ("INSERT", "UPDATE", "DELETE")
_ZONE = "rollup_zone_changed"
_EMPTIED = "rollup_calls_emptied"
_ALL_CLIENTS = f"INSERT INTO {_DIRTY} (client_id, is_month) SELECT id, {{true}} FROM people_client"  # noqa: S608  # nosec B608


def set_triggers(*, using: str, **_signal: Any) -> None:
    """Make every trigger that is missing; called after migrations, does nothing where the tables are not there yet."""
    connection = connections[using]
    if not _can_be_set(connection):
        return
    missing = missing_triggers(using)
    statements = _sqlite(missing) if connection.vendor == "sqlite" else _postgresql(missing)
    if missing:
        statements.append(_ALL_CLIENTS.format(true="true" if connection.vendor == "postgresql" else "1"))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)


def lift_triggers(*, using: str, plan: Any = (), **_signal: Any) -> None:
    """Drop them where a migration is about to rebuild tables: on SQLite, when there is something to migrate."""
    connection = connections[using]
    if plan and connection.vendor == "sqlite":
        remove_triggers(connection)


def remove_triggers(connection: Any) -> None:
    """Take all of them away."""
    if connection.vendor == "sqlite":
        statements = [f"DROP TRIGGER IF EXISTS {name}" for name in _names("sqlite")]
    else:
        statements = [f"DROP FUNCTION IF EXISTS {name}() CASCADE" for name in _names("postgresql")]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def missing_triggers(using: str = "default") -> set[str]:
    """Names of triggers that should be in the database and are not."""
    connection = connections[using]
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return _names(connection.vendor) - {row[0] for row in cursor.fetchall()}


def _can_be_set(connection: Any) -> bool:
    """Whether the tables are there, and in the form that the triggers know."""
    with connection.cursor() as cursor:
        if not set(connection.introspection.table_names(cursor)) >= NEEDED_TABLES:
            return False
        described = connection.introspection.get_table_description
        needed = {**{each.table: set(each.columns) for each in WATCHED}, _DIRTY: {"is_of_all"}}
        return all(names <= {c.name for c in described(cursor, table)} for table, names in needed.items())


def _name(watched: Watched, event: str) -> str:
    return f"rollup_{watched.name}_{event.lower()}"


def _names(vendor: str) -> set[str]:
    names = {_name(watched, event) for watched in WATCHED for event in _EVENTS} | {_ZONE}
    return names | {_EMPTIED} if vendor == "postgresql" else names


# --- PostgreSQL: once a statement ---------------------------------------------------------------------


def _postgresql(missing: set[str]) -> list[str]:
    """Functions are replaced each time, so that a changed rule reaches old databases; triggers are made once."""
    statements = []
    for watched in WATCHED:
        for event in _EVENTS:
            name = _name(watched, event)
            statements.append(_function(name, _mark(watched, event)))
            if name in missing:
                statements.append(
                    f"CREATE TRIGGER {name} AFTER {event} ON {watched.table} REFERENCING {_TABLES[event]} "
                    f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
                )
    statements.append(_function(_ZONE, f"INSERT INTO {_DIRTY} (client_id, is_month) VALUES (NEW.id, true)"))  # noqa: S608  # nosec B608
    statements.append(_function(_EMPTIED, _ALL_CLIENTS.format(true="true")))
    if _ZONE in missing:
        statements.append(
            f"CREATE TRIGGER {_ZONE} AFTER UPDATE ON people_client FOR EACH ROW "
            f"WHEN (OLD.time_zone IS DISTINCT FROM NEW.time_zone) EXECUTE FUNCTION {_ZONE}()"
        )
    if _EMPTIED in missing:
        statements.append(
            f"CREATE TRIGGER {_EMPTIED} AFTER TRUNCATE ON {_CALLS} FOR EACH STATEMENT EXECUTE FUNCTION {_EMPTIED}()"
        )
    return statements


_TABLES = {
    "INSERT": "NEW TABLE AS new_rows",
    "UPDATE": "OLD TABLE AS old_rows NEW TABLE AS new_rows",
    "DELETE": "OLD TABLE AS old_rows",
}


def _mark(watched: Watched, event: str) -> str:
    touched = "old_rows" if event == "DELETE" else "new_rows"
    return (
        f"IF (SELECT count(*) FROM {touched}) > {MANY_ROWS} "  # noqa: S608  # nosec B608
        f"THEN {_keys_of(watched, event, 'NULL::uuid', 'true')}; "
        f"ELSE {_keys_of(watched, event, 'call.agent_id', 'false')}; END IF"
    )


def _keys_of(watched: Watched, event: str, agent: str, is_of_all: str) -> str:
    """INSERT of the distinct keys of the rows that a statement touched and that matter to the sums."""
    if event == "UPDATE":
        changed = _row("o", watched) + " IS DISTINCT FROM " + _row("n", watched)
        columns = ", ".join(f"{{0}}.{name}" for name in watched.columns)
        old, new = columns.format("o"), columns.format("n")
        pairs = f"FROM old_rows AS o JOIN new_rows AS n ON n.id = o.id WHERE {changed}"
        rows = f"(SELECT {old} {pairs} UNION ALL SELECT {new} {pairs})"
    else:
        rows = "new_rows" if event == "INSERT" else "old_rows"
    calls = f"{rows} AS part JOIN {_CALLS} AS call ON call.id = part.call_id" if watched.is_part else f"{rows} AS call"
    return (
        f"INSERT INTO {_DIRTY} (client_id, agent_id, day, is_of_all) "  # noqa: S608  # nosec B608
        f"SELECT DISTINCT call.client_id, {agent}, (call.started_at AT TIME ZONE 'UTC')::date, {is_of_all} "
        f"FROM {calls} WHERE call.status IN {COUNTED}"
    )


def _row(alias: str, watched: Watched) -> str:
    return f"ROW({', '.join(f'{alias}.{name}' for name in watched.columns)})"


def _function(name: str, body: str) -> str:
    return (
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body}; RETURN NULL; END $$"
    )


# --- SQLite: once a row -------------------------------------------------------------------------------


def _sqlite(missing: set[str]) -> list[str]:
    statements = [
        _sqlite_trigger(watched, event) for watched in WATCHED for event in _EVENTS if _name(watched, event) in missing
    ]
    if _ZONE in missing:
        statements.append(
            f"CREATE TRIGGER {_ZONE} AFTER UPDATE OF time_zone ON people_client "  # noqa: S608  # nosec B608
            "WHEN OLD.time_zone <> NEW.time_zone "
            f"BEGIN INSERT INTO {_DIRTY} (client_id, is_month) VALUES (NEW.id, 1); END"
        )
    return statements


def _sqlite_trigger(watched: Watched, event: str) -> str:
    sides = {"INSERT": ("NEW",), "DELETE": ("OLD",), "UPDATE": ("OLD", "NEW")}[event]
    when = ""
    if event == "UPDATE":
        when = f" OF {', '.join(watched.columns)}"
    changed = " OR ".join(f"OLD.{name} IS NOT NEW.{name}" for name in watched.columns) if event == "UPDATE" else "1"
    keys = " ".join(f"{_sqlite_keys(watched, side)};" for side in sides)
    return (
        f"CREATE TRIGGER {_name(watched, event)} AFTER {event}{when} ON {watched.table} WHEN {changed} BEGIN {keys} END"
    )


def _sqlite_keys(watched: Watched, side: str) -> str:
    """One key, unless it is there: there is one writer at a time, who sees all keys."""
    columns = (
        "{0}client_id AS client_id, {0}agent_id AS agent_id, substr({0}started_at, 1, 10) AS day, {0}status AS status"
    )
    of_call = f"SELECT {columns.format('')} FROM {_CALLS} WHERE id = {side}.call_id"  # noqa: S608  # nosec B608
    of_row = f"SELECT {columns.format(side + '.')}"
    return (
        f"INSERT INTO {_DIRTY} (client_id, agent_id, day) SELECT client_id, agent_id, day "  # noqa: S608  # nosec B608
        f"FROM ({of_call if watched.is_part else of_row}) AS call WHERE status IN {COUNTED} "
        f"AND NOT EXISTS (SELECT 1 FROM {_DIRTY} AS known WHERE known.client_id = call.client_id "
        "AND known.day = call.day AND known.agent_id IS call.agent_id AND NOT known.is_month)"
    )
