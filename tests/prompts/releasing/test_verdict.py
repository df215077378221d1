from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from prompts.releasing import GateRules
from prompts.releasing.verdict import Measured, measure_against, verdict_of


def measured(passed, scores=None, valid=None, cost=None, latency=None):
    keys = [str(number) for number in range(len(passed))]
    return Measured(
        passed=dict(zip(keys, passed, strict=True)),
        scores=dict(zip(keys, scores or [float(each) for each in passed], strict=True)),
        valid=dict(zip(keys, valid or [1.0] * len(passed), strict=True)),
        cost=cost,
        latency_ms=latency,
    )


def failed(new, old=None, **rules):
    checks, figures = measure_against(new=new, old=old, rules=GateRules(**rules))
    return {check.code for check in checks if not check.passed}, figures


def test_a_version_that_passes_enough_cases_is_let_through():
    found, figures = failed(measured([True] * 17 + [False] * 3))
    assert not found
    assert figures["n"] == 20 and figures["low"] < 0.85 < figures["high"]


def test_each_rule_holds_back_by_itself():
    assert failed(measured([True] * 19))[0] == {"min_cases"}
    assert failed(measured([True] * 15 + [False] * 5))[0] == {"min_pass_rate"}
    assert failed(measured([True] * 20, valid=[0.0] * 2 + [1.0] * 18))[0] == {"min_validity"}
    assert failed(measured([True] * 20, cost=Decimal("0.02")), max_cost=Decimal("0.01"))[0] == {"max_cost"}
    assert failed(measured([True] * 20), max_cost=Decimal("0.01"))[0] == {"max_cost"}
    assert failed(measured([True] * 20, latency=901.0), max_latency_ms=900)[0] == {"max_latency_ms"}


def test_a_regression_beyond_chance_is_held_back_and_one_within_is_not():
    old = measured([True] * 30)
    assert "regression" in failed(measured([True] * 24 + [False] * 6), old)[0]
    assert failed(measured([True] * 28 + [False] * 2), old)[0] == set()


def test_scores_that_sink_are_held_back_though_all_cases_pass():
    old, new = measured([True] * 20, scores=[0.9] * 20), measured([True] * 20, scores=[0.7] * 20)
    assert failed(new, old)[0] == {"score_regression"}


def test_lost_cases_can_be_limited_whatever_chance_explains():
    found, figures = failed(measured([True] * 29 + [False]), measured([True] * 30), max_regressions=0)
    assert found == {"max_regressions"} and figures["lost"] == ["29"]


def test_no_checks_are_no_pass():
    assert not verdict_of(checks=[], figures={}, evaluation=None).passed


@given(st.lists(st.booleans(), min_size=20, max_size=40))
def test_a_version_never_regresses_against_itself(passed):
    assert not {"regression", "score_regression"} & failed(measured(passed), measured(passed))[0]


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=20, max_size=40))
def test_what_passes_all_that_production_passes_is_no_regression(pairs):
    old = measured([before for before, _after in pairs])
    new = measured([before or after for before, after in pairs])
    assert not {"regression", "score_regression"} & failed(new, old)[0]
