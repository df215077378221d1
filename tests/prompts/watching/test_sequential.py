import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prompts.watching.sequential import compare_arms, shares_look_right


def arms(seed, n=600, shift=0.0):
    drawn = np.random.default_rng(seed)
    return list(drawn.normal(0.6, 0.2, n)), list(drawn.normal(0.6 + shift, 0.2, n))


def test_looking_all_the_time_seldom_finds_a_difference_that_is_not_there():
    alarms = 0
    for seed in range(60):
        a, b = arms(seed)
        looks = (compare_arms(a[:n], b[:n], share_b=0.5).p for n in range(30, 601, 30))
        alarms += any(p is not None and p < 0.05 for p in looks)
    assert alarms <= 6  # 2 of 100 by simulation; of 60, seven or more would come once in a thousand


def test_a_real_difference_is_found():
    a, b = arms(1, shift=0.1)
    found = compare_arms(a, b, share_b=0.5)
    assert found.p < 0.05 and found.low > 0 and found.low < found.difference < found.high


def test_an_arm_that_has_seen_no_failure_is_not_believed_to_be_without():
    found = compare_arms([1.0] * 85 + [0.0] * 5, [1.0] * 30, share_b=0.25)
    assert found.p > 0.05


def test_few_subjects_give_figures_and_no_judgement():
    found = compare_arms([1.0] * 29, [0.0] * 29, share_b=0.5)
    assert found.difference == -1.0 and found.p is None and found.low is None
    assert compare_arms([], [], share_b=0.5).mean_a is None


@given(st.lists(st.floats(0, 1), min_size=30, max_size=60), st.lists(st.floats(0, 1), min_size=30, max_size=60))
@settings(max_examples=40)
def test_the_interval_leaves_out_zero_exactly_where_p_is_small(a, b):
    found = compare_arms(a, b, share_b=0.5)
    if abs(found.p - 0.05) > 1e-9:
        assert (found.p < 0.05) == (not found.low <= 0 <= found.high)
    assert found.low <= found.difference <= found.high


def test_arms_of_the_wrong_size_are_noticed():
    assert shares_look_right(500, 520, share_b=0.5) and shares_look_right(0, 0, share_b=0.5)
    assert not shares_look_right(500, 700, share_b=0.5)


def test_arms_that_never_vary():
    assert compare_arms([0.5] * 40, [0.5] * 40, share_b=0.5).p == pytest.approx(1.0)
