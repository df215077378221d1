"""The table of former tokens stays, empty, for knox's own migrations; it holds on to users no longer.

Django knows nothing of the table any more, so on PostgreSQL it could not empty the users' table beside it.
"""

from django.conf import settings
from django.db import migrations, models


def _alter(apps, schema_editor, *, constrained):
    if schema_editor.connection.vendor != "postgresql":
        return
    tokens = apps.get_model("knox", "AuthToken")
    before = tokens._meta.get_field("user")
    fields = []
    for db_constraint in (not constrained, constrained):
        field = models.ForeignKey(before.remote_field.model, models.CASCADE, db_constraint=db_constraint)
        field.set_attributes_from_name("user")
        field.model = tokens
        fields.append(field)
    schema_editor.alter_field(tokens, *fields)


def let_go(apps, schema_editor):
    _alter(apps, schema_editor, constrained=False)


def take_hold(apps, schema_editor):
    _alter(apps, schema_editor, constrained=True)


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0006_tokens_become_keys"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [migrations.RunPython(let_go, take_hold)]
