"""Removing from the database's files what deleted rows left behind in them.

A database marks rows as gone long before their bytes are: SQLite keeps them in free pages and the write-ahead log,
PostgreSQL in dead tuples, statistics and log segments. `scrub_database` makes both give them up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import DatabaseError, connection
from django.db.backends.utils import CursorWrapper

# Column statistics hold sample values; they are rewritten like the tables themselves.
STATISTICS = "pg_catalog.pg_statistic"


@dataclass(slots=True)
class ScrubReport:
    """What was done, in sentences what could not be, and what lies with whoever runs the database server."""

    database: str
    done: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        return not self.left


def scrub_database(tables: Iterable[str] | None = None) -> ScrubReport:
    """Rewrite the database's files without what was deleted; outside of any transaction.

    SQLite: the whole file (writers wait until it is done, readers go on). PostgreSQL: `tables`, or all of this
    database's, each locked against reading and writing while it is rewritten; then the log is switched and a
    checkpoint made. Segments that the server recycles keep old bytes until they are overwritten: set
    `wal_recycle = off`, and shorten what archives and replicas keep.

    Raises:
        RuntimeError: a transaction is open here.
    """
    if connection.in_atomic_block:
        raise RuntimeError("The database cannot be scrubbed inside a transaction.")
    report = ScrubReport(connection.vendor)
    connection.ensure_connection()
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            _scrub_sqlite(cursor, report)
        else:
            _scrub_postgresql(cursor, report, tables)
    return report


def _scrub_sqlite(cursor: CursorWrapper, report: ScrubReport) -> None:
    _try(cursor, report, "PRAGMA secure_delete=ON")
    _try(cursor, report, "VACUUM")
    cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    busy = cursor.fetchone()[0]
    if busy:
        report.left.append("The write-ahead log is still being read by another process. Run this again later.")
    else:
        report.done.append("wal_checkpoint(TRUNCATE)")


def _scrub_postgresql(cursor: CursorWrapper, report: ScrubReport, tables: Iterable[str] | None) -> None:
    known = connection.introspection.table_names(cursor)
    named = known if tables is None else [table for table in dict.fromkeys(tables) if table in known]
    for table in named:
        _try(cursor, report, f"VACUUM (FULL, ANALYZE) {connection.ops.quote_name(table)}")
    # What follows needs rights that a hosted database may not give.
    for statement in (f"VACUUM (FULL) {STATISTICS}", "SELECT pg_switch_wal()", "CHECKPOINT"):
        _try(cursor, report, statement, is_ours=False)
    cursor.execute("SHOW wal_recycle")
    if cursor.fetchone()[0] == "on":
        report.notes.append("Log segments are recycled, not removed. Set wal_recycle = off in postgresql.conf.")


def _try(cursor: CursorWrapper, report: ScrubReport, statement: str, *, is_ours: bool = True) -> None:
    """Run one statement; what it may not do is told, the others still run."""
    try:
        cursor.execute(statement)
    except DatabaseError as error:
        told = report.left if is_ours else report.notes
        told.append(f"{statement}: {str(error).strip().splitlines()[0]}")
    else:
        report.done.append(statement)
