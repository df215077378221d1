"""Wording of winners and losers: rates, chance, and the phrases that part them."""

from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.scoring import wilson
from recordings.quality.wording import Said, compare_wording, holm, log_odds, phrases_of


def test_log_odds_is_the_published_formula():
    # By hand: prior of "price" 500 * 30 / 100 = 150; (10 + 150) of (40 + 500), (20 + 150) of (60 + 500).
    found = log_odds({"price": 10, "rest": 30}, {"price": 20, "rest": 40}, {"price": 30, "rest": 70})
    delta = log(160 / 380) - log(170 / 390)
    assert found["price"] == pytest.approx(delta / sqrt(1 / 160 + 1 / 170))


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=2),
       st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 50), min_size=2))  # fmt: skip
def test_the_groups_are_opposites(first, second):
    background = {term: first.get(term, 0) + second.get(term, 0) for term in {*first, *second}}
    ahead, behind = log_odds(first, second, background), log_odds(second, first, background)
    assert all(ahead[term] == pytest.approx(-behind[term]) for term in background)


def test_wilson_agrees_with_a_published_example():
    # Newcombe (1998), Statistics in Medicine 17, table I: 15 of 148, score method: 0.0624 to 0.1605.
    assert [round(bound, 4) for bound in wilson(15, 148)] == [0.0624, 0.1605]
    assert wilson(0, 0) == (0.0, 1.0)


def test_holm_holds_small_ones_against_their_number():
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "c": 0.06, "b": 0.06})


def test_phrases_are_runs_of_one_to_three_words():
    assert phrases_of("Can we Meet?") == ["can", "we", "meet", "can we", "we meet", "can we meet"]


def test_what_parts_won_from_lost_calls_is_found_with_its_place():
    won, lost = [f"w{n}" for n in range(40)], [f"l{n}" for n in range(40)]
    said = [Said(call, "closing", 7, "shall we book friday morning") for call in won]
    said += [Said(call, "closing", 9, "maybe you could think about it") for call in lost]
    (stage,) = compare_wording(["closing"], {"closing": {*won, *lost[:10]}}, said, won=won, lost=lost)
    assert (stage.won.k, stage.lost.k, round(stage.difference, 2)) == (40, 10, 0.75)
    assert stage.p_adjusted < 0.001
    assert stage.winning[0].z > 1.96 and stage.winning[0].example.position == 7
    assert stage.losing[0].z < -1.96 and (stage.losing[0].won, stage.losing[0].lost) == (0, 40)
    assert [each.text for each in stage.said_in_lost] == ["maybe you could think about it"]


def test_a_few_calls_part_nothing():
    said = [Said("w", "closing", 1, "book now"), Said("l", "closing", 1, "think about it")]
    (stage,) = compare_wording(["closing"], {"closing": {"w", "l"}}, said, won=["w"], lost=["l"])
    assert (stage.winning, stage.losing, stage.p) == ((), (), 1.0)


def test_without_lost_calls_there_is_no_chance_to_tell():
    (stage,) = compare_wording(["closing"], {"closing": {"w"}}, [], won=["w"], lost=[])
    assert (stage.p, stage.p_adjusted, stage.difference) == (None, None, None)
