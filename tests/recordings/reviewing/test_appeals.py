"""What follows a submitted review: acknowledged, or appealed against, decided by a second reviewer, closed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from recordings.models import AppealStatus, Review, ReviewStatus
from recordings.reviewing.errors import (
    AnswersError,
    AppealRefusedError,
    NotForYouError,
    ReviewError,
    WrongStateError,
)
from recordings.reviewing.selectors import appeals_to_decide
from recordings.reviewing.services import (
    acknowledge_review,
    appeal_answer,
    close_review,
    close_reviews_that_are_over,
    decide_appeal,
    withdraw_appeal,
)
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_user
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import (
    GOOD_ANSWERS,
    GOOD_TOTAL,
    ReviewWorld,
    fill_in,
    make_review,
    make_submitted_review,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> ReviewWorld:
    return ReviewWorld()


@pytest.fixture
def review(world) -> Review:
    return make_submitted_review(world)


def appeal(world, review, key="needs", reason="I asked twice"):
    return appeal_answer(review=review, key=key, reason=reason, actor=world.agent_user)


def decide(world, found, **values):
    known = {"upheld": True, "decided_value": "5", "decision": "You did ask.", "actor": world.second}
    return decide_appeal(appeal=found, **{**known, **values})


def let_days_pass(review: Review, days: int) -> None:
    Review.objects.filter(pk=review.pk).update(appeal_until=timezone.now() - timedelta(days=days))


def test_the_agent_acknowledges_once_and_appeals_no_more(world, review):
    assert acknowledge_review(review=review, actor=world.agent_user).status == ReviewStatus.ACKNOWLEDGED
    with pytest.raises(WrongStateError, match="acknowledged it"):
        acknowledge_review(review=review, actor=world.agent_user)
    with pytest.raises(WrongStateError):
        appeal(world, review)


def test_only_the_agent_whose_call_it_is_answers_a_review(world, review):
    other = make_user(client=world.client, role=Role.AGENT)
    make_agent(client=world.client, team=world.team, user=other)
    for actor in (other, world.manager, world.reviewer):
        with pytest.raises(NotForYouError, match="Only the agent"):
            acknowledge_review(review=review, actor=actor)
        with pytest.raises(NotForYouError, match="Only the agent"):
            appeal_answer(review=review, key="needs", reason="No", actor=actor)


def test_a_scorecard_that_agents_do_not_see_cannot_be_answered_by_them():
    world = ReviewWorld(shown_to_agents=False)
    review = make_submitted_review(world)
    assert review.appeal_until is None
    with pytest.raises(NotForYouError):
        acknowledge_review(review=review, actor=world.agent_user)


def test_each_answer_is_appealed_once_within_the_days_and_with_a_reason(world, review):
    with pytest.raises(ReviewError, match="Say why"):
        appeal(world, review, reason="  ")
    with pytest.raises(AppealRefusedError, match="no answer"):
        appeal(world, review, key="other")
    appeal(world, review)
    with pytest.raises(AppealRefusedError, match="once") as found:
        appeal(world, review)
    assert found.value.code == "appealed_before"
    let_days_pass(review, 1)
    with pytest.raises(AppealRefusedError, match="ended on"):
        appeal(world, review, key="greeting")


def test_without_days_to_appeal_there_is_no_appeal():
    world = ReviewWorld(appeal_days=0)
    with pytest.raises(AppealRefusedError, match="cannot be appealed"):
        appeal(world, make_submitted_review(world))


def test_an_upheld_appeal_changes_answer_and_total_and_keeps_the_earlier_words(world, review):
    decided = decide(world, appeal(world, review))
    review.refresh_from_db()
    answer = review.answers.get(key="needs")
    assert (answer.value, answer.decided_value, answer.final_value) == ("3", "5", "5")
    assert (review.status, review.total) == (ReviewStatus.DECIDED, Decimal("100.00"))
    assert (decided.status, decided.decided_by, review.decided_at) == ("upheld", world.second, decided.decided_at)
    told = AuditEvent.objects.get(action="review_decided").details
    assert (told["total_before"], told["total_after"]) == ("75.00", "100.00")
    assert (told["answer_before"], told["answer_after"]) == ("3", "5")


def test_a_rejected_appeal_changes_no_answer(world, review):
    decide(world, appeal(world, review), upheld=False)
    review.refresh_from_db()
    assert (review.total, review.answers.get(key="needs").decided_value) == (GOOD_TOTAL, "")


def test_an_upheld_appeal_may_bring_a_failed_call_back(world):
    review = fill_in(make_review(world), world.reviewer, {**GOOD_ANSWERS, "legal": {"value": "no"}})
    decide(world, appeal(world, review, key="legal"), decided_value="yes")
    review.refresh_from_db()
    assert (review.total, review.failed_key) == (GOOD_TOTAL, "")


def test_the_first_reviewer_the_agent_and_strangers_do_not_decide(world, review):
    found = appeal(world, review)
    with pytest.raises(NotForYouError, match="Another reviewer must"):
        decide(world, found, actor=world.reviewer)
    with pytest.raises(NotForYouError):
        decide(world, found, actor=world.agent_user)
    with pytest.raises(NotForYouError, match="may not see this call"):
        decide(world, found, actor=make_user(client=world.client, role=Role.REVIEWER))


def test_a_decision_has_words_and_an_upheld_one_another_answer(world, review):
    found = appeal(world, review)
    with pytest.raises(ReviewError, match="Tell the agent"):
        decide(world, found, decision="")
    with pytest.raises(AnswersError, match="Choose another"):
        decide(world, found, decided_value="3")
    with pytest.raises(AnswersError, match="Choose one of"):
        decide(world, found, decided_value="")
    review.refresh_from_db()
    assert (review.status, review.total) == (ReviewStatus.APPEALED, GOOD_TOTAL)


def test_a_review_is_decided_with_its_last_open_appeal(world, review):
    first, second = appeal(world, review), appeal(world, review, key="greeting")
    decide(world, first)
    review.refresh_from_db()
    assert (review.status, review.decided_at) == (ReviewStatus.APPEALED, None)
    decide(world, second, upheld=False)
    review.refresh_from_db()
    assert review.status == ReviewStatus.DECIDED and review.decided_at is not None
    with pytest.raises(ReviewError, match="is over"):
        decide(world, second)


def test_a_withdrawn_appeal_leaves_the_review_where_it_was_and_is_not_repeated(world, review):
    found = withdraw_appeal(appeal=appeal(world, review), actor=world.agent_user)
    review.refresh_from_db()
    assert (found.status, review.status) == (AppealStatus.WITHDRAWN, ReviewStatus.SUBMITTED)
    with pytest.raises(AppealRefusedError, match="once"):
        appeal(world, review)


def test_appeals_wait_for_everybody_who_may_decide_them(world, review):
    found = appeal(world, review)
    assert list(appeals_to_decide(world.second)) == [found]
    assert list(appeals_to_decide(world.manager)) == [found]
    for nobody in (world.reviewer, make_user(client=world.client, role=Role.REVIEWER), make_user(role=Role.ADMIN)):
        assert not appeals_to_decide(nobody).exists()


def test_a_review_is_not_closed_before_the_agent_had_their_days(world, review):
    with pytest.raises(WrongStateError, match="may appeal until"):
        close_review(review=review, actor=world.manager)
    let_days_pass(review, 1)
    assert close_review(review=review, actor=world.manager).status == ReviewStatus.CLOSED


def test_the_nightly_job_closes_what_nobody_may_answer_any_more(world):
    def another(days: int) -> Review:
        row = make_submitted_review(world, call=make_call(agent=world.agent))
        let_days_pass(row, days)
        return row

    over, _still_open, acknowledged, appealed, decided = (another(days) for days in (1, -1, -1, -1, -1))
    acknowledge_review(review=acknowledged, actor=world.agent_user)
    appeal(world, appealed)
    decide(world, appeal(world, decided))
    for row in (appealed, decided):
        let_days_pass(row, 1)
    assert close_reviews_that_are_over() == 3
    closed = set(Review.objects.filter(status=ReviewStatus.CLOSED))
    assert closed == {over, acknowledged, decided}
    assert close_reviews_that_are_over() == 0
