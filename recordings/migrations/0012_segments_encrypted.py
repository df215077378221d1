"""The recogniser's segments are encrypted; the column that held them goes with the next migration.

Uses today's data keys. A later migration of the vault that changes their table must name this one in `run_before`.
"""

from django.db import migrations, models

import salesiq.vault.fields


def seal(apps, schema_editor):
    transcripts = apps.get_model('recordings', 'Transcript').objects.select_related('call')
    for transcript in transcripts.order_by('pk').iterator(chunk_size=100):
        transcript.segments = transcript.segments_plain
        transcript.save(update_fields=['segments'])


def unseal(apps, schema_editor):
    for transcript in apps.get_model('recordings', 'Transcript').objects.order_by('pk').iterator(chunk_size=100):
        transcript.segments_plain = transcript.segments
        transcript.save(update_fields=['segments_plain'])


class Migration(migrations.Migration):

    dependencies = [
        ('recordings', '0011_disposals'),
        ('vault', '0001_keys'),
    ]

    operations = [
        migrations.RenameField('transcript', 'segments', 'segments_plain'),
        migrations.AddField(
            model_name='transcript',
            name='segments',
            field=salesiq.vault.fields.EncryptedJSONField(client='call.client_id', default=list, help_text='[{channel,start,end,text,words:[[start,end,text,probability]],avg_logprob,no_speech_prob}]'),
        ),
        migrations.RunPython(seal, unseal),
    ]
