"""Won calls against lost ones: silent on noise, finds what is there, blames no agent's skill on what the agent says."""

import json
from dataclasses import replace
from math import isfinite

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.patterns.contrasts import compare_all, practices_of
from decisions.patterns.features import feature_of, why_left_out
from decisions.patterns.regression import Controls
from tests.decisions.patterns.drawing import Drawn, Truth, draw

PLANTED = {"topic.1": 0.9, "tracker.2": 0.9, "criterion.3": 0.6, "criterion.4": -0.6}


def found_in(drawn: Drawn):
    return compare_all(drawn.columns, drawn.won, drawn.controls, drawn.length)


def significant(compared):
    return {row["feature"] for row in compared.contrasts if row["significant"]}


def test_noise_is_called_noise_though_agents_differ_in_skill_and_habits():
    """25 sets with 40 features each; at 5 percent, four or fewer may hold a false one (binomial, 0.99)."""
    false = sum(bool(significant(found_in(draw(Truth(calls=400), seed)))) for seed in range(25))
    assert false <= 4


def test_planted_differences_are_found_with_few_false_ones_beside_them_and_their_intervals_hold():
    shares, power, covered = [], [], []
    for seed in range(15):
        compared = found_in(draw(Truth(calls=800, effects=PLANTED), seed))
        hits = significant(compared)
        shares.append(len(hits - set(PLANTED)) / max(1, len(hits)))
        power.append(len(hits & set(PLANTED)) / len(PLANTED))
        covered += [row["low"] <= np.exp(PLANTED.get(row["feature"], 0.0)) <= row["high"]
                    for row in compared.contrasts]  # fmt: skip
    assert np.mean(shares) <= 0.1
    assert np.mean(power) > 0.7
    assert 0.92 < np.mean(covered) < 0.98


def test_what_grows_with_the_length_of_a_call_is_no_practice():
    """Won calls are longer and longer calls hold more: true contrasts, but nothing to advise."""
    drawn = draw(Truth(calls=1500, by_length=1.0), 3)
    renamed = [(replace(feature, whose="agent"), column) for feature, column in drawn.columns]
    compared = compare_all(renamed, drawn.won, drawn.controls, drawn.length)
    assert len(significant(compared)) > 5
    assert practices_of(compared.contrasts) == []


def test_an_agents_own_doing_that_wins_is_advised_and_a_consequence_never():
    compared = found_in(draw(Truth(calls=1500, effects={"criterion.3": 0.8, "topic.1": 0.9}), 1))
    assert [(each["code"], each["feature"]) for each in practices_of(compared.contrasts)] == [("more", "criterion.3")]
    as_consequence = [row | {"consequence": True} for row in compared.contrasts]
    assert practices_of(as_consequence) == []


def test_what_differs_between_agents_alone_is_left_out():
    drawn = draw(Truth(calls=300), 2)
    by_agent = (drawn.controls.agent % 2).astype(float)
    compared = compare_all([(feature_of("topic.x"), by_agent)], drawn.won, drawn.controls, drawn.length)
    assert compared.contrasts == []
    assert compared.left_out == [{"feature": "topic.x", "why": "constant", "n": 300}]


def test_perfect_separation_gives_a_finite_ratio_with_a_wide_interval():
    won = np.tile([1.0, 0.0], 40)
    controls = Controls(np.zeros(80, dtype=np.intp), np.zeros((80, 0)), np.arange(80))
    compared = compare_all([(feature_of("topic.x"), won.copy())], won, controls, np.full(80, np.nan))
    row = compared.contrasts[0]
    assert row["significant"]
    assert 20 < row["low"] < row["odds_ratio"] < row["high"] < 1e6
    assert row["same_length"] is None


def test_calls_of_one_customer_count_as_little_as_they_know():
    once = found_in(draw(Truth(calls=900), 5)).contrasts
    thrice = found_in(draw(Truth(calls=900, repeated=3), 5)).contrasts
    widths = [np.mean([np.log(row["high"] / row["low"]) for row in rows]) for rows in (once, thrice)]
    assert widths[1] > 1.15 * widths[0]


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 90), st.sampled_from(["all", "none", "constant", "one", "huge"]), st.integers(0, 2**31))
def test_whatever_comes_in_only_finite_figures_come_out(n, column, seed):
    random = np.random.default_rng(seed)
    x = {"all": random.normal(0, 1, n), "none": np.full(n, np.nan), "constant": np.ones(n),
         "one": np.eye(1, max(n, 1))[0][:n], "huge": random.normal(0, 1e12, n)}[column]  # fmt: skip
    won = (random.random(n) < 0.5).astype(float)
    controls = Controls(np.zeros(n, dtype=np.intp), np.zeros((n, 0)), np.arange(n))
    compared = compare_all([(feature_of("talk.silence"), x)], won, controls, np.full(n, 60.0))
    json.dumps([*compared.contrasts, *compared.left_out], allow_nan=False)
    assert all(isfinite(row["odds_ratio"]) for row in compared.contrasts)
    assert len(compared.contrasts) + len(compared.left_out) == 1


@pytest.mark.parametrize(
    ("code", "by_proposals", "why"),
    [
        ("intent.purchase", False, "outcome"),
        ("compliance.do_not_call", False, "outcome"),
        ("objection.price", False, ""),
        ("objection.price", True, "circular"),
        ("talk.agent_share", True, ""),
    ],
)
def test_words_of_the_outcome_are_never_compared(code, by_proposals, why):
    assert why_left_out(code, by_proposals=by_proposals) == why
