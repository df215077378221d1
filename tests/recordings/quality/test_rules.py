from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.language.types import Intent, OutcomeProposal, Question, Sentiment
from recordings.quality.rules.registry import RULES
from recordings.quality.script import ScriptStage, follow_script
from tests.recordings.quality.rows import call, compliance, conversation, lines, objection, promise


def measure(rule: str, facts: Any, **parameters: Any) -> Any:
    return RULES[rule].measure(facts, RULES[rule].settings(parameters))


def share(rule: str, facts: Any, **parameters: Any) -> float | None:
    return measure(rule, facts, **parameters).share


GREETED = lines(("agent", "Good morning, this is Anna from Acme"), ("customer", "Hi"))


def test_greeting_name_and_company_earn_all():
    known = conversation(lines=GREETED, compliance=(compliance("identification"),))
    assert share("greeting_and_identification", known) == 1
    assert share("greeting_and_identification", replace(known, compliance=())) == pytest.approx(0.3)
    late = lines(*[("agent", "Hello")] * 20)
    named = conversation(lines=late, compliance=(compliance("identification", line=19),))
    assert share("greeting_and_identification", named) == pytest.approx(0.65)


def test_the_recording_must_be_disclosed_early():
    early = conversation(lines=lines(*[("agent", "x")] * 30), compliance=(compliance("recording_disclosure", line=1),))
    late = replace(early, compliance=(compliance("recording_disclosure", line=29),))
    missing = replace(early, compliance=(compliance("recording_disclosure", "missing", None),))
    assert [share("recording_disclosure", each) for each in (early, late, missing)] == [1, 0.5, 0]


def test_terms_matter_only_when_something_was_sold():
    sold = conversation(outcome=OutcomeProposal("converted", 0.9, ""))
    assert share("terms_disclosure", conversation()) is None
    assert share("terms_disclosure", sold) == 0
    assert share("terms_disclosure", replace(sold, compliance=(compliance("terms_disclosure"),))) == 1


@pytest.mark.parametrize(("value", "expected"), [(0.35, 1), (0.6, 1), (0.725, 0.5), (0.85, 0), (0.1, 0), (1, 0)])
def test_talk_ratio_falls_evenly_outside_its_band(value, expected):
    assert share("talk_ratio", conversation(agent_talk_share=value)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("rule", "fact", "better_is"),
    [
        ("longest_monologue", "longest_monologue", "less"),
        ("patience", "patience", "more"),
    ],
)
@given(values=st.tuples(st.floats(0, 400), st.floats(0, 400)))
def test_timing_rules_never_reward_the_worse(rule, fact, better_is, values):
    low, high = (share(rule, conversation(**{fact: value})) for value in sorted(values))
    assert low >= high if better_is == "less" else low <= high


@given(st.integers(0, 60), st.integers(0, 60))
def test_more_interruptions_never_earn_more(some, more):
    fewer, many = (conversation(agent_interruptions=count) for count in sorted((some, more)))
    assert share("interruptions", fewer) >= share("interruptions", many)


@pytest.mark.parametrize(
    "rule", ["talk_ratio", "longest_monologue", "patience", "interruptions", "pace", "script_adherence"]
)
def test_what_could_not_be_measured_does_not_count(rule):
    assert share(rule, conversation()) is None


def test_pace_has_a_band_of_its_own_in_each_language():
    fast = conversation(agent_words_per_minute=185.0)
    assert share("pace", replace(fast, language="es")) == 1
    assert share("pace", replace(fast, language="ru")) < share("pace", fast) < 1
    assert share("pace", fast, high=190) == 1


def test_questions_of_the_agent_count_against_the_target():
    asked = tuple(
        Question(i, role, kind, "?", 1.0)
        for i, (role, kind) in enumerate([("agent", "open"), ("agent", "closed"), ("customer", "open")])
    )
    known = conversation(questions=asked)
    assert share("questions_asked", known) == 0.5
    assert share("open_questions", known) == 0.5
    assert share("questions_asked", known, target=2) == 1


@given(st.lists(st.booleans(), min_size=1, max_size=6))
def test_the_share_of_handled_objections_is_the_share_of_the_points(handled):
    known = conversation(objections=tuple(objection(each) for each in handled))
    assert share("objections_handled", known) == pytest.approx(sum(handled) / len(handled))


def test_without_an_objection_nothing_had_to_be_handled():
    assert share("objections_handled", conversation()) is None


def test_a_next_step_is_worth_more_the_firmer_it_is():
    wish = conversation(lines=lines(("customer", "call me")), intents=(Intent(0, "callback", 0.8),))
    undated, dated = (replace(wish, promises=(promise(due),)) for due in (None, date(2026, 3, 3)))
    sold = conversation(outcome=OutcomeProposal("converted", 0.9, "", (4,)))
    values = [share("next_step", each) for each in (conversation(), wish, undated, dated, sold)]
    assert values == [0, 0.3, 0.6, 1, 1]


def test_a_visit_pressed_upon_somebody_who_wants_no_calls_is_no_next_step():
    known = conversation(promises=(promise(date(2026, 3, 3)),), compliance=(compliance("do_not_call"),))
    assert share("next_step", known) is None


STAGE = ScriptStage("closing", "Closing", "", 1, required=("do we have a deal",), forbidden=("you must sign",))


def test_script_adherence_is_the_share_and_wording_alone_is_less_certain():
    script = follow_script(call(("agent", "So, do we have a deal?")), (STAGE,))
    found = measure("script_adherence", conversation(script=script))
    assert (found.share, found.line) == (1, 0)
    assert found.confidence < 0.5


def test_each_forbidden_statement_costs_points_whoever_forbade_it():
    said = (("agent", "you must sign"), ("agent", "this is a secret deal"))
    script = follow_script(call(*said), (STAGE,))
    known = conversation(lines=lines(*said), script=script)
    assert share("forbidden_phrases", conversation()) == 1
    assert share("forbidden_phrases", known) == 0.5
    found = measure("forbidden_phrases", known, phrases=("secret deal",))
    assert (found.share, found.failed, found.line) == (0, True, 0)


def test_a_customers_words_are_not_the_agents_breach():
    known = conversation(
        lines=lines(("customer", "you guarantee it?")), compliance=(compliance("guarantee_claim", "violation"),)
    )
    assert share("forbidden_phrases", known) == 1


@pytest.mark.parametrize(
    ("language", "text"),
    [("en", "Would you like to go ahead?"), ("es", "¿Agendamos una reunión?"), ("ru", "Давайте назначим встречу.")],
)
def test_asking_for_the_sale_is_heard_in_each_language(language, text):
    known = conversation(language=language, lines=lines(("customer", "Hm"), ("customer", "Hm"), ("agent", text)))
    assert share("closing_attempt", known) == 1
    assert share("closing_attempt", replace(known, lines=known.lines[:2])) == 0


@pytest.mark.parametrize(
    ("language", "answer"), [("en", "I understand, that is a lot."), ("es", "Lo comprendo."), ("ru", "Я вас понимаю.")]
)
def test_a_worry_wants_to_be_acknowledged_soon(language, answer):
    said = (("agent", "It costs ten"), ("customer", "That is too much"), ("agent", answer))
    known = conversation(language=language, lines=lines(*said), objections=(objection(False),))
    assert share("empathy", known) == 1
    deaf = lines(*said[:2], ("agent", "Next topic."))
    assert share("empathy", replace(known, lines=deaf)) == 0
    assert share("empathy", replace(known, objections=())) is None


def moods(*scores: float) -> Any:
    said = lines(*[("customer", "well")] * len(scores))
    return conversation(lines=said, sentiments=tuple(Sentiment(i, s, "neutral", 0.8) for i, s in enumerate(scores)))


def test_the_customers_mood_counts_at_the_end_and_in_its_turn():
    better, neutral, worse = moods(-0.5, 0, 0, 0.5), moods(0, 0, 0, 0), moods(0.5, 0, 0, -0.5)
    values = [share("customer_sentiment", each) for each in (better, neutral, worse)]
    assert values == [1, 0.7, 0]
    assert share("customer_sentiment", moods(1, 1)) is None


@given(st.lists(st.floats(-1, 1), min_size=4, max_size=8), st.floats(0, 2))
def test_a_happier_end_never_earns_less(scores, lift):
    happier = [*scores[:-1], min(1.0, scores[-1] + lift)]
    assert share("customer_sentiment", moods(*happier)) >= share("customer_sentiment", moods(*scores))
