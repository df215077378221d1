from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0009_contact_details_encrypted'),
    ]

    operations = [
        # Made empty first, so that going back finds columns that can be.
        migrations.AlterField('customer', 'phone_plain', models.CharField(blank=True, default='', max_length=40)),
        migrations.AlterField('customer', 'email_plain', models.EmailField(blank=True, default='', max_length=254)),
        migrations.RemoveField('customer', 'phone_plain'),
        migrations.RemoveField('customer', 'email_plain'),
    ]
