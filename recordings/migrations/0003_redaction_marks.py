"""What was masked before marks were kept: payment data, by lines. Its words are the masked ones at those times."""

from django.db import migrations

MASK = "•"


def make_marks(apps, schema_editor):
    analyses = apps.get_model("recordings", "CallAnalysis").objects.exclude(redactions=[])
    for analysis in analyses.select_related("call__transcript").iterator(chunk_size=100):
        transcript = getattr(analysis.call, "transcript", None)
        if transcript is None or any("part" in redaction for redaction in analysis.redactions):
            continue
        analysis.redactions = [
            {**redaction, "kind": "card", "part": redaction["kind"], "country": "", "text": True, "sound": False}
            for redaction in analysis.redactions
        ]
        analysis.save(update_fields=["redactions"])
        transcript.redactions = [mark_of(redaction, transcript.segments) for redaction in analysis.redactions]
        transcript.save(update_fields=["redactions"])


def mark_of(redaction, segments):
    words = [
        [segment["channel"], start, end, text]
        for segment in segments
        for start, end, text, _ in segment["words"]
        if MASK in text and any(first <= start <= last for first, last in redaction["times"])
    ]
    names = ("kind", "part", "country", "verified", "confidence", "text")
    return {**{name: redaction[name] for name in names}, "words": words}


class Migration(migrations.Migration):
    dependencies = [("recordings", "0002_redaction_policy")]

    operations = [migrations.RunPython(make_marks, migrations.RunPython.noop)]
