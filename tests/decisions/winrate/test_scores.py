"""Velocity and consistency: what they are, that their intervals hold, and that few deals are told as few."""

import numpy as np
import pytest

from decisions.winrate.consistency import consistency_of, shrunk_rates
from decisions.winrate.velocity import velocity_of
from tests.decisions.winrate.tables import FIRST_DAY, table_of


def test_velocity_is_money_won_over_the_usual_cycle():
    closed = FIRST_DAY + np.arange(6)
    table = table_of([1, 1, 0, 0, np.nan, 1], closed=closed, created=closed - np.array([10, 20, 99, 99, 5, 30]),
                     value=[100, 300, 50, 50, 999, np.nan], region=list("aabbab"))  # fmt: skip
    (whole,) = velocity_of(table)
    assert (whole["deals"], whole["rate"], whole["value"], whole["cycle_days"]) == (5, 0.6, 200, 20)
    assert whole["score"] == pytest.approx(5 * 0.6 * 200 / 20)
    assert not whole["enough"]
    a, b = velocity_of(table, "region")
    assert (a["key"], a["score"], b["score"]) == ("a", pytest.approx(2 * 200 / 15), None)


def test_the_interval_of_velocity_holds_the_truth_as_often_as_it_says():
    rng = np.random.default_rng(8)
    held, n = 0, 150
    for _ in range(400):
        cycle = 1 + rng.integers(0, 60, n)
        table = table_of(rng.random(n) < 0.4, closed=np.full(n, FIRST_DAY), created=FIRST_DAY - cycle,
                         value=np.exp(rng.normal(0, 0.8, n)))  # fmt: skip
        (found,) = velocity_of(table)
        held += found["low"] <= n * 0.4 * np.exp(0.32) / 30.5 <= found["high"]
    assert 0.92 <= held / 400 <= 0.98


def agents(rng, swing, *, n=20, periods=8, each=25):
    truth = np.clip(0.45 + rng.normal(0, swing, (n, periods)), 0.01, 0.99)
    won = rng.binomial(each, truth)
    return {
        (f"{period}", (str(agent),)): (int(won[agent, period]), each) for agent in range(n) for period in range(periods)
    }


def test_chance_alone_makes_nobody_inconsistent_and_a_true_swing_shows():
    still = consistency_of(agents(np.random.default_rng(1), 0.0))
    assert all(one["index"] > 85 and one["high"] == 100 and one["enough"] for one in still)
    swinging = consistency_of(agents(np.random.default_rng(1), 0.15))
    assert np.mean([one["index"] for one in swinging]) == pytest.approx(100 * (1 - 0.15 / 0.45), abs=8)
    assert all(one["low"] < one["index"] < one["high"] for one in swinging)


def test_one_agent_who_swings_stands_apart_from_steady_ones():
    counts = agents(np.random.default_rng(2), 0.0)
    counts |= {(f"{period}", ("wild",)): (22 if period % 2 else 2, 25) for period in range(8)}
    found = consistency_of(counts)
    assert found[-1]["key"] == "wild"
    assert found[-1]["index"] < found[-2]["index"]


def test_few_deals_are_drawn_to_what_all_do():
    counts = {**agents(np.random.default_rng(3), 0.12), ("0", ("new",)): (3, 3)}
    new = next(one for one in consistency_of(counts) if one["key"] == "new")
    assert (new["rate"], new["enough"], new["index"]) == (1.0, False, None)
    assert new["shrunk_rate"] < 0.8
    assert shrunk_rates([(45, 100), (45, 100)]) == [0.45, 0.45]
    assert consistency_of({}) == []
