"""Intervals equal those of statsmodels and scipy."""

from decimal import Decimal

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.contingency_tables import Table2x2
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from analytics.metrics import METRICS, Sums
from analytics.metrics.estimates import change_of, figure_of, log_ratio

QUICK = settings(max_examples=60, deadline=None, derandomize=True)
SHARE, MEAN, MONEY = METRICS["win_rate"], METRICS["average_duration"], METRICS["average_deal_size"]
VALUES = st.lists(st.integers(0, 5000), min_size=2, max_size=40)


def shared(won, closed):
    return {"deals_closed.won": Sums(won), "deals_closed.all": Sums(closed), "deals_closed.lost": Sums(closed - won)}


def of(values, key="calls.seconds"):
    return {key: Sums(len(values), sum(values), float(sum(value * value for value in values)))}


@QUICK
@given(n=st.integers(1, 5000), data=st.data())
def test_a_share_has_wilsons_interval(n, data):
    won = data.draw(st.integers(0, n))
    figure = figure_of(SHARE, shared(won, n))
    low, high = proportion_confint(won, n, method="wilson")
    assert (figure.value, figure.n, figure.enough) == (won / n, n, n >= 30)
    assert (figure.low, figure.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))


@QUICK
@given(n=st.integers(1, 900), m=st.integers(1, 900), data=st.data())
def test_two_shares_differ_by_newcombes_interval(n, m, data):
    won, before = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))
    change = change_of(SHARE, shared(won, n), shared(before, m))
    low, high = confint_proportions_2indep(won, n, before, m, method="newcomb", compare="diff")
    assert (change.low, change.high) == (pytest.approx(low, abs=1e-9), pytest.approx(high, abs=1e-9))
    assert change.is_real == (min(n, m) >= 30 and not change.low <= 0 <= change.high)
    assert change.absolute == pytest.approx(won / n - before / m)


@QUICK
@given(values=VALUES)
def test_a_mean_has_students_interval(values):
    figure = figure_of(MEAN, of(values))
    low, high = DescrStatsW(values).tconfint_mean()
    assert (figure.low, figure.high) == (pytest.approx(max(0.0, low), abs=1e-4), pytest.approx(high, abs=1e-4))
    if len(set(values)) > 1:
        low, high = stats.t.interval(0.95, len(values) - 1, figure.value, stats.sem(values))
        assert (figure.low, figure.high) == pytest.approx((max(0.0, low), high))


@QUICK
@given(values=VALUES, others=VALUES)
def test_two_means_differ_by_welchs_interval(values, others):
    assume(len(set(values)) > 1 and len(set(others)) > 1)
    change = change_of(MEAN, of(values), of(others))
    expected = CompareMeans(DescrStatsW(values), DescrStatsW(others)).tconfint_diff(usevar="unequal")
    assert (change.low, change.high) == pytest.approx(expected, abs=1e-6)


@QUICK
@given(won=st.integers(1, 500), lost=st.integers(1, 500))
def test_won_to_lost_has_the_interval_of_a_log_ratio(won, lost):
    # As the odds ratio against an endless table of even odds, whose own error vanishes.
    endless = 1e13
    expected = Table2x2([[won, lost], [endless, endless]]).oddsratio_confint()
    assert log_ratio(won, lost) == pytest.approx(expected, rel=1e-6)
    figure = figure_of(METRICS["win_loss_ratio"], shared(won, won + lost))
    assert figure.low < figure.value == won / lost < figure.high


def test_money_stays_decimal_and_comes_in_hundredths():
    sums = {"deals_closed.won_value": Sums(3, Decimal("100.00"), 3400.0)}
    figure = figure_of(MONEY, sums)
    assert figure.value == Decimal("33.33")
    change = change_of(MONEY, sums, {"deals_closed.won_value": Sums(2, Decimal("50.00"), 1300.0)})
    assert change.absolute == Decimal("8.33")
    assert change.relative == pytest.approx(0.3332)


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.key)
def test_of_no_rows_nothing_is_said_but_that_there_are_none(metric):
    figure = figure_of(metric, {})
    assert figure.n == 0
    assert (figure.low, figure.high) == (None, None)
    assert figure.value in ((0, Decimal(0)) if metric.kind in ("count", "sum") else (None,))
    assert change_of(metric, {}, {}).is_real is None


def test_one_value_has_no_interval_of_its_mean():
    figure = figure_of(MEAN, of([60]))
    assert (figure.value, figure.low, figure.high, figure.enough) == (60, None, None, False)
