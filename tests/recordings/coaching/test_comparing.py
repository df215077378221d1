"""Means, differences and their intervals against scipy's and statsmodels' own."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from recordings.coaching.comparing import Verdict, compare, sample_of

BEFORE = [61.0, 70.5, 66.0, 58.5, 72.0, 64.0]
AFTER = [74.0, 81.5, 69.0, 77.5, 80.0, 83.0, 71.0]
values = st.lists(st.integers(0, 100).map(float), min_size=2, max_size=12)
shares = st.lists(st.sampled_from([0.0, 1.0]), min_size=1, max_size=40)


def test_means_are_compared_as_welch_does():
    found = compare(BEFORE, AFTER)
    low, high = CompareMeans(DescrStatsW(AFTER), DescrStatsW(BEFORE)).tconfint_diff(usevar="unequal")
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)
    assert found.verdict == Verdict.UP
    assert compare(AFTER, BEFORE).verdict == Verdict.DOWN


def test_the_interval_of_a_mean_is_students():
    found = sample_of(BEFORE)
    low, high = stats.t.interval(0.95, len(BEFORE) - 1, loc=found.mean, scale=stats.sem(BEFORE))
    assert (found.low, found.high) == pytest.approx((low, high), abs=1e-9)


def test_answers_of_yes_and_no_are_shares_by_wilson_and_newcombe():
    before, after = [1.0] * 3 + [0.0] * 9, [1.0] * 11 + [0.0] * 4
    found = compare(before, after)
    assert (found.before.low, found.before.high) == pytest.approx(proportion_confint(3, 12, method="wilson"))
    expected = confint_proportions_2indep(11, 15, 3, 12, compare="diff", method="newcomb")
    assert (found.low, found.high) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("before", "after"), [([], AFTER), (BEFORE, []), (BEFORE[:4], AFTER), ([50.0] * 9, [60.0] * 9)]
)
def test_too_few_calls_or_no_spread_say_nothing(before, after):
    assert compare(before, after).verdict == Verdict.TOO_FEW


def test_what_lies_within_chance_is_said_to():
    assert compare(BEFORE, [63.0, 71.0, 65.0, 59.0, 70.0]).verdict == Verdict.CHANCE


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(values, values)
def test_the_difference_lies_within_its_interval_and_turns_with_the_sides(before, after):
    found, turned = compare(before, after), compare(after, before)
    if found.low is not None and found.high is not None and found.difference is not None:
        assert found.low - 1e-6 <= found.difference <= found.high + 1e-6
        assert turned.low is not None and turned.low == pytest.approx(-found.high, abs=1e-6)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(shares)
def test_the_interval_of_a_share_holds_it_and_stays_possible(given_values):
    found = sample_of(given_values)
    assert found.low is not None and found.high is not None and found.mean is not None
    assert -1e-9 <= found.low <= found.mean + 1e-9 and found.mean - 1e-9 <= found.high <= 1 + 1e-9
