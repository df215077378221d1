"""The comparison measures what a hand-computed table says, in as many queries for many calls as for few."""

import pytest
from django.core.cache import cache

from recordings.calibrating.automatic import as_document, automatic_agreement
from recordings.calibrating.comparison import compare
from recordings.calibrating.selectors import drift_of_reviewers
from recordings.calibrating.services import agree_on, agree_where_all_said_the_same, open_comparison
from recordings.models import ReviewAnswer

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(table):
    table.answer_all()
    table.session = open_comparison(session=table.session, actor=table.world.manager)
    return table


def test_agreement_by_question_is_the_hand_computed_one(opened):
    """Greeting: 12 answers, 6 yes. Pairs that agree: 3 + 1 + 3 + 1 of 12, share 8/12 = .667; chance (.5² + .5²) = .5,
    Fleiss' kappa (.667 - .5) / .5 = .333. Alpha: observed disagreement 1 - .667 = .333, expected 2 * 6 * 6 / (12 * 11)
    = .545, alpha 1 - .333 / .545 = .389."""
    greeting, needs, legal = compare(opened.session, opened.world.manager).questions
    assert greeting.share.value == pytest.approx(2 / 3)
    assert greeting.kappa.value == pytest.approx(1 / 3)
    assert greeting.alpha.value == pytest.approx(1 - (1 / 3) / (72 / 132))
    assert greeting.kappa.n == 4 and not greeting.kappa.enough
    assert needs.share.value == pytest.approx(8 / 12) and needs.alpha.value > 0.9
    assert (legal.share.value, legal.kappa.value) == (1.0, None)


def test_disagreements_are_marked_and_reviewers_measured_against_what_was_agreed(opened):
    manager = opened.world.manager
    agree_where_all_said_the_same(session=opened.session, actor=manager)
    agree_on(session=opened.session, call=opened.calls[3], key="greeting", value="no", actor=manager)
    found = compare(opened.session, manager)
    assert [call.apart for call in found.calls] == [1, 1, 1, 1]
    assert found.open_lines == 3
    by_name = {each.name: each for each in found.with_agreed}
    first, third = by_name[str(opened.reviewers[0])], by_name[str(opened.reviewers[2])]
    assert (first.share.value, first.share.n) == (pytest.approx(8 / 9), 9)
    assert third.share.value == 1.0
    assert first.signed == pytest.approx(100 / 9)
    others = {each.name: each for each in found.with_others}
    assert others[str(opened.reviewers[0])].share.n == 24


def test_a_comparison_takes_as_many_queries_for_four_calls_as_for_two(opened, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        compare(opened.session, opened.world.manager)


def test_peoples_answers_are_held_against_the_automatic_ones_and_kept(opened, django_assert_num_queries):
    cache.clear()
    ReviewAnswer.objects.filter(key="greeting").update(automatic_value="yes")
    world = opened.world
    with django_assert_num_queries(1):
        found = automatic_agreement(world.client, world.card)
    share, kappa = found["greeting"]
    assert (share.value, share.n, kappa.value) == (0.5, 12, 0.0)
    assert set(found) == {"greeting"}
    assert as_document(found)["greeting"]["strength"] == "slight"
    with django_assert_num_queries(0):
        automatic_agreement(world.client, world.card)


def test_drift_tells_who_is_kinder_than_what_was_agreed(opened):
    manager = opened.world.manager
    agree_where_all_said_the_same(session=opened.session, actor=manager)
    for at, (key, value) in (
        (0, ("needs", "5")),
        (1, ("greeting", "yes")),
        (2, ("needs", "1")),
        (3, ("greeting", "no")),
    ):
        agree_on(session=opened.session, call=opened.calls[at], key=key, value=value, actor=manager)
    drifts = {row.reviewer: row.difference for row in drift_of_reviewers(manager)}
    first = drifts[opened.reviewers[0].username]
    assert first.n == 4 and first.mean == pytest.approx(25 / 4)  # one greeting of 25 points in four calls
    assert drifts[opened.reviewers[2].username].mean < 0
