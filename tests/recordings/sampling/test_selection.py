"""Drawings have the right size, repeat nothing, are even over groups, and can be made again."""

from collections import Counter
from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.sampling.selection import (
    CallToGive,
    ReviewerLoad,
    allot,
    draw_even,
    draw_lowest,
    draw_random,
    draw_weighted,
    rank,
    seed_of,
    share_among,
)

keys = st.lists(st.uuids(), unique=True, max_size=60)
sizes, seeds = st.integers(0, 80), st.integers(0, 2**63 - 1)


@given(keys, sizes, seeds)
def test_a_random_drawing_has_the_right_size_and_no_repeats_whatever_the_order(pool, size, seed):
    drawn = draw_random(pool, size, seed)
    assert len(drawn) == len(set(drawn)) == min(size, len(pool))
    assert set(drawn) <= set(pool)
    assert drawn == draw_random(reversed(pool), size, seed)


def test_each_call_is_as_likely_as_any_other():
    pool = [UUID(int=number) for number in range(10)]
    counts = Counter(key for seed in range(3000) for key in draw_random(pool, 3, seed))
    # 900 each; five standard deviations of a binomial with 3000 tries are 125.
    assert all(abs(counts[key] - 900) < 125 for key in pool)


@given(st.dictionaries(st.text(max_size=3), st.integers(0, 30), max_size=8), sizes, seeds)
def test_groups_get_the_same_as_far_as_they_have_it(populations, size, seed):
    parts = allot(populations, size, seed)
    assert sum(parts.values()) == min(size, sum(populations.values()))
    assert all(0 <= parts[group] <= populations[group] for group in populations)
    left_over = [parts[group] for group in populations if parts[group] < populations[group]]
    if left_over:
        assert max(left_over) - min(left_over) <= 1
        exhausted = [parts[group] for group in populations if parts[group] == populations[group]]
        assert max(exhausted, default=0) <= min(left_over) + 1


@given(st.dictionaries(st.uuids(), st.sampled_from("abc"), max_size=40), sizes, seeds)
def test_an_even_drawing_takes_each_groups_part_from_that_group(pool, size, seed):
    populations = Counter(pool.values())
    drawn = draw_even(pool.items(), populations, size, seed)
    assert len(drawn) == len(dict(drawn)) == min(size, len(pool))
    assert all(pool[key] == group for key, group in drawn)
    assert Counter(group for _, group in drawn) == Counter(
        {group: part for group, part in allot(populations, size, seed).items() if part}
    )
    assert drawn == draw_even(reversed(list(pool.items())), populations, size, seed)


@given(st.dictionaries(st.uuids(), st.sampled_from([0, 1, 2, 5]), max_size=40), sizes, seeds)
def test_a_weighted_drawing_takes_only_what_has_weight(weights, size, seed):
    drawn = draw_weighted(weights, size, seed)
    heavy = [key for key, weight in weights.items() if weight]
    assert len(drawn) == len(set(drawn)) == min(size, len(heavy))
    assert set(drawn) <= set(heavy)


def test_twice_the_weight_is_drawn_first_twice_as_often():
    light, heavy = UUID(int=1), UUID(int=2)
    first = Counter(draw_weighted({light: 1, heavy: 2}, 1, seed)[0] for seed in range(3000))
    assert abs(first[heavy] - 2000) < 130  # five standard deviations


@given(st.dictionaries(st.uuids(), st.integers(0, 100), max_size=40), sizes, seeds)
def test_the_lowest_are_drawn_first(scores, size, seed):
    drawn = draw_lowest(scores.items(), size, seed)
    assert [score for _, score in drawn] == sorted(scores.values())[:size]


reviewers_and_calls = st.integers(1, 5).flatmap(
    lambda number: st.tuples(
        st.just([UUID(int=n) for n in range(number)]),
        st.lists(st.integers(0, 9), min_size=number, max_size=number),
        st.lists(st.tuples(st.uuids(), st.integers(0, number)), unique_by=lambda pair: pair[0], max_size=30),
    )
)


@given(reviewers_and_calls, seeds)
@settings(max_examples=60)
def test_calls_go_to_who_has_the_fewest_and_never_to_who_led_them(case, seed):
    people, loads, led = case
    reviewers = [ReviewerLoad(key, None, load) for key, load in zip(people, loads, strict=True)]
    calls = [CallToGive(key, None, UUID(int=by)) for key, by in led]
    given_to = share_among(calls, reviewers, seed)
    led_by = {call.key: call.led_by for call in calls}
    assert all(to != led_by[key] for key, to in given_to.items())
    assert all(to is not None for to in given_to.values()) or len(people) == 1
    if all(by not in people for by in led_by.values()):
        after = Counter(dict(zip(people, loads, strict=True)))
        after.update(to for to in given_to.values() if to)
        took = set(given_to.values())
        assert all(after[one] <= min(after[key] for key in people) + 1 for one in took)


def test_only_reviewers_of_the_team_get_its_calls():
    a, b = UUID(int=1), UUID(int=2)
    reviewers = [ReviewerLoad(a, {UUID(int=10)}, 50), ReviewerLoad(b, {UUID(int=11)}, 0)]
    calls = [CallToGive(UUID(int=20), UUID(int=10), None), CallToGive(UUID(int=21), None, None)]
    assert share_among(calls, reviewers, 1) == {UUID(int=20): a, UUID(int=21): None}


def test_seeds_and_ranks_are_the_same_on_every_machine():
    assert seed_of("plan", "2026-W48") == 6699223935168588049
    assert rank(7, UUID(int=1)) == 10959321888675282051
