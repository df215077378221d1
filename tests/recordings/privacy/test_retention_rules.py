"""Which rule decides over a call: what holds for every call and every set of rules, and the sentences for people."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from recordings.models import Action
from recordings.privacy.retention import Facts, Rule, decide, next_change
from tests.recordings.privacy.rules import TODAY, facts, rules

CALL = Facts(day=date(2026, 1, 1), outcome="no_answer")
SOUND = Rule(name="Sound", action=Action.DROP_SOUND, days=30)
ANONYMOUS = Rule(name="Anonymous", action=Action.ANONYMISE, days=90)
GONE = Rule(name="Missed calls", action=Action.DELETE, days=30, outcomes=frozenset({"no_answer"}))
LAW = Rule(name="Tax law", action=Action.KEEP, days=3650, version=2)
many = st.lists(rules(), max_size=6)


@given(facts(), many)
def test_nothing_happens_before_a_rule_that_fits_is_due(call, known):
    decision = decide(call, known, TODAY)
    if decision.action != Action.KEEP:
        assert decision.rule in known
        assert decision.rule.fits(call)
        assert decision.rule.due(call) <= TODAY
        assert call.day + timedelta(days=decision.rule.days) < TODAY


@given(facts(held=st.just(True)), many)
def test_nothing_happens_to_a_held_call(call, known):
    assert decide(call, known, TODAY).action == Action.KEEP


@given(facts(), many)
def test_nothing_happens_while_a_minimum_runs(call, known):
    minimums = [rule for rule in known if rule.action == Action.KEEP and rule.fits(call) and rule.due(call) > TODAY]
    if minimums:
        assert decide(call, known, TODAY).action == Action.KEEP


@given(facts(), many, rules(actions=[action for action in Action if action != Action.KEEP]))
def test_a_further_rule_never_makes_it_laxer(call, known, more):
    assert decide(call, [*known, more], TODAY).action.level >= decide(call, known, TODAY).action.level


@given(facts(), many, rules(actions=[Action.KEEP]))
def test_a_further_minimum_never_makes_it_stricter(call, known, more):
    assert decide(call, [*known, more], TODAY).action.level <= decide(call, known, TODAY).action.level


@given(facts(), many, st.randoms())
def test_the_order_of_the_rules_does_not_matter(call, known, random):
    shuffled = sorted(known, key=lambda _rule: random.random())
    assert decide(call, shuffled, TODAY) == decide(call, known, TODAY)


@given(facts(), many)
def test_what_is_done_is_not_done_again_on_the_same_day(call, known):
    action = decide(call, known, TODAY).action
    if action not in (Action.KEEP, Action.DELETE):
        assert decide(replace(call, done=action), known, TODAY).action == Action.KEEP


@given(facts(), many, st.integers(0, 100))
def test_from_day_to_day_it_only_becomes_stricter(call, known, days):
    known = [rule for rule in known if rule.action != Action.KEEP]
    assert decide(call, known, TODAY + timedelta(days=days)).action.level >= decide(call, known, TODAY).action.level


@given(facts(held=st.just(False)), many)
def test_the_next_change_comes_on_its_day_and_not_before(call, known):
    coming = next_change(call, known, TODAY)
    days = [TODAY + timedelta(days=n) for n in range(62)]
    first = next((day for day in days if decide(call, known, day).action != Action.KEEP), None)
    if coming is None:
        assert first is None
    else:
        assert decide(call, known, first) == coming


@given(facts(), many)
def test_every_decision_says_why(call, known):
    decision = decide(call, known, TODAY)
    assert decision.reason.endswith(".")
    assert all(beaten.why for beaten in decision.beaten)


def test_days_are_whole_days_after_the_day_of_the_call():
    call = Facts(day=TODAY - timedelta(days=30))
    assert decide(call, [SOUND], TODAY).action == Action.KEEP
    assert decide(call, [SOUND], TODAY + timedelta(days=1)).action == Action.DROP_SOUND


def test_the_strictest_rule_that_is_due_decides_and_says_what_it_beat():
    decision = decide(CALL, [SOUND, ANONYMOUS, GONE], TODAY)
    assert decision.action == Action.DELETE
    assert decision.reason == "Delete the call: due since 2026-02-01 by “Missed calls” (version 1)."
    assert {(beaten.rule.name, beaten.why) for beaten in decision.beaten} == {
        ("Sound", "less strict"),
        ("Anonymous", "less strict"),
    }


def test_a_legal_minimum_beats_everything_until_it_ends():
    decision = decide(CALL, [LAW, GONE], TODAY)
    assert decision.action == Action.KEEP
    assert decision.reason == "Kept at least until 2035-12-31 by “Tax law” (version 2)."
    assert [beaten.why for beaten in decision.beaten] == ["the minimum still runs"]
    assert decide(CALL, [LAW, GONE], date(2035, 12, 31)).action == Action.DELETE


def test_a_rule_for_other_calls_does_not_count():
    assert decide(replace(CALL, outcome="converted"), [GONE], TODAY).reason == "No rule ends its keeping."


def test_of_two_alike_the_earlier_decides_and_then_the_first_name():
    later, other = replace(GONE, name="Aged", days=40), replace(GONE, name="Missed")
    assert decide(CALL, [later, GONE, other], TODAY).rule == other
    assert decide(CALL, [later, GONE], TODAY).beaten[0].why == "the same, and due later"


def test_a_kept_call_tells_what_comes_next():
    soon = Facts(day=TODAY)
    assert decide(soon, [ANONYMOUS, SOUND], TODAY).reason == (
        "Kept until 2026-07-02, then drop the sound by “Sound” (version 1)."
    )
    assert next_change(soon, [ANONYMOUS, SOUND], TODAY).due == date(2026, 7, 2)
    assert next_change(soon, [], TODAY) is None
    assert decide(replace(CALL, held=True), [GONE], TODAY).reason == "Kept: it is on legal hold."
    assert decide(replace(CALL, done=Action.ANONYMISE), [SOUND], TODAY).reason == "Nothing more is to be done."
