"""A call that is ready is redacted for a person or a rule: every text, every finding, the sound."""

import json

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models

from recordings.models import CallRedaction, Entity, Intent, SalesCall, Utterance
from recordings.privacy.redaction import preview_redaction, redact_call_texts, request_redaction
from recordings.tasks import redact_call
from salesiq.audit.models import AuditEvent
from tests.factories import make_user
from tests.recordings.factories import make_call, make_follow_up, make_utterance

PHONE = "202 555 0143"


@pytest.fixture
def call(db):
    """A published call in which a phone number is said, quoted, found, promised and noted."""
    call = make_call(title=f"Call back on {PHONE}", notes=f"Phone: {PHONE}, prefers mornings")
    line = make_utterance(call, 20, "customer", f"You can reach me at {PHONE} after five.")
    Intent.objects.create(call=call, utterance=line, kind="callback", quote=f"reach me at {PHONE}", confidence=0.9)
    at = line.text.index(PHONE)
    Entity.objects.create(
        call=call, utterance=line, kind="phone", text=PHONE, value="+12025550143", start=at, end=at + len(PHONE),
        confidence=0.9,
    )  # fmt: skip
    make_follow_up(call, text=f"Call {PHONE} on Friday", utterance=line, position=20)
    analysis = call.analysis
    analysis.summary = [{"text": line.text, "utterance": 20, "about": "promise"}]
    analysis.save()
    return call


def stored_texts(call):
    """Every text and JSON value of every row that belongs to the call."""
    for model in apps.get_app_config("recordings").get_models():
        if model is SalesCall:
            rows = model._default_manager.filter(pk=call.pk)
        elif any(field.name == "call" for field in model._meta.fields):
            rows = model._default_manager.filter(call=call)
        else:
            continue
        kinds = (models.CharField, models.TextField, models.JSONField)
        names = [field.name for field in model._meta.fields if isinstance(field, kinds)]
        for row in rows:
            for name in names:
                yield f"{model.__name__}.{name}", json.dumps(getattr(row, name), ensure_ascii=False, default=str)


def left(call, *needles):
    return [place for place, text in stored_texts(call) if any(needle in text for needle in needles)]


def test_what_was_asked_for_is_gone_from_every_text(call):
    assert len(left(call, PHONE, "5550143", '"0143"')) >= 7
    done = redact_call_texts(call=call, kinds=["phone"])
    assert done.found == {"phone": 1}
    assert left(call, PHONE, "5550143", "0143") == []
    assert Utterance.objects.get(call=call, position=20).text == "You can reach me at ••• ••• •••• after five."
    assert not Entity.objects.filter(call=call, kind="phone").exists()
    assert Intent.objects.filter(call=call, kind="callback").get().quote == "reach me at ••• ••• ••••"


def test_the_trail_says_kinds_and_counts_and_never_data(call):
    actor = make_user(client=call.client)
    redact_call_texts(call=call, kinds=["phone"], actor=actor)
    event = AuditEvent.objects.get(action="redacted")
    assert event.details == {"kinds": ["phone"], "found": {"phone": 1}, "sound": True}
    assert event.actor == actor


def test_it_can_be_done_again_and_changes_nothing(call):
    redact_call_texts(call=call, kinds=["phone"])
    before = sorted(stored_texts(SalesCall.objects.get(pk=call.pk)))
    done = redact_call_texts(call=call, kinds=["phone"])
    after = sorted(stored_texts(call))
    same = [pair for pair in zip(before, after, strict=True) if "updated" not in pair[0][0]]
    assert (done.found, done.sound) == ({}, False)
    assert all(one == other for one, other in same)


def test_the_kinds_are_remembered_for_later_analyses(call):
    redact_call_texts(call=call, kinds=["phone"])
    redact_call_texts(call=call, kinds=["name"])
    assert CallRedaction.objects.get(call=call).kinds == ["name", "phone"]


def test_a_preview_counts_and_changes_nothing(call):
    before = sorted(stored_texts(call))
    assert preview_redaction(call=call, kinds=["phone", "email"]) == {"phone": 1}
    assert sorted(stored_texts(call)) == before


def test_a_call_under_analysis_and_an_unknown_kind_are_refused(call):
    with pytest.raises(ValidationError):
        redact_call_texts(call=call, kinds=["shoe size"])
    SalesCall.objects.filter(pk=call.pk).update(status="transcribed")
    with pytest.raises(ValidationError):
        redact_call_texts(call=call, kinds=["phone"])


def test_a_person_asks_and_a_worker_does_it(call):
    actor = make_user(client=call.client)
    job = request_redaction(call=call, kinds=["phone"], actor=actor)
    assert left(call, PHONE)
    redact_call(job.subject, None)
    assert left(call, PHONE) == []
    assert set(AuditEvent.objects.filter(actor=actor).values_list("action", flat=True)) == {
        "redaction_asked",
        "redacted",
    }
