"""Funnels from journeys, against an obvious slow recount."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.funnel import Journey, build_funnel, compare_funnels
from analytics.funnel.core import Fate

NAMES = ("New", "Talking", "Offer", "Won")
PEOPLE = st.lists(st.tuples(st.integers(0, 3), st.sampled_from(Fate), st.booleans()), max_size=40)


def journeys(people):
    return [Journey(furthest=at, fate=fate, is_certain=certain or fate != Fate.LOST) for at, fate, certain in people]


@given(PEOPLE)
def test_steps_equal_a_recount_person_by_person(people):
    funnel = build_funnel(NAMES, journeys(people))
    for k, step in enumerate(funnel.steps):
        reached = moved = still = lost = 0
        for at, fate, certain in people:
            place = 3 if fate == Fate.WON else min(at, 2)
            reached += place >= k
            moved += place > k
            if k < 3 and place == k:
                still += fate == Fate.OPEN
                lost += fate == Fate.LOST and certain
        assert (step.reached, step.moved_on, step.still_here, step.lost_here) == (reached, moved, still, lost)


@given(PEOPLE)
def test_nobody_gets_lost_between_steps(people):
    funnel = build_funnel(NAMES, journeys(people))
    assert funnel.began == len(people) == funnel.won + funnel.lost + funnel.open
    for step, following in zip(funnel.steps, funnel.steps[1:], strict=False):
        assert step.moved_on == following.reached <= step.reached
    certain = build_funnel(NAMES, [Journey(furthest=each.furthest, fate=each.fate) for each in journeys(people)])
    for step in certain.steps[:-1]:
        assert step.reached == step.moved_on + step.still_here + step.lost_here


@given(PEOPLE, st.lists(st.integers(0, 3), min_size=40, max_size=40))
def test_bounds_hold_whatever_the_truth_about_the_lost_is(people, truths):
    """Each lost person of unknown place may have come as far as any step from the one that is known on."""
    told = build_funnel(NAMES, journeys(people))
    truth = [
        Journey(furthest=at if certain or fate != Fate.LOST else max(at, true), fate=fate)
        for (at, fate, certain), true in zip(people, truths, strict=False)
    ]
    for step, real in zip(told.steps[:-1], build_funnel(NAMES, truth).steps[:-1], strict=True):
        if step.is_bounded and real.conversion.value is not None:
            assert step.conversion.low - 1e-9 <= real.conversion.value <= step.conversion.high + 1e-9
        elif step.conversion.value is not None:
            assert step.conversion.value == real.conversion.value


def test_two_funnels_differ_only_where_the_interval_says_so():
    good = [Journey(furthest=1, fate=Fate.WON, count=160), Journey(furthest=0, fate=Fate.LOST, count=40)]
    bad = [Journey(furthest=1, fate=Fate.WON, count=40), Journey(furthest=0, fate=Fate.LOST, count=160)]
    few = [Journey(furthest=1, fate=Fate.WON, count=2)]
    a, b, c = (build_funnel(("New", "Talking", "Won"), each) for each in (good, bad, few))
    first, _second, whole = compare_funnels(a, b)
    assert first.is_real and first.difference == pytest.approx(0.6) and whole.is_real
    assert not compare_funnels(b, c)[0].is_real


def test_an_empty_funnel_says_nothing_rather_than_zero():
    funnel = build_funnel(("New", "Won"), ())
    assert funnel.overall.value is None and funnel.steps[0].share.value is None
