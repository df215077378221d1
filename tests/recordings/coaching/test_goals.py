"""Whether a goal moved: which calls count, on which side, by whose word."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from recordings.coaching.answers import record_of
from recordings.coaching.comparing import Verdict
from recordings.coaching.focus import focus_of
from recordings.coaching.goals import end_goal, progress_of, set_goal, window_of
from recordings.models import SalesCall
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import ReviewWorld, make_submitted_review

TODAY = date(2026, 11, 20)


@pytest.fixture
def world(db) -> ReviewWorld:
    return ReviewWorld()


def scored(world: ReviewWorld, day: date, total: int) -> SalesCall:
    at = datetime(day.year, day.month, day.day, 12, tzinfo=ZoneInfo("UTC"))
    return SalesCall.objects.create(
        client=world.client, agent=world.agent, status="logged", started_at=at, quality_score=Decimal(total)
    )


def test_the_days_before_are_compared_with_the_days_since(world):
    for n in range(6):
        scored(world, date(2026, 10, 25) + timedelta(days=n), 55 + n)
        scored(world, date(2026, 11, 2) + timedelta(days=n), 80 + n)
    scored(world, date(2026, 9, 1), 5)  # before the days compared
    starts = date(2026, 11, 1)
    goal = set_goal(agent=world.agent, title="Rise", measure="score", starts_on=starts, days=20, actor=world.manager)
    found = progress_of(goal, TODAY)
    assert (found.before.n, found.after.n, found.verdict) == (6, 6, Verdict.UP)
    assert found.before.mean == pytest.approx(57.5) and found.after.mean == pytest.approx(82.5)


def test_a_goal_counts_no_calls_after_its_end(world):
    goal = set_goal(
        agent=world.agent, title="Rise", measure="score", starts_on=date(2026, 11, 1), actor=world.manager
    )  # fmt: skip
    end_goal(goal=goal, actor=world.manager, ended_on=date(2026, 11, 10))
    goal.refresh_from_db()
    assert window_of(goal, TODAY).after == (date(2026, 11, 1), date(2026, 11, 10))
    assert window_of(goal, TODAY).before == (date(2026, 10, 2), date(2026, 10, 31))


def test_days_are_those_of_the_clients_time_zone(world):
    goal = set_goal(
        agent=world.agent, title="Rise", measure="score", starts_on=date(2026, 11, 1), actor=world.manager
    )  # fmt: skip
    late = datetime(2026, 10, 31, 23, 30, tzinfo=ZoneInfo("UTC"))  # the 1st of November in Madrid
    SalesCall.objects.create(
        client=world.client, agent=world.agent, status="logged", started_at=late, quality_score=Decimal(50)
    )
    with timezone.override(ZoneInfo("Europe/Madrid")):
        assert progress_of(goal, TODAY).after.n == 1
    with timezone.override(ZoneInfo("UTC")):
        assert progress_of(goal, TODAY).before.n == 1


def test_a_persons_answers_count_in_place_of_the_automatic_ones(world):
    since = timezone.now() - timedelta(days=30)
    assert [each.key for each in record_of(world.agent, since=since).answers] == ["greeting"]
    review = make_submitted_review(world)
    record = record_of(world.agent, since=since)
    assert {each.key: each.share for each in record.answers} == {"greeting": 1.0, "needs": 0.5, "legal": 1.0}
    (total,) = record.totals
    assert total.by_person and total.total == float(review.total) and total.automatic is not None


def test_what_agents_may_not_see_is_not_counted_for_them(db):
    world = ReviewWorld(shown_to_agents=False)
    make_submitted_review(world)
    record = record_of(world.agent, since=timezone.now() - timedelta(days=30), hidden=False)
    assert [each.by_person for each in record.totals] == [False]


def test_a_question_is_named_only_once_five_calls_answer_it(world):
    for _ in range(3):
        make_call(agent=world.agent)
    since = timezone.now() - timedelta(days=1)
    assert focus_of(record_of(world.agent, since=since)).mean is None
    make_call(agent=world.agent)
    assert focus_of(record_of(world.agent, since=since)).strengths[0].key == "greeting"


def test_the_record_takes_as_many_queries_for_ten_calls_as_for_one(world, django_assert_max_num_queries):
    for _ in range(5):
        make_call(agent=world.agent)
    make_submitted_review(world)
    with django_assert_max_num_queries(6):
        record_of(world.agent, since=timezone.now() - timedelta(days=1))


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"measure": "luck"}, "measured by"),
        ({"measure": "question:nothing"}, "measured by"),
        ({"title": " "}, "what the goal is"),
        ({"due_on": date(2026, 10, 1)}, "ends before it begins"),
        ({"days": 0}, "days before"),
    ],
)
def test_a_goal_that_cannot_be_measured_is_refused_in_words(world, values, said):
    known = {"title": "Rise", "measure": "score", "starts_on": date(2026, 11, 1), **values}
    with pytest.raises(ValidationError, match=said):
        set_goal(agent=world.agent, actor=world.manager, **known)
