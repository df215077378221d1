"""What the database itself does for the trail: it links each event, and refuses to change or delete one.

The triggers are written out per database. They are installed by a migration and looked after by every later
`migrate`, because SQLite drops a table's triggers when a migration rebuilds the table.
"""

from types import ModuleType
from typing import Any

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from salesiq.audit.guards import postgresql, sqlite

_TABLE = "audit_auditevent"


def can_install(connection: BaseDatabaseWrapper) -> bool:
    """Whether the tables are there, and in the form that the triggers know."""
    with connection.cursor() as cursor:
        if _TABLE not in connection.introspection.table_names(cursor):
            return False
        columns = connection.introspection.get_table_description(cursor, _TABLE)
    return "payload_hash" in {column.name for column in columns}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put every trigger in its place, whatever is there now."""
    if find_missing(connection):
        remove(connection)
        _run(connection, _vendor(connection).INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take all triggers away. The product never does; someone with the database's password can."""
    _run(connection, _vendor(connection).REMOVE)


def find_missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers that are not there, are switched off, or were rewritten."""
    missing: list[str] = _vendor(connection).find_missing(connection)
    return missing


def number_to_ask_for(connection: BaseDatabaseWrapper) -> int | None:
    """What a new event's number is set to before the database gives it one; see postgresql.py for the 0."""
    alone = connection.vendor == "postgresql" and not connection.in_atomic_block
    return 0 if alone and not settings.AUDIT_WAITS_FOR_DISK else None


def prepare(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """A new connection learns what the triggers call; receiver of `connection_created`."""
    if connection.vendor == "sqlite":
        sqlite.prepare(connection)


def _vendor(connection: BaseDatabaseWrapper) -> ModuleType:
    return postgresql if connection.vendor == "postgresql" else sqlite


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
