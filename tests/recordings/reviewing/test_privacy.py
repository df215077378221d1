"""What people wrote about a call goes where its words go; what they judged stays counted."""

import pytest

from recordings.models import Appeal, CallComment, Review, ReviewAnswer, SalesCall
from recordings.privacy.anonymising import anonymise_call
from recordings.privacy.archive import call_document
from recordings.privacy.derived_texts import Change, mask_derived
from recordings.reviewing.services import appeal_answer
from recordings.selectors import whole_calls
from recordings.services import delete_call
from tests.factories import make_user
from tests.recordings.reviewing_factories import GOOD_ANSWERS, GOOD_TOTAL, ReviewWorld, fill_in, make_review

pytestmark = pytest.mark.django_db
SECRET = "the code is 4711"


@pytest.fixture
def world() -> ReviewWorld:
    """A call whose review, appeal and comment all quote a secret."""
    found = ReviewWorld()
    answers = {**GOOD_ANSWERS, "needs": {"value": "3", "comment": SECRET}}
    review = fill_in(make_review(found), found.reviewer, answers)
    Review.objects.filter(pk=review.pk).update(summary=SECRET)
    appeal_answer(review=review, key="needs", reason=SECRET, actor=found.agent_user)
    CallComment.objects.create(client=found.client, call=found.call, text=SECRET)
    return found


def texts() -> set[str]:
    models = ((Review, "summary"), (ReviewAnswer, "comment"), (Appeal, "reason"), (CallComment, "text"))
    return {text for model, name in models for text in model.objects.values_list(name, flat=True) if text}


def test_an_anonymised_call_keeps_its_total_and_loses_the_words(world):
    anonymise_call(call=world.call)
    review = Review.objects.get()
    assert (texts(), review.total, review.answers.get(key="needs").value) == (set(), GOOD_TOTAL, "3")


def test_what_is_masked_in_the_transcript_is_masked_in_what_people_wrote(world):
    mask_derived(world.call, [Change(0, f"Well, {SECRET}.", "Well, the code is ••••.")])
    assert texts() == {"the code is ••••"}


def test_a_deleted_call_takes_its_reviews_along(world):
    delete_call(call=world.call, actor=make_user(client=world.client))
    assert not Review.objects.exists() and not Appeal.objects.exists() and not CallComment.objects.exists()


def test_who_was_called_gets_what_was_written_about_the_call(world):
    call = whole_calls(SalesCall.objects.with_people()).get(pk=world.call.pk)
    document = call_document(call)
    assert document["reviews"][0]["feedback"] == SECRET
    assert document["reviews"][0]["appeals"][0]["reason"] == SECRET
    assert [comment["text"] for comment in document["comments"]] == [SECRET]
