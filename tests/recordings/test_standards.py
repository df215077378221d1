"""The life of a script or scorecard: drafts are written, published ones never change, old versions explain scores."""

import pytest
from django.db import DatabaseError, transaction

from recordings.models import Scorecard, Script, StandardStatus
from recordings.pipeline.score import current_scorecard
from recordings.standards import (
    StandardChangedError,
    StandardError,
    add_standard,
    begin_version,
    publish_standard,
    retire_standard,
    revise_standard,
)
from salesiq.audit.models import AuditEvent
from tests.factories import make_client, make_user
from tests.recordings.factories import ONE_QUESTION, make_call, make_scorecard, make_script

pytestmark = pytest.mark.django_db
OTHER = {**ONE_QUESTION, "weight": 3}


@pytest.fixture
def actor():
    return make_user(client=make_client(), role="manager")


def draft(actor, **values) -> Scorecard:
    return make_scorecard(client=actor.client, status="draft", criteria=[ONE_QUESTION], **values)


def test_a_new_one_is_a_draft_of_the_next_version(actor):
    make_scorecard(client=actor.client, name="Ours", version=4)
    card = add_standard(standard=Scorecard(client=actor.client, name="Ours", status="published"), actor=actor)
    assert (card.version, card.status, card.published_at) == (5, "draft", None)


def test_a_draft_that_somebody_else_changed_is_not_overwritten(actor):
    card = draft(actor)
    seen = card.updated_at
    revise_standard(standard=card, content=[OTHER], actor=actor, seen=seen)
    with pytest.raises(StandardChangedError, match="Reload"):
        revise_standard(standard=card, content=[ONE_QUESTION], actor=actor, seen=seen)
    assert Scorecard.objects.get().criteria == [OTHER]


def test_a_change_of_a_published_one_is_a_draft_beside_it(actor):
    card = make_scorecard(client=actor.client, criteria=[ONE_QUESTION])
    new = revise_standard(standard=card, content=[OTHER], actor=actor, settings={"appeal_days": 3})
    card.refresh_from_db()
    assert (card.criteria, card.status, card.appeal_days) == ([ONE_QUESTION], "published", 7)
    assert (new.criteria, new.status, new.version, new.appeal_days) == ([OTHER], "draft", 2, 3)
    assert begin_version(standard=card, actor=actor).pk == new.pk
    with pytest.raises(StandardError, match="Open that draft"):
        revise_standard(standard=card, content=[OTHER], actor=actor)


def test_publishing_retires_the_version_before_and_is_on_record(actor):
    card = make_scorecard(client=actor.client)
    new = publish_standard(standard=draft(actor, name=card.name, version=2), actor=actor)
    card.refresh_from_db()
    assert (card.status, new.status, new.published_by) == ("retired", "published", actor)
    assert AuditEvent.objects.get(action="published").details["replaces"] == [1]
    assert current_scorecard(make_call(client=actor.client)).pk == new.pk


def test_a_script_replaces_only_the_one_of_its_language(actor):
    spanish = make_script(client=actor.client, name="Winter", language="es")
    english = make_script(client=actor.client, name="Winter", version=1, status="draft")
    publish_standard(standard=english, actor=actor)
    assert set(Script.objects.published()) == {spanish, english}


@pytest.mark.parametrize("status", [StandardStatus.PUBLISHED, StandardStatus.RETIRED])
def test_only_drafts_are_published(status, actor):
    card = make_scorecard(client=actor.client, status=status, criteria=[ONE_QUESTION])
    with pytest.raises(StandardError, match="new version"):
        publish_standard(standard=card, actor=actor)


def test_an_incomplete_draft_says_what_is_missing(actor):
    card = make_scorecard(client=actor.client, status="draft", criteria=[{"key": "a", "name": "A", "weight": 0}])
    with pytest.raises(StandardError, match="Criterion 1"):
        publish_standard(standard=card, actor=actor)


def test_the_last_scorecard_in_use_is_kept_and_a_script_is_not(actor):
    card = make_scorecard(client=actor.client)
    with pytest.raises(StandardError, match="Publish another"):
        retire_standard(standard=card, actor=actor)
    assert retire_standard(standard=make_script(client=actor.client), actor=actor).status == "retired"


@pytest.mark.parametrize(
    "change", [{"criteria": [OTHER]}, {"name": "Other"}, {"version": 9}, {"status": "draft"}, {"appeal_days": 1}]
)
@pytest.mark.parametrize("status", ["published", "retired"])
def test_the_database_refuses_to_change_what_was_published(status, change, actor):
    card = make_scorecard(client=actor.client, status=status, criteria=[ONE_QUESTION])
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        Scorecard.objects.filter(pk=card.pk).update(**change)
    card.refresh_from_db()
    card.save()  # as it is, it may be saved
    assert card.criteria == [ONE_QUESTION]


def test_two_versions_are_never_in_use_at_once(actor):
    card = make_scorecard(client=actor.client)
    with pytest.raises(DatabaseError), transaction.atomic():
        make_scorecard(client=actor.client, name=card.name, version=2)
