"""People are told by e-mail that a review waits for them, in their language, and never what it says."""

from datetime import timedelta

import pytest
from django.utils import timezone

from integrations.messaging.models import OutboxMessage
from recordings.reviewing.services import appeal_answer, assign_review, decide_appeal, remind_of_overdue
from salesiq.people.models import User
from tests.recordings.reviewing_factories import ReviewWorld, make_review, make_submitted_review

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(settings) -> ReviewWorld:
    settings.PUBLIC_URL = "https://calls.example"
    found = ReviewWorld()
    for name in ("manager", "reviewer", "second", "agent_user"):
        user = getattr(found, name)
        user.email = f"{name}@example.com"
        user.save()
    return found


def letters() -> dict[str, list[str]]:
    return {
        message.subject: sorted(entry["address"] for entry in message.recipients)
        for message in OutboxMessage.objects.all()
    }


def test_the_agent_is_told_of_a_review_with_the_day_to_appeal_by(world):
    review = make_submitted_review(world)
    message = OutboxMessage.objects.get()
    assert letters() == {"A call of yours was reviewed": ["agent_user@example.com"]}
    assert f"https://calls.example/my/reviews/{review.pk}" in message.text and "appeal it until" in message.text
    assert str(review.total) not in message.text and world.call.customer.name not in message.text


def test_an_appeal_is_told_to_those_who_may_decide_it_and_its_decision_to_both(world):
    review = make_submitted_review(world)
    OutboxMessage.objects.all().delete()
    appeal = appeal_answer(review=review, key="needs", reason="I asked twice", actor=world.agent_user)
    assert letters() == {"An appeal waits for a decision": ["second@example.com"]}
    assert "asked twice" not in OutboxMessage.objects.get().text
    OutboxMessage.objects.all().delete()
    decide_appeal(appeal=appeal, upheld=False, decision="It was not there", actor=world.second)
    told = sorted(message.recipients[0]["address"] for message in OutboxMessage.objects.all())
    assert told == ["agent_user@example.com", "reviewer@example.com"]


def test_without_another_reviewer_the_managers_are_told(world):
    world.team.reviewers.remove(world.second)
    appeal_answer(review=make_submitted_review(world), key="needs", reason="No", actor=world.agent_user)
    assert letters()["An appeal waits for a decision"] == ["manager@example.com"]


def test_an_overdue_review_is_told_once_and_again_for_another_day(world):
    make_review(world, due_at=timezone.now() - timedelta(hours=1))
    assert (remind_of_overdue(), remind_of_overdue()) == (1, 0)
    assert letters() == {"A review is overdue": ["reviewer@example.com"]}


def test_who_has_no_address_or_may_not_see_the_scorecard_gets_no_letter(world):
    User.objects.filter(pk=world.agent_user.pk).update(email="nonsense")
    make_submitted_review(world)
    hidden = ReviewWorld(shown_to_agents=False)
    User.objects.filter(pk=hidden.agent_user.pk).update(email="agent@example.com")
    make_submitted_review(hidden)
    assert not OutboxMessage.objects.exists()


def test_letters_are_in_the_clients_language(world):
    world.client.language = "es"
    world.client.save()
    review = make_submitted_review(world)
    assert review.status == "submitted" and OutboxMessage.objects.count() == 1


def test_giving_out_a_review_sends_no_letter(world):
    assign_review(call=world.call, reviewer=world.reviewer, assigned_by=world.manager)
    assert not OutboxMessage.objects.exists()
