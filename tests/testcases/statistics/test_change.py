"""Improvement against the dental growth of Potthoff and Roy 1964 as R's nlme fits it (Pinheiro and Bates 2000)."""

import numpy as np
import pytest

from testcases.statistics.improvement import Result, before_after, improvement, mixed, paired
from testcases.statistics.many import corrected
from testcases.statistics.shares import mean_from, mean_of, mean_of_clusters, share_of, wilson

GROWTH = (
    "26 25 29 31/21.5 22.5 23 26.5/23 22.5 24 27.5/25.5 27.5 26.5 27/20 23.5 22.5 26/24.5 25.5 27 28.5/22 22 24.5 26.5/"
    "24 21.5 24.5 25.5/23 20.5 31 26/27.5 28 31 31.5/23 23 23.5 25/21.5 23.5 24 28/17 24.5 26 29.5/22.5 25.5 25.5 26/"
    "23 24.5 26 30/22 21.5 23.5 25/21 20 21.5 23/21 21.5 24 25.5/20.5 24 24.5 26/23.5 24.5 25 26.5/21.5 23 22.5 23.5/"
    "20 21 21 22.5/21.5 22.5 23 25/23 23 23.5 24/20 21 22 21.5/16.5 19 19 19.5/24.5 25 28 28"
)


@pytest.fixture(scope="module")
def growth():
    """Millimetres at 8, 10, 12 and 14 years of 27 children; a year stands for 30 days."""
    return [
        Result(str(child), "one", 30.0 * age, float(value))
        for child, line in enumerate(GROWTH.split("/"))
        for age, value in zip((8, 10, 12, 14), line.split(), strict=True)
    ]


def test_the_mixed_model_agrees_with_nlme(growth):
    found = mixed(growth)
    assert found.slope == pytest.approx(0.66019, abs=0.00005)
    assert (found.high - found.slope) / 2.0555 == pytest.approx(0.07125, abs=0.0001)  # its standard error
    assert improvement(growth).method == "mixed" and found.people == 27


def test_harder_cases_later_do_not_look_like_decline():
    random = np.random.default_rng(5)
    rows = []
    for person in range(12):
        level = random.normal(60, 5)
        for n in range(8):
            case = "easy" if n < 5 and random.random() < 0.8 else "hard"
            score = level + 2.0 * n - (25 if case == "hard" else 0) + random.normal(0, 3)
            rows.append(Result(str(person), case, 30.0 * n, score))
    found = improvement(rows)
    assert found.method == "mixed" and found.low <= 2.0 <= found.high
    raw = np.polyfit([row.at / 30 for row in rows], [row.score for row in rows], 1)[0]
    assert raw < 0.5


def test_few_people_are_compared_in_pairs_of_the_same_case():
    rows = [Result(p, "one", at, score) for p, first, last in (("a", 50, 60), ("b", 40, 55), ("c", 70, 72))
            for at, score in ((0.0, first), (9.0, last))]  # fmt: skip
    found = improvement([*rows, Result("d", "one", 0.0, 10.0)])
    assert found.method == "paired" and found.people == 3 and found.slope == pytest.approx(9.0)


def test_one_pair_is_too_few_and_rows_that_never_vary_are_told():
    assert paired([Result("a", "one", 0, 1), Result("a", "one", 1, 5)]).problem == "few"
    assert improvement([]).problem == "few"
    same = [Result(str(p), "one", float(n), 50.0) for p in range(10) for n in range(4)]
    assert mixed(same) is None and improvement(same).slope == 0.0


def test_a_training_is_measured_against_those_without_it():
    treated = [(50.0, 62.0), (40.0, 55.0), (60.0, 66.0), (55.0, 65.0)]
    controls = [(50.0, 54.0), (45.0, 50.0), (52.0, 58.0), (61.0, 62.0)]
    found = before_after(treated, controls)
    assert found.kind == "controlled" and found.own == pytest.approx(10.75) and found.others == pytest.approx(4.0)
    assert found.difference == pytest.approx(6.75) and found.low > 0
    alone = before_after(treated, controls[:1])
    assert alone.kind == "alone" and alone.difference == pytest.approx(10.75)
    assert before_after([]).kind == "none" and before_after([(1.0, 2.0)]).low is None


def test_runs_of_few_agents_say_less_than_as_many_of_many():
    spread = share_of({str(n): (1.0 if n < 30 else 0.0, 1) for n in range(40)})
    clumped = share_of({"a": (10.0, 10), "b": (10.0, 10), "c": (10.0, 10), "d": (0.0, 10)})
    assert spread.share == clumped.share == 0.75 and (spread.low, spread.high) == pytest.approx(wilson(0.75, 40))
    assert clumped.low < spread.low and clumped.effective < 10
    assert share_of({}).share is None and share_of({"a": (1.0, 1)}).is_small


def test_wilson_agrees_with_statsmodels():
    from statsmodels.stats.proportion import proportion_confint

    assert wilson(15 / 20, 20) == pytest.approx(proportion_confint(15, 20, method="wilson"))
    assert wilson(0.0, 0) == (0.0, 1.0)


def test_means_by_sums_are_means_by_values_and_clusters_widen_them():
    values = [50.0, 60, 55, 80]
    assert mean_from(4, sum(values), sum(v * v for v in values)) == pytest.approx(mean_of(values))
    clumped = mean_of_clusters({"a": [50.0] * 9, "b": [70.0] * 9})
    assert clumped.mean == 60 and clumped.low < 0 < 100 < clumped.high
    assert mean_of([]).mean is None and mean_of([1.0]).low is None and mean_of_clusters({"a": [1.0, 2.0]}).low is None


def test_many_comparisons_are_corrected_and_gaps_stay():
    assert corrected([0.01, None, 0.04]) == [pytest.approx(0.02), None, pytest.approx(0.04)]
    assert corrected([0.01, 0.04], method="holm") == [pytest.approx(0.02), pytest.approx(0.04)]
    assert corrected([None]) == [None]
