"""Against R's mantelhaen.test(UCBAdmissions) (Bickel, Hammel and O'Connell 1975), Koopman 1984, and the Guidelines."""

import numpy as np
import pytest

from testcases.statistics.dif import (
    adverse_impact,
    correct_for_many,
    mantel_haenszel,
    ratio_interval,
    strata_by_ability,
)

# Men admitted, men rejected, women admitted, women rejected, of six departments.
BERKELEY = [
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391), (138, 279, 131, 244), (53, 138, 94, 299),
    (22, 351, 24, 317),
]  # fmt: skip


def test_mantel_haenszel_agrees_with_r():
    found = mantel_haenszel(BERKELEY)
    assert found.odds_ratio == pytest.approx(0.9047, abs=0.0001)
    assert (found.low, found.high) == pytest.approx((0.7719, 1.0603), abs=0.0001)
    assert found.p == pytest.approx(0.2323, abs=0.0001) and found.cls == "A"


def test_a_test_that_is_harder_for_a_group_of_the_same_ability_is_class_c():
    found = mantel_haenszel([(80, 20, 40, 60), (90, 10, 60, 40)])
    assert found.cls == "C" and found.delta < -1.5 and found.odds_ratio > 1


def test_small_groups_and_strata_without_both_get_no_class():
    assert mantel_haenszel([(10, 5, 3, 2)]).problem == "few"
    assert mantel_haenszel([(30, 5, 0, 0), (0, 0, 20, 9)]).problem == "no_overlap"


def test_one_of_many_groups_needs_more_to_be_named():
    one = mantel_haenszel([(30, 20, 20, 30)])
    assert 0.02 < one.p < 0.12
    assert all(each.cls == "A" for each in correct_for_many([one] * 8 + [mantel_haenszel(BERKELEY)]))


def test_strata_hold_everybody_once_and_equally_able_people_together():
    random = np.random.default_rng(3)
    rows = [(float(random.normal()), bool(n % 2), bool(random.random() < 0.5)) for n in range(200)]
    strata = strata_by_ability(rows)
    assert len(strata) == 5 and sum(map(sum, strata)) == 200


def test_four_fifths_with_the_example_of_the_guidelines():
    found = {each.group: each for each in adverse_impact({"one": (48, 80), "other": (12, 40), "few": (3, 5)})}
    assert found["one"].ratio == 1.0 and found["other"].ratio == pytest.approx(0.5)
    assert found["other"].verdict == "adverse" and found["few"].verdict == "few"


def test_a_ratio_below_four_fifths_by_chance_is_unsure():
    found = adverse_impact({"one": (24, 30), "other": (18, 30)})
    assert found[1].ratio < 0.8 < found[1].high and found[1].verdict == "unsure"


def test_the_ratio_interval_agrees_with_koopman():
    assert ratio_interval(36, 40, 16, 80) == pytest.approx((2.94, 7.15), abs=0.005)


def test_nobody_passing_still_has_an_interval():
    low, high = ratio_interval(0, 25, 20, 30)
    assert low < 0.01 and 0 < high < 0.5
    assert [each.verdict for each in adverse_impact({"one": (0, 30), "other": (0, 30)})] == ["few", "few"]
