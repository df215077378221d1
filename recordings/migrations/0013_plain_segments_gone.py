from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0012_segments_encrypted'),
    ]

    operations = [
        migrations.RemoveField('transcript', 'segments_plain'),
    ]
