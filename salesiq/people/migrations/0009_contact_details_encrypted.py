"""Phone and e-mail of customers are encrypted; the columns that held them go with the next migration.

Uses today's data keys. A later migration of the vault that changes their table must name this one in `run_before`.
"""

from django.db import migrations, models

import salesiq.vault.fields


def seal(apps, schema_editor):
    customers = apps.get_model('people', 'Customer').objects
    for customer in customers.exclude(phone_plain='', email_plain='').order_by('pk').iterator(chunk_size=500):
        customer.phone, customer.email = customer.phone_plain, customer.email_plain
        customer.save(update_fields=['phone', 'phone_index', 'email', 'email_index'])


def unseal(apps, schema_editor):
    for customer in apps.get_model('people', 'Customer').objects.order_by('pk').iterator(chunk_size=500):
        customer.phone_plain, customer.email_plain = customer.phone, customer.email
        customer.save(update_fields=['phone_plain', 'email_plain'])


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0008_former_tokens_download'),
        ('vault', '0001_keys'),
    ]

    operations = [
        migrations.RenameField('customer', 'phone', 'phone_plain'),
        migrations.RenameField('customer', 'email', 'email_plain'),
        migrations.AddField(
            model_name='customer',
            name='phone',
            field=salesiq.vault.fields.EncryptedCharField(blank=True, client='client_id', default='', max_length=40, verbose_name='phone'),
        ),
        migrations.AddField(
            model_name='customer',
            name='phone_index',
            field=salesiq.vault.fields.BlindIndexField(blank=True, db_index=True, default='', editable=False, max_length=32, normalise='salesiq.people.contact.phone_index', of='phone'),
        ),
        migrations.AddField(
            model_name='customer',
            name='email',
            field=salesiq.vault.fields.EncryptedEmailField(blank=True, client='client_id', default='', max_length=254, verbose_name='e-mail'),
        ),
        migrations.AddField(
            model_name='customer',
            name='email_index',
            field=salesiq.vault.fields.BlindIndexField(blank=True, db_index=True, default='', editable=False, max_length=32, normalise='salesiq.people.contact.email_index', of='email'),
        ),
        migrations.RunPython(seal, unseal),
    ]
