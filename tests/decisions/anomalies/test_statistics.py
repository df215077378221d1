"""What is unusual: quiet where weeks, seasons and noise explain all, and sure of what is planted."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control

from decisions.anomalies.expecting import Cells, expect
from decisions.anomalies.tables import BLOCK, DaySums, look_at_agents, look_at_days
from decisions.anomalies.tails import LOGGED, score_calls
from tests.decisions.anomalies.drawing import LAST, draw_calls, draw_sums

LOOKS = {"days": look_at_days, "agents": look_at_agents}


def sure(looked):
    """(measure, agent, day) of what is unusual at 5 percent, all looked at corrected together."""
    looked = list(looked)
    q = false_discovery_control(np.concatenate([each.expectations.p for each in looked]))
    places = [(each.measure, agent, day) for each in looked for agent, day in zip(each.agent, each.day, strict=True)]
    return {place for place, value in zip(places, q, strict=True) if value <= 0.05}


def changed(sums, rows, **factors):
    return DaySums(sums.agents, sums.agent, sums.day, {
        name: np.where(rows, np.round(column * factors.get(name, 1.0)), column) for name, column in sums.sums.items()
    })  # fmt: skip


@pytest.mark.parametrize("kind", LOOKS)
def test_weeks_seasons_and_restless_noise_raise_no_alarm(kind):
    """20 years; at 5 percent, four or fewer may raise one (binomial, 0.997)."""
    alarms = sum(bool(sure(LOOKS[kind](draw_sums(seed, agents=6, excess=0.03), LAST))) for seed in range(20))
    assert alarms <= 4


def test_a_day_on_which_most_of_the_calls_are_missing_is_found_and_no_other():
    for seed in range(3):
        sums = draw_sums(seed, excess=0.005)
        day = LAST - 10
        parts = dict.fromkeys(sums.sums, 0.35)
        assert sure(look_at_days(changed(sums, sums.day == day, **parts), LAST)) == {("calls", -1, day)}


def test_an_agent_who_converts_a_third_as_often_is_found_though_all_call_as_ever():
    sums = draw_sums(0, calls=20.0)
    weak = (sums.agent == 3) & (sums.day > LAST - BLOCK)
    assert sure(look_at_agents(changed(sums, weak, converted=0.3), LAST)) == {("conversion_rate", 3, LAST)}


def test_what_befalls_all_agents_alike_makes_none_of_them_unusual():
    sums = draw_sums(1)
    assert sure(look_at_agents(changed(sums, sums.day > LAST - BLOCK, converted=0.6), LAST)) == set()


def test_who_has_left_is_told_once():
    sums = draw_sums(1)
    gone = changed(sums, (sums.agent == 2) & (sums.day > LAST - BLOCK), **dict.fromkeys(sums.sums, 0.0))
    assert ("calls", 2, LAST) in sure(look_at_agents(gone, LAST))
    long_gone = changed(sums, (sums.agent == 2) & (sums.day > LAST - 3 * BLOCK), **dict.fromkeys(sums.sums, 0.0))
    assert sure(look_at_agents(long_gone, LAST)) == set()


def test_no_call_stands_out_of_skewed_figures_of_unequal_agents_and_a_planted_one_does():
    alarms = 0
    for seed in range(20):
        figures, agent, recent = draw_calls(seed, before=3000, recent=80)
        alarms += bool((false_discovery_control(score_calls(figures, agent, recent, LOGGED).p) <= 0.05).any())
        figures["talk.silence"][-3] = 0.95
        scored = score_calls(figures, agent, recent, LOGGED)
        assert scored.figure[-3] == "talk.silence"
        assert false_discovery_control(scored.p)[-3] <= 0.05
        assert scored.low[-3] < scored.expected[-3] < scored.high[-3] < 0.95
    assert alarms <= 4


def test_weeks_of_data_say_too_little():
    short = draw_sums(1, days=30)
    assert list(look_at_days(short, LAST)) == []
    assert list(look_at_agents(short, LAST)) == []
    figures, agent, recent = draw_calls(1, before=100, recent=10)
    assert score_calls(figures, agent, recent, LOGGED) is None


@settings(max_examples=30, deadline=None)
@given(
    st.sampled_from(["count", "share", "mean"]), st.sampled_from(["zero", "one", "same", "wild"]), st.integers(22, 60)
)
def test_whatever_comes_in_only_finite_figures_come_out(kind, values, n):
    value = {"zero": np.zeros(n), "one": np.eye(1, n)[0], "same": np.full(n, 0.5),
             "wild": np.where(np.arange(n) % 7 == 0, 1.0 if kind == "share" else 1e6, 0.0)}[values]  # fmt: skip
    cells = Cells(kind, np.round(value) if kind == "count" else value, np.full(n, 10.0 if kind != "count" else 1.0),
                  np.zeros(n, dtype=np.intp), np.zeros((n, 0)))  # fmt: skip
    found = expect(cells, np.arange(n) >= n - 5)
    if found is not None:
        json.dumps([*found.expected, *found.low, *found.high, *found.p], allow_nan=False)
        assert ((found.p >= 0) & (found.p <= 1)).all()
