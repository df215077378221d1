"""Whatever is tried in whatever order, a review goes only the ways of the table, and the automatic score stays."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from recordings.models import Appeal, AppealStatus, Review, ReviewStatus, ScoreItem
from recordings.quality.answers import total_of
from recordings.reviewing.errors import ReviewError
from recordings.reviewing.rows import questions_of
from recordings.reviewing.services import (
    acknowledge_review,
    appeal_answer,
    cancel_review,
    close_review,
    decide_appeal,
    reassign_review,
    save_answers,
    start_review,
    submit_review,
    withdraw_appeal,
)
from recordings.reviewing.transitions import TRANSITIONS, Event
from tests.recordings.factories import make_score
from tests.recordings.reviewing_factories import QUESTIONS, ReviewWorld, make_review

ANSWERS = {"greeting": ["yes", "no", "na"], "needs": ["1", "3", "5"], "legal": ["yes", "no"]}
keys = st.sampled_from([row["key"] for row in QUESTIONS])
people = st.sampled_from(["manager", "reviewer", "second", "agent_user"])
S = ReviewStatus


class ReviewMachine(RuleBasedStateMachine):
    world: ReviewWorld

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.score = make_score(self.world.call, scorecard=self.world.card, total="64.00")
        self.items = list(ScoreItem.objects.filter(score=self.score).values())
        self.review = make_review(self.world)
        self.status, self.version = self.review.status, self.review.version

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def attempt(self, event: Event, change) -> None:
        """Do `change`; refused or not, the review went only a way that the table knows."""
        try:
            change()
            went_well = True
        except ReviewError as error:
            assert error.sentence
            went_well = False
        self.review = Review.objects.get(pk=self.review.pk)
        if went_well:
            assert S(self.review.status) in TRANSITIONS[event][S(self.status)]
            assert self.review.version >= self.version
        else:
            assert (self.review.status, self.review.version) == (self.status, self.version)
        self.status, self.version = self.review.status, self.review.version

    @rule(who=people)
    def start(self, who):
        self.attempt(Event.START, lambda: start_review(review=self.review, actor=getattr(self.world, who)))

    @rule(who=people, age=st.integers(0, 1), data=st.data())
    def save(self, who, age, data):
        answers = {key: {"value": data.draw(st.sampled_from(values))} for key, values in ANSWERS.items()}
        version, actor = self.version - age, getattr(self.world, who)
        before = {answer.key: answer.value for answer in self.review.answers.all()}
        self.attempt(
            Event.SAVE,
            lambda: save_answers(review=self.review, answers=answers, version=version, actor=actor),
        )
        if age:
            assert {answer.key: answer.value for answer in self.review.answers.all()} == before

    @rule(who=people)
    def submit(self, who):
        self.attempt(Event.SUBMIT, lambda: submit_review(review=self.review, actor=getattr(self.world, who)))

    @rule(to=people, who=people)
    def reassign(self, to, who):
        reviewer, actor = getattr(self.world, to), getattr(self.world, who)
        self.attempt(Event.REASSIGN, lambda: reassign_review(review=self.review, reviewer=reviewer, actor=actor))

    @rule(certain=st.integers(0, 9), who=people)
    def cancel(self, certain, who):
        if not certain:  # or every other story ends here
            self.attempt(Event.CANCEL, lambda: cancel_review(review=self.review, actor=getattr(self.world, who)))

    @rule(who=people)
    def acknowledge(self, who):
        self.attempt(Event.ACKNOWLEDGE, lambda: acknowledge_review(review=self.review, actor=getattr(self.world, who)))

    @rule(who=people, key=keys)
    def appeal(self, who, key):
        actor = getattr(self.world, who)
        self.attempt(
            Event.APPEAL, lambda: appeal_answer(review=self.review, key=key, reason="It was there", actor=actor)
        )

    @rule(who=people, upheld=st.booleans(), data=st.data())
    def decide(self, who, upheld, data):
        appeal = Appeal.objects.filter(review=self.review).order_by("-created_at").first()
        if appeal is None:
            return
        value, actor = data.draw(st.sampled_from(ANSWERS[appeal.key])), getattr(self.world, who)
        first = self.review.reviewer
        self.attempt(
            Event.DECIDE,
            lambda: decide_appeal(appeal=appeal, upheld=upheld, decided_value=value, decision="Heard it", actor=actor),
        )
        decided = Appeal.objects.get(pk=appeal.pk)
        assert decided.decided_by is None or decided.decided_by not in (first, self.world.agent_user)

    @rule(who=people)
    def withdraw(self, who):
        appeal = Appeal.objects.filter(review=self.review).order_by("-created_at").first()
        if appeal is not None:
            actor = getattr(self.world, who)
            self.attempt(Event.WITHDRAW, lambda: withdraw_appeal(appeal=appeal, actor=actor))

    @rule(days=st.integers(1, 20))
    def days_pass(self, days):
        if self.review.appeal_until:
            until = self.review.appeal_until - timedelta(days=days)
            Review.objects.filter(pk=self.review.pk).update(appeal_until=until)
            self.review.refresh_from_db()

    @rule(certain=st.integers(0, 2))
    def close(self, certain):
        if certain:
            return
        late = self.review.appeal_until is None or self.review.appeal_until < timezone.now()
        was = self.status
        self.attempt(Event.CLOSE, lambda: close_review(review=self.review, actor=self.world.manager))
        assert self.status != S.CLOSED or was in (S.CLOSED, S.ACKNOWLEDGED) or late

    @invariant()
    def the_automatic_score_never_changes(self):
        self.score.refresh_from_db()
        self.world.call.refresh_from_db()
        assert (self.score.total, self.world.call.quality_score) == (Decimal("64.00"), Decimal("72.50"))
        assert list(ScoreItem.objects.filter(score=self.score).values()) == self.items

    @invariant()
    def the_total_is_that_of_the_answers_as_they_count(self):
        if self.status in (S.ASSIGNED, S.DRAFT, S.CANCELLED):
            assert (self.review.total, self.review.submitted_at) == (None, None)
            return
        values = {answer.key: answer.final_value for answer in self.review.answers.all()}
        counted = total_of(list(questions_of(self.review).values()), values)
        assert (self.review.total, self.review.failed_key) == (counted.total, counted.failed or "")
        assert not counted.missing

    @invariant()
    def it_is_appealed_while_an_appeal_is_open(self):
        is_open = Appeal.objects.filter(review=self.review, status=AppealStatus.OPEN).exists()
        assert is_open == (self.status == S.APPEALED)


@pytest.mark.django_db
def test_a_review_goes_only_the_ways_of_the_table():
    ReviewMachine.world = ReviewWorld()
    # A story that fails is told as it was found: making it shorter would take minutes.
    told = settings(
        max_examples=6, stateful_step_count=25, deadline=None, database=None, phases=[Phase.explicit, Phase.generate]
    )
    run_state_machine_as_test(ReviewMachine, settings=told)


def test_every_state_has_an_end_and_ends_have_no_way_out():
    ways = {(source, target) for table in TRANSITIONS.values() for source, to in table.items() for target in to}
    ends = {S.CLOSED, S.CANCELLED}
    assert {source for source, _ in ways} == set(S) - ends
    reached = set(ends)
    while more := {source for source, target in ways if target in reached} - reached:
        reached |= more
    assert reached == set(S)
