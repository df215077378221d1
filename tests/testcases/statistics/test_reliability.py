"""Against Shrout and Fleiss 1979 (table 2), with the intervals that R's psych gives for it."""

import numpy as np
import pytest

from testcases.statistics.reliability import cronbach_alpha, retest

JUDGED = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_alpha_agrees_with_the_published_example():
    found = cronbach_alpha(JUDGED)
    assert found.value == pytest.approx(0.91, abs=0.005)  # ICC(3,k), which is alpha
    assert (found.low, found.high) == pytest.approx((0.676, 0.986), abs=0.001)


def test_retest_agrees_with_the_published_example():
    found = retest(JUDGED)
    assert found.value == pytest.approx(0.29, abs=0.005)
    assert (found.low, found.high) == pytest.approx((0.019, 0.761), abs=0.001)


def test_same_scores_agree_wholly_and_a_shift_of_all_does_not():
    assert retest([[1, 1], [2, 2], [3, 3]]).value == pytest.approx(1.0)
    assert retest([[1, 3], [2, 4], [3, 5]]).value < 0.5


@pytest.mark.parametrize(
    ("rows", "problem"),
    [([], "few"), ([[1, 2], [2, 3]], "few"), ([[1], [2], [3]], "one_column"), ([[1, 1]] * 5, "no_spread")],
)
def test_what_cannot_be_told_says_why(rows, problem):
    assert cronbach_alpha(rows).problem == problem and retest(rows).problem == problem


def test_criteria_without_anything_in_common_have_no_alpha_to_speak_of():
    marks = np.random.default_rng(1).normal(size=(500, 5))
    assert abs(cronbach_alpha(marks.tolist()).value) < 0.2
