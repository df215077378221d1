"""Which grains stand by which dimensions: without it, the planner reads whole tables for a few rows of months."""

from typing import Any

from django.db import migrations

NAMES = {"agent_sums_kinds": "analytics_agentsums", "client_sums_kinds": "analytics_clientsums"}


def make(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for name, table in NAMES.items():
            editor.execute(f"CREATE STATISTICS IF NOT EXISTS {name} (mcv) ON grain, dimension FROM {table}")
            editor.execute(f"ANALYZE {table}")


def drop(apps: Any, editor: Any) -> None:
    if editor.connection.vendor == "postgresql":
        for name in NAMES:
            editor.execute(f"DROP STATISTICS IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("analytics", "0005_exports_and_schedules")]

    operations = [migrations.RunPython(make, drop)]
