"""A review is given to somebody, written, and submitted once."""

from decimal import Decimal

import pytest

from recordings.models import Review, ReviewStatus, ScoreItem
from recordings.reviewing.errors import (
    AnswersError,
    NotForYouError,
    ReviewError,
    StaleReviewError,
    UnansweredError,
    WrongStateError,
)
from recordings.reviewing.selectors import next_review, review_queue, valid_score
from recordings.reviewing.services import (
    assign_review,
    cancel_review,
    reassign_review,
    save_answers,
    start_review,
    submit_review,
)
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.factories import make_call, make_score
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


def test_an_unfinished_review_is_not_made_twice(world):
    first = make_review(world)
    assert make_review(world, reviewer=world.second) == first
    assert Review.objects.get().reviewer == world.reviewer


def test_nobodys_review_goes_to_whoever_it_is_assigned_to(world):
    nobodys = make_review(world, reviewer=None)
    given = make_review(world)
    assert (given, given.reviewer) == (nobodys, world.reviewer)


def test_a_reviewer_takes_calls_but_gives_none_to_others(world):
    assert make_review(world, assigned_by=world.reviewer).reviewer == world.reviewer
    with pytest.raises(NotForYouError, match="a manager gives them to others"):
        make_review(world, call=make_call(agent=world.agent), reviewer=world.second, assigned_by=world.reviewer)


def test_nobody_reviews_calls_of_their_own_or_of_teams_they_do_not_see(world):
    stranger = make_user(client=world.client, role=Role.REVIEWER)
    with pytest.raises(NotForYouError, match="may not see this call"):
        make_review(world, reviewer=stranger)
    world.agent.user = world.manager
    world.agent.save()
    with pytest.raises(NotForYouError, match="call of their own"):
        make_review(world, call=make_call(agent=world.agent), reviewer=world.manager)


def test_a_call_that_is_not_analysed_is_not_reviewed(world):
    with pytest.raises(ReviewError, match="Have it analysed first"):
        make_review(world, call=make_call(agent=world.agent, published=False))


def test_without_a_scorecard_the_one_in_use_is_taken(world):
    review = assign_review(call=world.call, reviewer=world.reviewer, assigned_by=None)
    assert review.scorecard == world.card


def test_answers_are_kept_with_a_version_each(world):
    row = start_review(review=make_review(world), actor=world.reviewer)
    answers = {"greeting": {"value": "no", "comment": "Cut in", "at": 3.5}}
    saved = save_answers(review=row, answers=answers, summary="Well done", version=row.version, actor=world.reviewer)
    answer = saved.answers.get()
    assert (answer.value, answer.comment, answer.at, saved.summary) == ("no", "Cut in", 3.5, "Well done")
    assert saved.version == row.version + 1
    again = save_answers(review=saved, answers=answers, version=saved.version, actor=world.reviewer)
    assert again.version == saved.version  # nothing changed


def test_a_second_window_that_saves_too_late_is_told_who_was_first(world):
    row = start_review(review=make_review(world), actor=world.reviewer)
    seen = row.version
    save_answers(review=row, answers={"greeting": {"value": "yes"}}, version=seen, actor=world.reviewer)
    with pytest.raises(StaleReviewError, match="Load it again") as late:
        save_answers(review=row, answers={"greeting": {"value": "no"}}, version=seen, actor=world.reviewer)
    assert (late.value.version, late.value.changed_by) == (seen + 1, world.reviewer)
    assert Review.objects.get().answers.get().value == "yes"


def test_wrong_answers_are_named_and_none_is_kept(world):
    row = start_review(review=make_review(world), actor=world.reviewer)
    wrong = {"greeting": {"value": "yes"}, "needs": {"value": "9"}, "other": {"value": "yes"}}
    with pytest.raises(AnswersError) as found:
        save_answers(review=row, answers=wrong, version=row.version, actor=world.reviewer)
    assert set(found.value.errors) == {"needs", "other"}
    assert not row.answers.exists()


def test_only_the_reviewer_writes(world):
    row = start_review(review=make_review(world), actor=world.reviewer)
    with pytest.raises(NotForYouError):
        save_answers(review=row, answers={}, version=row.version, actor=world.manager)
    with pytest.raises(NotForYouError):
        start_review(review=row, actor=world.second)


def test_a_review_with_open_questions_is_not_submitted(world):
    row = start_review(review=make_review(world), actor=world.reviewer)
    row = save_answers(review=row, answers={"needs": {"value": "3"}}, version=row.version, actor=world.reviewer)
    with pytest.raises(UnansweredError, match="Greeting; Nothing forbidden") as found:
        submit_review(review=row, actor=world.reviewer)
    assert found.value.keys == ("greeting", "legal")


def test_submitting_counts_the_total_and_leaves_the_automatic_score(world):
    score = make_score(world.call, scorecard=world.card, total="90.00")
    ScoreItem.objects.filter(score=score).update(value="no")
    review = make_submitted_review(world)
    review.refresh_from_db()
    assert (review.status, review.total, review.automatic_total) == ("submitted", GOOD_TOTAL, Decimal("90.00"))
    assert review.answers.get(key="greeting").automatic_value == "no"
    assert (review.appeal_until - review.submitted_at).days == world.card.appeal_days
    score.refresh_from_db()
    world.call.refresh_from_db()
    assert (score.total, world.call.quality_score) == (Decimal("90.00"), Decimal("72.50"))
    counts = valid_score(world.call, world.reviewer)
    assert (counts.total, counts.automatic, counts.is_overruled) == (GOOD_TOTAL, Decimal("72.50"), True)


def test_a_failed_critical_question_brings_the_total_to_nothing(world):
    review = fill_in(make_review(world), world.reviewer, {**GOOD_ANSWERS, "legal": {"value": "no"}})
    assert (review.total, review.failed_key) == (Decimal("0.00"), "legal")


def test_a_submitted_review_is_not_written_given_away_or_cancelled(world):
    review = make_submitted_review(world)
    for refused in (
        lambda: save_answers(review=review, answers={}, version=review.version, actor=world.reviewer),
        lambda: reassign_review(review=review, reviewer=world.second, actor=world.manager),
        lambda: cancel_review(review=review, actor=world.manager),
    ):
        with pytest.raises(WrongStateError, match="submitted"):
            refused()


def test_a_draft_goes_to_another_with_its_answers(world):
    row = start_review(review=make_review(world), actor=world.reviewer)
    row = save_answers(review=row, answers=GOOD_ANSWERS, version=row.version, actor=world.reviewer)
    given = reassign_review(review=row, reviewer=world.second, actor=world.manager)
    assert (given.status, given.reviewer, given.answers.count()) == (ReviewStatus.DRAFT, world.second, 3)
    with pytest.raises(NotForYouError):
        submit_review(review=row, actor=world.reviewer)
    assert submit_review(review=row, actor=world.second).status == ReviewStatus.SUBMITTED


def test_each_change_stands_in_the_trail_with_before_and_after(world):
    make_submitted_review(world)
    events = AuditEvent.objects.filter(object_type="recordings.review")
    assert {event.action for event in events} == {
        "review_assigned", "review_started", "review_saved", "review_submitted",
    }  # fmt: skip
    saved = events.get(action="review_saved").details
    assert saved["answers"]["needs"] == {"before": "", "after": "3"}
    assert (saved["before"]["status"], saved["after"]["status"]) == ("draft", "draft")


def test_the_next_review_is_the_one_due_after_this(world):
    reviews = [make_review(world, call=make_call(agent=world.agent)) for _ in range(3)]
    assert list(review_queue(world.reviewer)) == reviews
    assert next_review(world.reviewer) == reviews[0]
    assert next_review(world.reviewer, reviews[0]) == reviews[1]
    assert next_review(world.reviewer, reviews[2]) == reviews[0]
    fill_in(reviews[0], world.reviewer)
    assert next_review(world.reviewer, reviews[0]) == reviews[1]
    assert next_review(world.second) is None
