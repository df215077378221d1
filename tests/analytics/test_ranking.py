"""Ranks hold what the figures leave open."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.metrics.estimates import wilson
from analytics.questions import Figure
from analytics.ranking import Rank, rank_figures


def share(part, whole):
    low, high = wilson(part, whole)
    return Figure(value=part / whole, n=whole, low=low, high=high, enough=whole >= 30)


def total(value):
    return Figure(value=value, n=value)


shares = st.integers(1, 400).flatmap(lambda n: st.integers(0, n).map(lambda k: share(k, n)))


def test_totals_are_ranked_as_they_are_and_equal_ones_share_a_place():
    assert rank_figures([total(5), total(9), total(5), total(1)]) == [Rank(2, 3), Rank(1, 1), Rank(2, 3), Rank(4, 4)]
    assert rank_figures([total(5), total(9)], higher_is_better=False) == [Rank(1, 1), Rank(2, 2)]


def test_overlapping_intervals_tie_and_far_apart_ones_do_not():
    ranks = rank_figures([share(50, 100), share(52, 100), share(2, 100)])
    assert ranks == [Rank(1, 2), Rank(1, 2), Rank(3, 3)]


def test_few_rows_and_no_value_take_no_place():
    ranks = rank_figures([share(9, 10), share(20, 100), Figure(value=None, n=0)])
    assert ranks == [None, Rank(1, 1), None]
    assert rank_figures([]) == []


@given(st.lists(shares, max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_rank_lies_among_the_places_and_holds_the_order_of_the_values(figures):
    ranks = rank_figures(figures)
    placed = [(figure.value, rank) for figure, rank in zip(figures, ranks, strict=True) if rank]
    assert all(1 <= rank.best <= rank.worst <= len(placed) for _, rank in placed)
    for value, rank in placed:
        above = sum(other > value for other, _ in placed)
        same = sum(other == value for other, _ in placed)
        assert rank.best <= above + 1 and rank.worst >= above + same


@given(st.lists(shares, min_size=2, max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_they_come_changes_nothing(figures, chance):
    order = list(range(len(figures)))
    chance.shuffle(order)
    shuffled = rank_figures([figures[n] for n in order])
    straight = rank_figures(figures)
    assert [straight[n] for n in order] == shuffled


def test_somebody_is_put_ahead_wrongly_in_no_more_than_one_board_of_twenty():
    chance = random.Random(7)
    boards, wrong = 200, 0
    for _ in range(boards):
        figures = [share(sum(chance.random() < 0.3 for _ in range(80)), 80) for _ in range(6)]
        wrong += any(rank != Rank(1, 6) for rank in rank_figures(figures))
    assert wrong / boards <= 0.08  # 5 % and what 200 boards may stray from it


@pytest.mark.parametrize("n", [30, 300, 3000])
def test_more_rows_say_more(n):
    widths = [rank.worst - rank.best for rank in rank_figures([share(n * k // 20, n) for k in (4, 6, 8)])]
    assert (max(widths) == 0) == (n >= 300)
