"""The state of the database's tables."""

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def has_unapplied_migrations() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def ensure_migrated() -> None:
    """Bring the embedded SQLite database up to date; ask for it where the database is shared.

    Raises:
        CommandError: a shared database lacks migrations.
    """
    if not has_unapplied_migrations():
        return
    if connection.vendor != "sqlite":
        raise CommandError("The database is not up to date. Run: manage.py migrate")
    call_command("migrate", verbosity=0, interactive=False)
