import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from scipy import stats

from prompts.releasing.paired import compare_pairs, wilson

shares = st.lists(st.floats(0, 1, allow_subnormal=False), min_size=1, max_size=12)


def test_passed_and_failed_are_compared_by_the_exact_mcnemar_test():
    before, after = [1.0] * 8 + [0.0] * 4, [0.0] * 6 + [1.0] * 2 + [1.0] + [0.0] * 3
    found = compare_pairs(before, after)
    assert found.p == pytest.approx(stats.binomtest(6, 7, 0.5).pvalue)
    assert found.p_worse == pytest.approx(stats.binomtest(6, 7, 0.5, alternative="greater").pvalue)
    assert found.difference == pytest.approx(-5 / 12)


def test_scores_are_compared_by_all_patterns_of_signs():
    found = compare_pairs([0.0] * 5, [0.1, 0.2, 0.3, 0.4, 0.5])
    assert found.p_better == pytest.approx(1 / 32) and found.p_worse == 1.0


def test_versions_that_never_differ_are_not_told_apart_and_their_interval_does_not_collapse():
    found = compare_pairs([1.0] * 10, [1.0] * 10)
    assert found.p == 1.0 and found.low < 0 < found.high


def test_nothing_and_one_pair_have_no_interval():
    assert compare_pairs([], []).difference is None and compare_pairs([], []).p == 1.0
    assert compare_pairs([0.5], [0.7]).low is None
    with pytest.raises(ValueError):
        compare_pairs([1.0], [])


@example(x=[1.0, 1e-10], y=[0.0, 0.0])
@given(shares, shares)
@settings(max_examples=40, deadline=None)
def test_the_other_way_round_is_the_mirror_image(x, y):
    n = min(len(x), len(y))
    one, other = compare_pairs(x[:n], y[:n]), compare_pairs(y[:n], x[:n])
    assert one.difference == pytest.approx(-other.difference)
    assert one.p_worse == pytest.approx(other.p_better, abs=1e-9)
    assert 0 < one.p <= 1


def test_a_share_of_nothing_has_no_interval():
    assert wilson(0, 0) is None
    low, high = wilson(5, 10)
    assert low < 0.5 < high
