"""What the database itself does for the search: a change of words takes the call out of the index at once.

Set after migrations and lifted before them like the guards of legal holds, and for the same reason: SQLite drops a
table's triggers when a migration rebuilds the table, and renames no table that a trigger names.
"""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

from recordings.searching.sqlite import COLUMNS, TABLE

WORDS, DUE = "recordings_callwords", "recordings_searchdue"
LINES, CALLS = "recordings_utterance", "recordings_salescall"
INDEX = "recordings_callwords_lexemes"

_SHOWN_ANEW = (
    "(OLD.status <> NEW.status AND 'published' IN (OLD.status, NEW.status)) OR (NEW.status = 'published' AND "
    "(OLD.started_at <> NEW.started_at OR OLD.language <> NEW.language OR OLD.client_id <> NEW.client_id))"
)
_OTHER_WORDS = "OLD.text <> NEW.text OR OLD.role <> NEW.role OR OLD.call_id <> NEW.call_id"


def set_triggers(*, using: str, **_signal: Any) -> None:
    """Make the index and the triggers where they are missing; does nothing where the tables are not there yet."""
    connection = connections[using]
    if not {WORDS, DUE, LINES, CALLS} <= set(connection.introspection.table_names()):
        return
    statements = _SQLITE if connection.vendor == "sqlite" else _POSTGRESQL
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement, None)


def lift_triggers(*, using: str, plan: Any = (), **_signal: Any) -> None:
    """Drop the triggers on SQLite when there is something to migrate; the full text table stays."""
    connection = connections[using]
    if not plan or connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        for name in _SQLITE_TRIGGERS:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")


def missing_triggers(using: str = "default") -> set[str]:
    """Names of triggers that should be in the database and are not."""
    connection = connections[using]
    names, query = (
        (_SQLITE_TRIGGERS, "SELECT name FROM sqlite_master WHERE type = 'trigger'")
        if connection.vendor == "sqlite"
        else (_POSTGRESQL_TRIGGERS, "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return set(names) - {row[0] for row in cursor.fetchall()}


def check_full_text(databases: Any = None, **_kwargs: Any) -> list[CheckMessage]:
    """System check with databases: SQLite was built with FTS5."""
    found: list[CheckMessage] = []
    for alias in databases or ():
        connection = connections[alias]
        if connection.vendor != "sqlite":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT sqlite_compileoption_used('ENABLE_FTS5')")
            if not cursor.fetchone()[0]:
                found.append(
                    Error(
                        "This SQLite was built without FTS5, which the search needs.",
                        hint="Use a Python whose sqlite3 has it (all of python.org and Debian do), or PostgreSQL.",
                        id="recordings.E001",
                    )
                )
    return found


# --- SQLite -----------------------------------------------------------------------------------------------------------

_NAMES = ", ".join(COLUMNS)
_NEW = ", ".join(f"NEW.{name}" for name in COLUMNS)
_OLD = ", ".join(f"OLD.{name}" for name in COLUMNS)
_PUT = f"INSERT INTO {TABLE}(rowid, {_NAMES}) VALUES (NEW.place, {_NEW});"  # nosec B608
_TAKE = f"INSERT INTO {TABLE}({TABLE}, rowid, {_NAMES}) VALUES ('delete', OLD.place, {_OLD});"  # nosec B608


def _outdate(call: str) -> str:
    return (
        f"INSERT INTO {DUE}(call_id, indexed) VALUES ({call}, 0) ON CONFLICT(call_id) DO UPDATE SET indexed = 0; "  # nosec B608
        f"DELETE FROM {WORDS} WHERE call_id = {call};"
    )


_SQLITE_TRIGGERS = {
    "search_puts_words": f"AFTER INSERT ON {WORDS} BEGIN {_PUT} END",
    "search_takes_words": f"AFTER DELETE ON {WORDS} BEGIN {_TAKE} END",
    "search_changes_words": f"AFTER UPDATE ON {WORDS} BEGIN {_TAKE} {_PUT} END",
    "search_hears_line": f"AFTER INSERT ON {LINES} BEGIN {_outdate('NEW.call_id')} END",
    "search_loses_line": f"AFTER DELETE ON {LINES} BEGIN {_outdate('OLD.call_id')} END",
    "search_hears_changed_line": f"AFTER UPDATE OF text, role, call_id ON {LINES} WHEN {_OTHER_WORDS} "
    f"BEGIN {_outdate('NEW.call_id')} END",
    "search_sees_call": f"AFTER UPDATE OF status, started_at, language, client_id ON {CALLS} WHEN {_SHOWN_ANEW} "
    f"BEGIN {_outdate('NEW.id')} END",
}
_SQLITE = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS {TABLE} USING fts5({_NAMES}, content='{WORDS}', content_rowid='place', "
    "tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    *(f"CREATE TRIGGER IF NOT EXISTS {name} {body}" for name, body in _SQLITE_TRIGGERS.items()),
)

# --- PostgreSQL -------------------------------------------------------------------------------------------------------

_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$"
)
_LINES_CHANGED = "PERFORM recordings_search_outdate(ARRAY(SELECT DISTINCT call_id FROM changed));"
_LINES_UPDATED = (
    "PERFORM recordings_search_outdate(ARRAY(SELECT DISTINCT n.call_id FROM new_lines n "
    "JOIN old_lines o ON o.id = n.id WHERE o.text <> n.text OR o.role <> n.role OR o.call_id <> n.call_id));"
)
_POSTGRESQL_TRIGGERS = {
    "search_hears_lines": f"AFTER INSERT ON {LINES} REFERENCING NEW TABLE AS changed FOR EACH STATEMENT "
    "EXECUTE FUNCTION recordings_search_lines_changed()",
    "search_loses_lines": f"AFTER DELETE ON {LINES} REFERENCING OLD TABLE AS changed FOR EACH STATEMENT "
    "EXECUTE FUNCTION recordings_search_lines_changed()",
    "search_hears_changed_lines": f"AFTER UPDATE ON {LINES} REFERENCING OLD TABLE AS old_lines NEW TABLE AS new_lines "
    "FOR EACH STATEMENT EXECUTE FUNCTION recordings_search_lines_updated()",
    "search_sees_call": f"AFTER UPDATE OF status, started_at, language, client_id ON {CALLS} FOR EACH ROW "
    f"WHEN ({_SHOWN_ANEW}) EXECUTE FUNCTION recordings_search_call_changed()",
}
_POSTGRESQL = (
    # Without a list of pending entries, which every search would have to read through.
    f"CREATE INDEX IF NOT EXISTS {INDEX} ON {WORDS} USING gin (lexemes) WITH (fastupdate = off)",
    # Texts and vectors lie beside the rows, so that what the index finds is read from few pages.
    f"ALTER TABLE {WORDS} SET (toast_tuple_target = 128)",
    f"ALTER TABLE {WORDS} ALTER COLUMN lexemes SET STORAGE EXTERNAL",
    f"CREATE OR REPLACE FUNCTION recordings_search(query tsquery) RETURNS TABLE (place bigint, call_id uuid) "  # nosec B608
    f"LANGUAGE sql STABLE ROWS 1000 SET enable_seqscan = off AS "
    f"$$ SELECT w.place, w.call_id FROM {WORDS} w WHERE w.lexemes @@ query $$",
    f"CREATE OR REPLACE FUNCTION recordings_search_outdate(ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$ BEGIN "  # nosec B608
    f"INSERT INTO {DUE} (call_id, indexed) SELECT DISTINCT i, false FROM unnest(ids) AS i ORDER BY i "
    f"ON CONFLICT (call_id) DO UPDATE SET indexed = false; DELETE FROM {WORDS} WHERE call_id = ANY(ids); END $$",
    _FUNCTION.format(name="recordings_search_lines_changed", body=_LINES_CHANGED),
    _FUNCTION.format(name="recordings_search_lines_updated", body=_LINES_UPDATED),
    _FUNCTION.format(name="recordings_search_call_changed", body="PERFORM recordings_search_outdate(ARRAY[NEW.id]);"),
    *(f"CREATE OR REPLACE TRIGGER {name} {body}" for name, body in _POSTGRESQL_TRIGGERS.items()),
)
