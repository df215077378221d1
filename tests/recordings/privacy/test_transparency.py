"""What people are told comes from the rows that decide it."""

import json

import pytest
from django.core.management import call_command

from recordings.models import RedactionPolicy, TransparencyNotice
from recordings.privacy.transparency import processing_document, processing_sections
from tests.factories import make_client, make_user
from tests.recordings.factories import make_call, make_scorecard

pytestmark = pytest.mark.django_db


def told(client, key: str) -> dict[str, str]:
    section = next(section for section in processing_sections(client) if section.key == key)
    return {fact.name: fact.value + fact.code for fact in section.facts}


def test_models_are_those_that_made_the_transcripts_with_their_hashes():
    call = make_call()
    assert told(call.client, "models")["Writes down what is said"] == "base, faster-whisper" + "0" * 64
    assert told(make_client(), "models") == {"Writes down what is said": "base"}


def test_masking_is_told_as_the_policy_says():
    client = make_client()
    RedactionPolicy.objects.create(client=client, text_kinds=["card"], sound_kinds=[], keep_original=True)
    data = told(client, "data")
    assert data["Masked in text"].startswith("Payment card")
    assert data["Masked in sound"].startswith("Nothing")
    assert data["The unmasked recording"].startswith("Kept")


def test_the_score_is_explained_by_the_card_in_use():
    client = make_client()
    criteria = [{"name": "Greeting", "weight": 1}, {"name": "Next step", "weight": 3}]
    make_scorecard(client=client, criteria=criteria)
    scoring = told(client, "scoring")
    assert (scoring["Greeting"], scoring["Next step"]) == ("25 % of the points", "75 % of the points")


def test_only_roles_that_somebody_has_are_named():
    client = make_client()
    make_user(client=client, role="manager")
    make_user(client=make_client(), role="admin")
    assert list(told(client, "recipients")) == ["Manager (1)", "Anybody else"]


def test_the_contact_is_the_clients_own_or_missing_in_words():
    client = make_client()
    controller = processing_sections(client)[0]
    assert "No contact has been entered" in controller.intro
    TransparencyNotice.objects.create(client=client, contact="privacy@example.com")
    assert told(client, "controller")["Contact for requests"] == "privacy@example.com"


def test_the_record_of_processing_is_printed_as_text_and_as_json(capsys):
    client = make_client(name="Brightline")
    call_command("processing_record", client=client.slug)
    text = capsys.readouterr().out
    assert text.startswith("# Record of processing activities: Brightline")
    assert "## How scores are made" in text
    call_command("processing_record", "--json", client=client.slug)
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) == set(processing_document(client))
