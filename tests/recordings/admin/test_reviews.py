"""The back office gives reviews to others and cancels them; everything else is read there."""

import pytest
from django.urls import reverse

from recordings.models import Review
from recordings.reviewing.services import appeal_answer
from recordings.sampling.services import draw_sample
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, make_plan, make_review, make_submitted_review
from tests.recordings.sampling.test_drawing import NOW

pytestmark = pytest.mark.django_db
LIST = reverse("admin:recordings_review_changelist")


@pytest.fixture
def world(client) -> ReviewWorld:
    found = ReviewWorld()
    client.force_login(found.manager)
    return found


def act(client, action, *reviews, **data):
    chosen = {"action": action, "_selected_action": [review.pk for review in reviews], **data}
    return client.post(LIST, chosen, follow=True)


def test_chosen_reviews_are_given_to_another_after_a_question(client, world):
    waiting = make_review(world)
    submitted = make_submitted_review(world, call=make_call(agent=world.agent))
    asked = act(client, "give_to_another", waiting, submitted).content.decode()
    assert "2 reviews are chosen" in asked and Review.objects.get(pk=waiting.pk).reviewer == world.reviewer
    told = act(client, "give_to_another", waiting, submitted, confirmed="1", reviewer=world.second.pk).content.decode()
    assert "1 review was given away" in told and "cannot be given to somebody else now" in told
    assert Review.objects.get(pk=waiting.pk).reviewer == world.second


def test_chosen_reviews_are_cancelled(client, world):
    review = make_review(world)
    assert "1 review was cancelled" in act(client, "cancel", review).content.decode()
    assert Review.objects.get().status == "cancelled"


@pytest.mark.parametrize("model", ["review", "appeal", "samplingplan", "samplingrun"])
def test_lists_take_the_same_queries_for_many(client, world, model, django_assert_max_num_queries):
    def make():
        review = make_submitted_review(world, call=make_call(agent=world.agent))
        appeal_answer(review=review, key="needs", reason="No", actor=world.agent_user)
        draw_sample(plan=make_plan(world, size=1), period=NOW)

    make()
    address = reverse(f"admin:recordings_{model}_changelist")
    assert client.get(address).status_code == 200  # what the first look caches
    with django_assert_max_num_queries(16):
        client.get(address)
    make()
    make()
    with django_assert_max_num_queries(16):
        assert client.get(address).status_code == 200


def test_a_row_leads_to_its_page(client, world):
    review = make_submitted_review(world)
    page = client.get(reverse("admin:recordings_review_change", args=[review.pk])).content.decode()
    assert reverse("review", args=[review.pk]) in page
    run = draw_sample(plan=make_plan(world, strategy="stratified", stratify_by="agent"), period=NOW)
    assert client.get(reverse("admin:recordings_samplingrun_change", args=[run.pk])).status_code == 200
