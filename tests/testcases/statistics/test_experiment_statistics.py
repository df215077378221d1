import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.practice_statistics import normal, share, stops
from testcases.statistics.effects import cohens_h, hedges_g, size_of, welch
from testcases.statistics.power import PlanError, detectable, power_of, sample_size
from testcases.statistics.sequential import boundaries, look_at, look_sizes, sizes_fit


@pytest.mark.parametrize(
    ("fractions", "published"),
    [
        ((0.2, 0.4, 0.6, 0.8, 1.0), (4.8769, 3.3569, 2.6803, 2.2898, 2.0310)),
        ((0.25, 0.5, 0.75, 1.0), (4.3326, 2.9631, 2.3590, 2.0141)),
        ((0.5, 1.0), (2.9626, 1.9686)),
    ],
)
def test_boundaries_agree_with_ldbounds(fractions, published):
    """R's ldbounds, `ldBounds(t, iuse = 1, alpha = 0.05, sides = 2)`."""
    assert boundaries(fractions) == pytest.approx(published, abs=0.0002)


@pytest.mark.parametrize(("draw", "per_arm"), [(normal, 20), (share(0.5), 40), (share(0.9), 50)])
def test_the_stop_rule_finds_what_is_not_there_no_oftener_than_promised(draw, per_arm, record_property):
    rate = stops(draw, per_arm, 0.0, 1500)
    record_property("type I error over all looks", rate)
    sys.stdout.write(f"type I error over all looks, {per_arm} an arm: {rate:.3f}\n")
    assert rate <= 0.05


def test_the_planned_power_is_had():
    size = sample_size(scale="mean", baseline=0, effect=0.8, spread=1, factor=1.03)
    assert stops(normal, size.per_arm, 0.8, 400) == pytest.approx(0.8, abs=0.05)


def test_looks_are_due_at_quarters_of_the_plan():
    assert look_sizes(10) == [5, 10, 15, 20] and look_sizes(10, arms=3)[-1] == 30


def test_a_small_arm_decides_nothing_and_an_arm_without_failure_is_not_believed():
    assert look_at(4, [0, 1, 0, 1], [1, 1, 1, 1]).p is None
    assert look_at(4, [1.0] * 6, [1.0] * 6).crossed is False
    assert look_at(4, [1.0, 1, 1, 1, 0], [1.0] * 5).crossed is False


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([1, 2, 3, 4]))
def test_a_look_crosses_exactly_where_its_interval_leaves_out_zero(seed, number):
    random = np.random.default_rng(seed)
    found = look_at(number, random.normal(0, 1, 12), random.normal(1, 1, 14))
    assert found.crossed == (not found.low <= 0 <= found.high)


def test_shares_of_a_hundred_are_looked_at_as_shares_of_one():
    a, b = [0.0, 1, 1, 0, 1, 0, 0, 0], [1.0, 1, 1, 0, 1, 1, 1, 1]
    one, hundred = look_at(4, a, b), look_at(4, [100 * v for v in a], [100 * v for v in b], top=100)
    assert hundred.p == pytest.approx(one.p) and hundred.low == pytest.approx(100 * one.low)
    assert one.nominal < look_at(4, [0.1, *a], b).nominal


def test_sample_sizes_agree_with_cohen():
    """Cohen 1988, tables 2.4.1 and 6.4.1: d = 0.5 and h = 0.5 at power 0.80, two-sided 0.05."""
    assert sample_size(scale="mean", baseline=0, effect=5, spread=10).per_arm == 64
    assert cohens_h(0.5, 0.74) == pytest.approx(0.50, abs=0.005)
    assert sample_size(scale="share", baseline=0.5, effect=0.23971).per_arm == 63
    assert power_of(scale="mean", baseline=0, effect=5, spread=10, per_arm=64) == pytest.approx(0.80, abs=0.005)


def test_what_can_be_found_is_what_needs_that_many():
    least = detectable(scale="share", baseline=0.4, per_arm=80)
    assert sample_size(scale="share", baseline=0.4, effect=least).per_arm in (79, 80, 81)
    assert detectable(scale="mean", baseline=0, spread=0, per_arm=50) is None
    assert detectable(scale="share", baseline=0.4, per_arm=2) is None
    assert detectable(scale="share", baseline=0.95, per_arm=10) is None


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"effect": 0}, "effect"), ({"baseline": 0.9, "effect": 0.2}, "effect"), ({"baseline": 1.2}, "baseline"),
        ({"alpha": 0.5}, "alpha"), ({"power": 0.1}, "power"), ({"effect": 0.0001}, "too_many"),
        ({"scale": "mean", "spread": 0}, "spread"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_reckoned_says_why(values, code):
    with pytest.raises(PlanError) as error:
        sample_size(**{"scale": "share", "baseline": 0.5, "effect": 0.1, **values})
    assert error.value.code == code


def test_arms_of_the_wrong_size_are_noticed():
    assert sizes_fit([50, 55], [0.5, 0.5]) and sizes_fit([0, 0], [0.5, 0.5])
    assert not sizes_fit([50, 110], [0.5, 0.5])


def test_effect_sizes_have_the_sign_of_the_difference_and_a_name():
    found = welch([1.0, 2, 3, 4], [3.0, 4, 5, 6])
    assert found.difference == 2 and found.low < 2 < found.high and found.effect == pytest.approx(1.3457, abs=0.0005)
    assert hedges_g([1.0, 1, 1], [1.0, 1, 1]) is None and welch([1.0], [2.0, 3]).p is None
    assert [size_of(value) for value in (None, 0.1, -0.3, 0.6, 1.2)] == ["", "negligible", "small", "medium", "large"]
