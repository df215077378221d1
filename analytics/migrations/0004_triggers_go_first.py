"""Who goes back to an older version loses the sums' tables: the triggers that write into them go before."""

from django.db import migrations

from analytics.rollups.triggers import remove_triggers


def stay(apps, schema_editor):
    """Triggers are set after all migrations, whatever tables they rebuild."""


def go(apps, schema_editor):
    remove_triggers(schema_editor.connection)


class Migration(migrations.Migration):

    dependencies = [("analytics", "0003_measures_of_calls"), ("recordings", "0014_calls_of_other_systems")]

    operations = [migrations.RunPython(stay, go)]
