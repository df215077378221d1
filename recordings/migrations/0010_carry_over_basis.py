"""Ships the jurisdiction rules, and keeps installations that worked before there was a gate working."""

from django.db import migrations

from recordings.privacy.jurisdiction import ship_rules

NOTE = (
    "Carried over when salesiq began to ask for a lawful basis: calls were processed before without one being stated. "
    "Review it: is it legitimate interests, is the balancing test filed, and where must everybody agree to a recording?"
)


def carry_over(apps, schema_editor):
    ship_rules(apps.get_model("recordings", "JurisdictionRule"))
    policies = apps.get_model("recordings", "ProcessingPolicy").objects
    for client in apps.get_model("people", "Client").objects.all():
        policies.get_or_create(
            client=client,
            defaults={
                "declared_basis": "legitimate_interests",
                "declared_note": NOTE,
                "default_rule": "one_party",
            },
        )
    apps.get_model("recordings", "SalesCall").objects.filter(lawful_basis="").update(
        lawful_basis="legitimate_interests"
    )


class Migration(migrations.Migration):
    dependencies = [("recordings", "0009_lawful_basis")]
    operations = [migrations.RunPython(carry_over, migrations.RunPython.noop)]
