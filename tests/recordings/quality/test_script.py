import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recordings.quality.matching import match_wording
from recordings.quality.script import ScriptStage, default_stages, follow_script
from tests.recordings.quality.rows import call

STAGES = (
    ScriptStage("opening", "Opening", "", 20, required=("this is {agent} from {company}",)),
    ScriptStage("discovery", "Discovery", "", 30, required=("how do you handle your orders today",)),
    ScriptStage(
        "closing", "Closing", "", 50, required=("shall we meet on {date}",), forbidden=("I guarantee results",)
    ),
)
OPENING = ("agent", "Good morning, this is Anna Bell from Acme.")
DISCOVERY = ("agent", "And how do you handle your orders today?")
CLOSING = ("agent", "Shall we meet on Thursday?")


def statuses(result):
    return [stage.status for stage in result.stages]


def test_a_script_said_as_written_is_followed_completely():
    result = follow_script(call(OPENING, DISCOVERY, CLOSING), STAGES)
    assert statuses(result) == ["hit", "hit", "hit"]
    assert (result.adherence, result.order_score, result.basis) == (100, 1, "wording")
    assert [stage.place for stage in result.stages] == [0, 1, 2]


def test_a_silent_agent_misses_every_stage_and_improvises_nothing():
    result = follow_script(call(("customer", "Hello? Is anybody there at all?")), STAGES)
    assert statuses(result) == ["missed"] * 3
    assert (result.adherence, result.order_score, result.improvised_share) == (0, None, None)


def test_the_customers_words_do_not_count():
    said = [("customer", text) for _, text in (OPENING, DISCOVERY, CLOSING)]
    assert follow_script(call(*said), STAGES).adherence == 0


def test_a_stage_before_an_earlier_one_is_out_of_order_and_earns_less():
    result = follow_script(call(OPENING, CLOSING, DISCOVERY), STAGES)
    assert statuses(result) == ["hit", "hit", "out_of_order"]
    assert 0 < result.adherence < 100


def test_only_the_stage_that_moved_is_out_of_order():
    result = follow_script(call(DISCOVERY, CLOSING, OPENING), STAGES)
    assert statuses(result) == ["out_of_order", "hit", "hit"]


def test_a_stage_said_twice_stands_where_the_order_wants_it():
    result = follow_script(call(OPENING, CLOSING, DISCOVERY, CLOSING), STAGES)
    assert statuses(result) == ["hit", "hit", "hit"]
    assert result.stages[2].place == 3


def test_objections_may_come_at_any_time():
    worries = ScriptStage("objections", "Objections", "", 50, required=("I understand your concern",))
    said = call(OPENING, ("agent", "I understand your concern."), DISCOVERY, CLOSING)
    assert statuses(follow_script(said, (*STAGES, worries))) == ["hit"] * 4


def test_missing_lines_are_named():
    stage = ScriptStage(
        "opening", "Opening", "", 1, required=("this is {agent} from {company}", "this call is recorded")
    )
    (held,) = follow_script(call(OPENING), (stage,)).stages
    assert (held.status, held.score, held.missing) == ("hit", 0.5, ("this call is recorded",))
    assert "this call is recorded" in held.reason


def test_a_forbidden_line_costs_points_and_is_quoted():
    result = follow_script(call(OPENING, DISCOVERY, CLOSING, ("agent", "Trust me, I guarantee results.")), STAGES)
    assert result.stages[2].forbidden[0].quote == "I guarantee results"
    assert result.adherence == 75


@pytest.mark.parametrize(
    "text", ["I can't guarantee results.", "I never guarantee results.", "I said results, not guarantee."]
)
def test_a_denied_forbidden_line_accuses_nobody(text):
    assert follow_script(call(OPENING, ("agent", text)), STAGES).stages[2].forbidden == ()


def test_a_word_of_a_forbidden_line_accuses_nobody():
    stage = ScriptStage("closing", "Closing", "", 1, required=("do we have a deal",), forbidden=("I guarantee",))
    (held,) = follow_script(call(("agent", "The guarantee covers two years.")), (stage,)).stages
    assert held.forbidden == ()


def test_a_company_name_alone_is_no_introduction():
    stage = ScriptStage("opening", "Opening", "", 1, required=("this is {agent} from Luna Solar",))
    assert statuses(follow_script(call(("agent", "You know Luna Solar, do you?")), (stage,))) == ["missed"]


def test_an_optional_stage_that_was_not_needed_does_not_count():
    worries = ScriptStage("objections", "Objections", "", 50, optional=("I understand your concern",))
    result = follow_script(call(OPENING, DISCOVERY, CLOSING), (*STAGES, worries))
    assert (result.adherence, result.stages[3].counted) == (100, False)


def similar(pairs):
    """Cosine 1 for equal texts and for the pairs given, else 0.2."""

    def compare(first, second):
        return np.array([[1.0 if a == b or (a, b) in pairs else 0.2 for b in second] for a in first])

    return compare


def test_a_line_in_other_words_is_found_by_meaning():
    said = "Which way do your purchases go through?"
    compare = similar({("how do you handle your orders today", said)})
    result = follow_script(call(OPENING, ("agent", said), CLOSING), STAGES, compare)
    assert statuses(result) == ["hit", "paraphrased", "hit"]
    assert result.stages[1].matches[0].how == "meaning"
    assert result.basis == "wording_and_meaning"
    assert result.improvised_share == 0


def test_talk_beside_the_script_is_improvised():
    result = follow_script(
        call(OPENING, ("agent", "My cat slept on the keyboard all morning.")), STAGES, similar(set())
    )
    assert 0.4 < result.improvised_share < 0.6


@pytest.mark.parametrize(
    ("language", "wording", "text"),
    [
        ("en", "this is {agent} from {company}", "hi there this is anna bell from acme how are you"),
        ("es", "le llamo de {company}", "Buenos días, le llamo de Luz Norte."),
        ("ru", "меня зовут {agent}", "Здравствуйте! Меня зовут Ольга."),
        ("ru", "готовы оформить заказ", "готова оформить заказ"),
    ],
)
def test_wording_is_heard_through_slots_endings_and_missing_punctuation(language, wording, text):
    assert match_wording(wording, text).similarity >= 0.8


@pytest.mark.parametrize(
    ("language", "said", "held"),
    [
        ("es", "Buenos días, soy Lucía de Luz Norte. ¿Qué utilizan ahora mismo para esto?", ["opening", "discovery"]),
        ("ru", "Добрый день, меня зовут Ольга. Расскажите о вашей ситуации.", ["opening", "discovery"]),
    ],
)
def test_the_standard_script_hears_spanish_and_russian(language, said, held):
    result = follow_script(call(("agent", said), language=language), default_stages(language))
    assert [stage.key for stage in result.stages if stage.status != "missed"] == held


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["agent", "customer"]), st.text(max_size=60)), max_size=6))
def test_any_transcript_gives_figures_in_their_ranges(said):
    result = follow_script(call(*said), STAGES)
    assert 0 <= result.adherence <= 100
    assert all(0 <= stage.score <= 1 for stage in result.stages)
    assert result.improvised_share is None or 0 <= result.improvised_share <= 1
    assert result.order_score is None or 0 <= result.order_score <= 1
