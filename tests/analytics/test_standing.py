"""Where somebody stands: strengths are sure, noise is not called one."""

import random

import pytest
from scipy.stats import norm

from analytics.metrics import METRICS
from analytics.metrics.estimates import wilson
from analytics.questions import Figure
from analytics.standing import Verdict, change_between, pooled, stand, top_quartile

WIN, CYCLE = METRICS["win_rate"], METRICS["sales_cycle_days"]


def share(part, n):
    low, high = wilson(part, n)
    return Figure(value=part / n, n=n, low=low, high=high, enough=n >= WIN.minimum)


def verdict(metric, **figures):
    return stand([metric], {metric.key: figures}, "me")[0].verdict


def test_a_sure_difference_is_a_strength_or_something_to_work_on():
    assert verdict(WIN, me=share(80, 100), a=share(50, 100), b=share(45, 100)) == Verdict.STRENGTH
    assert verdict(WIN, me=share(20, 100), a=share(50, 100), b=share(45, 100)) == Verdict.FOCUS


def test_chance_and_too_few_rows_are_neither():
    assert verdict(WIN, me=share(52, 100), a=share(50, 100)) == Verdict.EVEN
    assert verdict(WIN, me=share(9, 10), a=share(50, 100)) == Verdict.UNKNOWN
    assert verdict(WIN, a=share(50, 100)) == Verdict.UNKNOWN


def test_a_shorter_cycle_is_better():
    quick, slow = (Figure(value=days, n=50, low=days - 3, high=days + 3) for days in (20.0, 40.0))
    assert verdict(CYCLE, me=quick, a=slow) == Verdict.STRENGTH


def test_among_many_metrics_of_pure_chance_hardly_one_is_called_real():
    draw = random.Random(7)
    keys = ("win_rate", "conversion_rate", "answer_rate", "qualification_rate", "lead_conversion_rate")
    wrong = 0
    for _ in range(300):
        figures = {key: {who: share(draw.binomialvariate(100, 0.5), 100) if hasattr(draw, "binomialvariate")
                         else share(sum(draw.random() < 0.5 for _ in range(100)), 100) for who in ("me", "a", "b")}
                   for key in keys}  # fmt: skip
        found = stand([METRICS[key] for key in keys], figures, "me")
        wrong += any(each.verdict in (Verdict.STRENGTH, Verdict.FOCUS) for each in found)
    assert wrong / 300 < 0.09  # 5 % and what chance adds to it


def test_all_together_are_their_rows_together():
    assert pooled(WIN, [share(3, 40), share(30, 60)]).value == pytest.approx(0.33)
    assert (pooled(WIN, [share(3, 40), share(30, 60)]).low) == pytest.approx(wilson(33, 100)[0])
    assert pooled(WIN, []).value is None


def test_the_interval_of_pooled_means_is_that_of_independent_groups():
    z = norm.ppf(0.975)
    groups = [Figure(value=10.0, n=30, low=10 - z * 1.0, high=10 + z * 1.0),
              Figure(value=20.0, n=60, low=20 - z * 0.5, high=20 + z * 0.5)]  # fmt: skip
    found = pooled(CYCLE, groups)
    spread = ((30 / 90 * 1.0) ** 2 + (60 / 90 * 0.5) ** 2) ** 0.5
    assert found.value == pytest.approx(50 / 3) and found.high - found.value == pytest.approx(z * spread)


def test_the_top_quartile_needs_enough_others_and_knows_which_way_is_better():
    others = [Figure(value=float(n), n=50) for n in (1, 2, 3, 4, 5)]
    assert top_quartile(WIN, others) == 4.0 and top_quartile(CYCLE, others) == 2.0
    assert top_quartile(WIN, others[:3]) is None


def test_a_change_says_whether_it_may_be_chance():
    assert change_between(share(80, 100), share(40, 100)).is_real is True
    assert change_between(share(50, 100), share(48, 100)).is_real is False
    assert change_between(Figure(value=5, n=5), Figure(value=4, n=4)).is_real is None
