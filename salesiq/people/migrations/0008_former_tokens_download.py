"""Tokens of before could download received files where their user's role could upload: so can the keys they became."""

from django.db import migrations

SCOPE, AFTER = "originals:read", "sound:read"


def add_scope(apps, schema_editor):
    keys = apps.get_model("people", "ApiKey").objects.exclude(token_key__startswith="siq_")
    for key in keys.filter(user__role__in=["manager", "integrator"]):
        if SCOPE not in key.scopes:
            key.scopes.insert(key.scopes.index(AFTER) + 1, SCOPE)
            key.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("people", "0007_former_tokens_let_go")]
    operations = [migrations.RunPython(add_scope, migrations.RunPython.noop)]
