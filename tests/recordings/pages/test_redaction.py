"""What was masked, as a reader of the call's page sees it, and having more masked."""

import pytest
from django.urls import reverse

from recordings.models import CallRedaction
from recordings.pages.transcript import words_html
from recordings.privacy.redaction import redact_call_texts
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_client, make_user
from tests.recordings.factories import make_call, make_utterance

CARD = "4242 4242 4242 4242"


@pytest.fixture
def call(db):
    call = make_call(client=make_client())
    make_utterance(call, 20, "customer", f"Sure, the card number is {CARD}.")
    redact_call_texts(call=call, kinds=[])
    return call


def page_of(client, call, role=Role.ADMIN):
    client.force_login(make_user(role=role, client=call.client))
    return client.get(reverse("call", args=[call.pk])).content.decode()


def test_a_masked_number_is_one_chip_that_says_what_it_was():
    words = [
        {"start": 1.0 + n, "end": 2.0 + n, "text": text, "probability": 0.9}
        for n, text in enumerate(["is", "••••", "••••", "thanks."])
    ]
    redaction = {"kind": "card", "part": "number", "times": [[2.0, 4.0]]}
    html = words_html("is •••• •••• thanks.", words, [], [redaction])
    assert html.count("masked") == 1 and "card number" in html and "•" not in html
    assert html.endswith('data-t="4.00">thanks.</span>')


def test_the_page_shows_chip_panel_and_mark_on_the_wave(client, call):
    html = page_of(client, call)
    assert "4242" not in html
    assert '<span class="w masked"' in html
    assert "card number" in html and "text and sound" in html
    assert '"masks": [{"start"' in html


def test_only_those_who_look_after_privacy_are_offered_to_redact(client, call):
    assert "Redact this call" in page_of(client, call)
    assert "Redact this call" not in page_of(client, call, role=Role.INTEGRATOR)


def test_a_preview_counts_what_would_go(client, call):
    make_utterance(call, 21, "customer", "My e-mail is rivera@example.com.")
    client.force_login(make_user(client=call.client))
    answer = client.get(reverse("call-redaction", args=[call.pk]), {"kinds": ["email", "phone"]})
    assert "E-mail address: <strong>1</strong>" in answer.content.decode()
    assert "Phone number: <strong>0</strong>" in answer.content.decode()


def test_asking_for_it_queues_the_work_once(client, call):
    client.force_login(make_user(client=call.client))
    for _ in range(2):
        client.post(reverse("call-redaction", args=[call.pk]), {"kinds": ["email"]})
    assert CallRedaction.objects.get(call=call).kinds == ["email"]
    assert Job.objects.filter(task="recordings.tasks.redact_call", subject=str(call.pk)).count() == 1


def test_nothing_chosen_is_said_in_words(client, call):
    client.force_login(make_user(client=call.client))
    answer = client.post(reverse("call-redaction", args=[call.pk]), {}, follow=True)
    assert "Choose at least one kind" in answer.content.decode()


def test_a_call_that_is_not_masked_yet_shows_and_plays_nothing(client, db):
    call = make_call(client=make_client())
    call.steps.all().delete()
    type(call).objects.filter(pk=call.pk).update(status="transcribed")
    html = page_of(client, call)
    assert "That is too expensive" not in html
    for query in ("", "?original=1"):
        assert client.get(reverse("call-sound", args=[call.pk]) + query).status_code == 404
    api = client.get(f"/api/v1/sales/recordings/{call.pk}").json()
    assert (api["transcript"], api["analysis"]["utterances"], api["recording_url"]) == (None, [], None)
