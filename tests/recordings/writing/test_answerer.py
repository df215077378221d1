"""Questions of a scorecard that a model answers: by the production prompt, with the line, and never by guessing."""

import json

import pytest

from prompts.models import LanguageModel, PromptRun
from recordings.pipeline.facts import facts_of, script_of
from recordings.pipeline.transcript_rows import read_call
from recordings.quality.answerers import answerers_version, is_connected
from recordings.quality.criteria import read_criteria
from recordings.quality.scorecard import score_call
from recordings.writing.answerer import line_of
from tests.prompts.model_server import server_error
from tests.recordings.factories import CONVERSATION, make_call

pytestmark = pytest.mark.django_db(transaction=True)
ROWS = [
    {"key": "warm", "name": "Was the agent warm?", "weight": 1, "kind": "yes_no", "answered_by": "model"},
    {"key": "depth", "name": "How deep?", "weight": 1, "kind": "scale", "scale": [1, 3], "answered_by": "model"},
]


def score(call):
    facts = facts_of(call, read_call(call), script_of(call.analysis.script))
    return {item.key: item for item in score_call(read_criteria(ROWS), facts).items}


def answers(*rows):
    names = ("key", "value", "quote", "reason", "confidence")
    return json.dumps({"answers": [dict(zip(names, row, strict=True)) for row in rows]})


@pytest.fixture
def call(tenant):
    return make_call(client=tenant)


def test_a_model_answers_with_its_line_and_the_answer_is_marked(call, server):
    quote = call.utterances.order_by("position")[1].text
    server.answers(answers(("warm", "yes", quote, "She listens.", 0.9), ("depth", "3", "", "Well asked.", 0.7)))
    items = score(call)
    assert (items["warm"].value, items["warm"].line, items["warm"].answered_by) == ("yes", 1, "model")
    assert "big-model, scorecard-answers-en v1; check it" in items["warm"].reason
    assert items["depth"].value == "3"
    assert "1, 2, 3, na" in server.requests[-1].text


def test_the_same_questions_about_the_same_words_are_asked_once(call, server):
    server.answers(answers(("warm", "no", "", "Nothing was warm.", 0.9), ("depth", "1", "", "Not asked.", 0.9)))
    first = score(call)["warm"].value
    asked = len(server.requests)
    assert score(call)["warm"].value == first == "no"
    assert len(server.requests) == asked and PromptRun.objects.count() == 1


def test_an_answer_that_is_none_of_the_allowed_waits_for_a_person(call, server):
    server.answers(answers(("warm", "perhaps", "", "Hm.", 0.9), ("depth", "2", "", "Partly.", 0.9)))
    items = score(call)
    assert (items["warm"].value, items["depth"].value) == ("", "2")
    assert "waits for a person" in items["warm"].reason


def test_a_model_that_is_down_leaves_the_questions_to_a_person(call, server):
    server.answers(server_error())
    items = score(call)
    assert items["warm"].value == "" and "waits for a person" in items["warm"].reason


def test_without_a_useful_model_the_scores_are_those_of_before(call, server):
    connected = answerers_version(str(call.client_id))
    assert "scorecard-answers-en-1" in connected and is_connected("model", str(call.client_id))
    LanguageModel.objects.update(useful=False)
    assert answerers_version(str(call.client_id)) == "rule 1"
    assert not is_connected("model", str(call.client_id))
    assert "none is connected" in score(call)["warm"].reason
    assert server.requests == []


def test_a_quote_is_found_in_its_line_and_nowhere_else():
    lines = {place: text for place, (_who, text) in enumerate(CONVERSATION)}
    text = next(text for text in lines.values() if len(text.split()) > 4)
    assert lines[line_of(text, lines)] == text
    assert line_of("nobody ever said anything like this at all", lines) is None
