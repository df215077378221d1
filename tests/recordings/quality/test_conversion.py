from dataclasses import replace
from datetime import date
from math import exp

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.language.types import OBJECTIONS, Intent, OutcomeProposal
from recordings.quality.conversion import estimate_conversion
from tests.recordings.quality.rows import compliance, conversation, lines, objection, promise

certainty = st.floats(0, 1)


@st.composite
def facts(draw):
    kinds = draw(st.lists(st.tuples(st.sampled_from(OBJECTIONS), st.booleans(), certainty), max_size=8))
    return conversation(
        lines=lines(("customer", "We will take it"), ("agent", "Great")),
        customer_words=draw(st.integers(0, 100)),
        intents=tuple(
            Intent(0, kind, draw(certainty))
            for kind in draw(st.sets(st.sampled_from(["purchase", "demo", "complaint", "pricing"])))
        ),
        objections=tuple(objection(handled, kind, sure) for kind, handled, sure in kinds),
        promises=(promise(draw(st.none() | st.just(date(2026, 3, 3)))),) if draw(st.booleans()) else (),
        compliance=(compliance("do_not_call", confidence=draw(certainty)),) if draw(st.booleans()) else (),
        outcome=OutcomeProposal(
            draw(st.sampled_from([None, "converted", "not_qualified", "no_answer"])), draw(certainty), ""
        ),
    )


@given(facts(), st.floats(0.01, 0.99))
@settings(max_examples=200, deadline=None)
def test_base_and_effects_add_up_exactly_to_the_logit_of_a_bounded_probability(known, base_rate):
    result = estimate_conversion(known, base_rate=base_rate)
    assert result.base_logit + sum(factor.effect for factor in result.factors) == result.logit
    assert result.probability == pytest.approx(1 / (1 + exp(-float(result.logit))), abs=1e-4)
    assert 0.01 <= result.probability <= 0.99
    assert result.calibrated is False


@given(facts(), certainty, certainty)
@settings(deadline=None)
def test_a_surer_commitment_never_lowers_and_a_surer_refusal_never_raises_it(known, one, other):
    low, high = sorted((one, other))
    said = [
        [
            estimate_conversion(replace(known, outcome=OutcomeProposal(value, sure, ""))).probability
            for sure in (low, high)
        ]
        for value in ("converted", "not_qualified")
    ]
    assert said[0][0] <= said[0][1]
    assert said[1][0] >= said[1][1]


@given(facts())
@settings(deadline=None)
def test_asking_for_no_more_calls_never_raises_it(known):
    free = replace(known, compliance=())
    asked = replace(known, compliance=(compliance("do_not_call"),))
    assert estimate_conversion(asked).probability <= estimate_conversion(free).probability


@given(st.sampled_from(OBJECTIONS), certainty)
def test_an_answered_objection_is_never_worse_than_an_open_one(kind, sure):
    handled, left = (
        estimate_conversion(conversation(objections=(objection(each, kind, sure),))).probability
        for each in (True, False)
    )
    assert handled >= left


def test_a_call_that_tells_nothing_keeps_the_base_rate():
    assert estimate_conversion(conversation(), base_rate=0.3).probability == pytest.approx(0.3, abs=1e-3)


def test_a_voicemail_lowers_it_and_its_promise_counts_for_nothing():
    known = conversation(outcome=OutcomeProposal("no_answer", 0.9, ""), promises=(promise(date(2026, 3, 3)),))
    assert [factor.name for factor in estimate_conversion(known).factors] == ["no_conversation"]


def test_each_factor_says_why():
    known = conversation(
        lines=lines(("customer", "We will take it")),
        intents=(Intent(0, "purchase", 0.9),),
        objections=(objection(False),),
        promises=(promise(date(2026, 3, 3)),),
    )
    factors = {factor.name: factor for factor in estimate_conversion(known).factors}
    assert set(factors) == {"purchase_intent", "open_objections", "next_step"}
    assert "price" in factors["open_objections"].reason
    assert factors["purchase_intent"].line == 0


@pytest.mark.parametrize("rate", [0, 1, -0.2, float("nan")])
def test_an_impossible_base_rate_is_refused(rate):
    with pytest.raises(ValueError, match="base rate"):
        estimate_conversion(conversation(), base_rate=rate)
