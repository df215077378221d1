"""A calibration is blind until it is opened, agreed on by those who take part, and leaves golden examples."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.calibrating.drawing import draw_calls, pick_diverse
from recordings.calibrating.selectors import list_calibrations, mean_difference, own_reviews, progress_of
from recordings.calibrating.services import (
    CalibrationError,
    agree_on,
    agree_where_all_said_the_same,
    close_calibration,
    create_calibration,
    open_comparison,
)
from recordings.models import GoldenExample, Review, ReviewStatus
from recordings.reviewing.errors import NotForYouError
from tests.factories import make_user
from tests.recordings.factories import make_call, make_scorecard

pytestmark = pytest.mark.django_db


def refused(code, service, **values):
    with pytest.raises(CalibrationError) as error:
        service(**values)
    assert error.value.code == code and str(error.value.messages[0]).endswith(".")


def test_every_reviewer_gets_every_call_and_sees_nobody_elses(table):
    assert Review.objects.filter(calibration=table.session).count() == 12
    table.answer(0)
    first, second = table.reviewers[:2]
    assert Review.objects.visible_to(second).filter(calibration=table.session, reviewer=first).count() == 0
    assert Review.objects.visible_to(table.world.manager).filter(calibration=table.session).count() == 0
    assert own_reviews(table.session, second).count() == 4
    assert [(each.asked, each.given) for each in progress_of(table.session)].count((4, 4)) == 1
    row = list_calibrations(second).get()
    assert (row.asked, row.given, row.call_count, row.reviewer_count) == (12, 4, 4, 3)


def test_it_opens_early_only_for_a_reason(table):
    manager = table.world.manager
    refused("nothing", open_comparison, session=table.session, actor=manager)
    table.answer(0)
    table.answer(1)
    table.answer(2, calls={0, 1})
    refused("waiting", open_comparison, session=table.session, actor=manager)
    with pytest.raises(NotForYouError):
        open_comparison(session=table.session, actor=table.reviewers[0], reason="now")
    opened = open_comparison(session=table.session, actor=manager, reason="Zoe is ill.")
    assert opened.compared_at and opened.opened_early == "Zoe is ill."
    assert Review.objects.filter(calibration=table.session, status=ReviewStatus.CANCELLED).count() == 2


def test_answers_are_agreed_on_after_opening_and_become_golden_when_it_closes(table):
    manager, first = table.world.manager, table.reviewers[0]
    given = {"session": table.session, "call": table.calls[3], "key": "greeting", "actor": first}
    refused("blind", agree_on, **given, value="no")
    table.answer_all()
    open_comparison(session=table.session, actor=manager)
    refused("answer", agree_on, **given, value="maybe")
    refused("not_in_it", agree_on, **{**given, "key": "nothing"}, value="no")
    with pytest.raises(NotForYouError):
        agree_on(**{**given, "actor": make_user(client=table.world.client, role="reviewer")}, value="no")
    agree_on(**given, value="yes")
    agree_on(**given, value="no", reason="Only the company's name is said.")
    assert agree_where_all_said_the_same(session=table.session, actor=first) == 8
    close_calibration(session=table.session, actor=manager)
    kept = GoldenExample.objects.filter(source="calibration")
    assert kept.count() == 9
    assert kept.get(call=table.calls[3], question="greeting").reason == "Only the company's name is said."
    refused("closed", agree_on, **given, value="yes")


def test_what_makes_no_calibration_is_refused_in_words(table):
    world = table.world
    good = {
        "name": "x", "scorecard": world.card, "calls": [world.call], "reviewers": table.reviewers,
        "actor": world.manager,
    }  # fmt: skip
    refused("few_reviewers", create_calibration, **{**good, "reviewers": [world.reviewer] * 2})
    refused("no_calls", create_calibration, **{**good, "calls": []})
    refused("no_name", create_calibration, **{**good, "name": " "})
    draft = make_scorecard(client=world.client, status="draft")
    refused("not_published", create_calibration, **{**good, "scorecard": draft})
    refused("other_client", create_calibration, **{**good, "calls": [make_call()]})
    with pytest.raises(NotForYouError):
        create_calibration(**{**good, "actor": world.reviewer})


def test_calls_are_drawn_from_what_one_sees_over_outcomes_and_scores(table):
    make_call()
    odd = make_call(agent=table.world.agent, outcome="callback", quality_score=30)
    for seed in range(5):
        drawn = draw_calls(user=table.world.manager, count=2, seed=seed)
        assert len(drawn) == 2 and odd in drawn
    assert draw_calls(user=table.world.manager, count=2, seed=1) == draw_calls(
        user=table.world.manager, count=2, seed=1
    )


@given(st.lists(st.sampled_from("abc"), max_size=30), st.integers(0, 12), st.integers())
def test_no_kind_is_picked_twice_more_than_another_while_that_has_some(kinds, count, seed):
    picked = pick_diverse(list(enumerate(kinds)), kinds, count, seed)
    assert len(picked) == min(count, len(kinds)) == len(set(picked))
    chosen, there = Counter(kind for _, kind in picked), Counter(kinds)
    assert all(chosen[a] <= chosen[b] + 1 or chosen[b] == there[b] for a in there for b in there)


def test_a_mean_difference_tells_where_it_leans_only_when_chance_does_not_explain_it():
    assert mean_difference([]) is None
    assert mean_difference([4.0]).low is None
    kinder = mean_difference([4.0, 5.0, 6.0, 5.0, 4.0])
    assert (kinder.mean, kinder.leans, kinder.enough) == (4.8, "kinder", True)
    assert kinder.low == pytest.approx(3.7611, abs=1e-4)  # 4.8 - 2.7764 * 0.83666 / sqrt(5)
    assert mean_difference([-9.0, 9.0, 1.0]).leans == ""
