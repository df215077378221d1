from decimal import Decimal

import pytest

from prompts.releasing import GateError, GateRules, read_gate


def test_an_empty_gate_has_the_rules_of_the_house():
    assert read_gate({}) == GateRules()


def test_what_is_stored_is_read_back():
    rules = GateRules(min_pass_rate=0.9, max_regressions=0, max_cost=Decimal("0.002"), max_latency_ms=900)
    assert read_gate(rules.as_json()) == rules


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min_pass_rate", 80), ("min_pass_rate", True), ("min_cases", 0), ("min_validity", "all"),
        ("max_regressions", -1), ("max_cost", "cheap"), ("max_cost", "NaN"), ("max_latency_ms", 1.5),
        ("every_model", 1), ("min_pass", 0.5),
    ],
)  # fmt: skip
def test_a_rule_that_cannot_be_used_is_named(name, value):
    with pytest.raises(GateError, match=name) as error:
        read_gate({name: value})
    assert error.value.field == name
