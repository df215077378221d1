"""Django's own log of the back office kept names and titles of what was touched. The audit trail has those events."""

from django.db import migrations


def forget(apps, schema_editor):
    apps.get_model("admin", "LogEntry").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [("audit", "0002_per_tenant_chains"), ("admin", "0003_logentry_add_action_flag_choices")]

    operations = [migrations.RunPython(forget, migrations.RunPython.noop)]
