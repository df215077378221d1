"""Unusual figures: rare where nothing happened, told where something did."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decisions.advice.rules.baseline import Window, unusual


def windows(values, n=None, days=7):
    sizes = [1.0] * len(values) if n is None else n
    return [Window(end=days * place, total=float(value), n=float(size))
            for place, (value, size) in enumerate(zip(values, sizes, strict=True))]  # fmt: skip


def p_of(values, n=None, *, kind="count", days=7):
    rows = windows(values, n, days)
    found = unusual(rows[:-1], rows[-1], kind=kind, days=days)
    return found.p if found else None


def season(weeks):
    return 1 + 0.3 * np.sin(2 * np.pi * np.arange(weeks) * 7 / 365.25)


def counts(rng, weeks=130, mean=20, k=10):
    return rng.negative_binomial(k, k / (k + mean * season(weeks) * (1 + 0.2 * np.arange(weeks) / weeks)))


def money(rng, weeks=130):
    return [rng.lognormal(8, 1, n).sum() for n in rng.poisson(12 * season(weeks))]


def shares(rng, weeks=60):
    n = rng.poisson(25, weeks)
    return rng.binomial(n, np.clip(rng.normal(0.4, 0.04, weeks), 0, 1)), n


def noise(kind, rng):
    if kind == "count":
        return p_of(counts(rng))
    if kind == "sum":
        return p_of(money(rng), kind="sum")
    won, n = shares(rng)
    return p_of(won, n, kind="share")


@pytest.mark.parametrize("kind", ["count", "sum", "share"])
def test_noise_with_season_and_trend_is_rarely_unusual(kind):
    rng = np.random.default_rng(7)
    found = np.array([noise(kind, rng) for _ in range(400)])
    assert (found <= 0.05).mean() < 0.075
    assert (found <= 0.005).mean() < 0.015


def test_a_halved_week_is_unusual():
    rng = np.random.default_rng(3)
    told = 0
    for _ in range(60):
        values = counts(rng, mean=60, k=40)
        values[-1] //= 3
        told += p_of(values) < 0.005
    assert told > 48


def test_days_are_held_against_their_day_of_the_week():
    values = [0 if place % 7 in (5, 6) else 30 + place % 3 for place in range(120)]
    assert p_of(values[:120], days=1) > 0.05  # a day of work
    assert p_of([*values[:120], 0], days=1) < 0.01  # a day of work without any
    assert p_of([*values[:120], 30, 30, 30, 30], days=1) > 0.05
    assert p_of([*values[:120], 30, 30, 30, 30, 30], days=1) < 0.01  # work on a day of rest


def test_too_short_a_past_says_nothing():
    assert p_of([5] * 10) is None
    assert unusual([], Window(0, 1, 1), kind="share", days=7) is None


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(0, 1000), min_size=14, max_size=60), st.sampled_from(["count", "sum"]))
def test_whatever_the_past_the_answer_is_a_probability_or_none(values, kind):
    found = p_of(values, kind=kind)
    assert found is None or 0 <= found <= 1
