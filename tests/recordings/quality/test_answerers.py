"""Who answers a question: a rule, a registered model, or nobody yet."""

from dataclasses import dataclass

import pytest

from recordings.quality.answerers import (
    AnswererUnavailable,
    answer_all,
    answerer_of,
    answerers_version,
    chosen,
    register_answerer,
)
from recordings.quality.criteria import read_criteria
from recordings.quality.errors import ScorecardError
from recordings.quality.scorecard import score_call
from tests.recordings.quality.rows import conversation

MODEL = {"key": "warm", "name": "Warm", "weight": 1, "kind": "yes_no", "answered_by": "model", "critical": True}
PERSON = {"key": "kind", "name": "Kind", "weight": 1, "answered_by": "person"}
RULE = {"key": "talk", "name": "Talk", "weight": 2, "rule": "talk_ratio"}


@dataclass
class Answering:
    value: str = "yes"
    version: str = "m1"
    confidence: float = 0.9

    def version_for(self, client):
        return self.version

    def answer(self, criteria, facts):
        if self.value == "down":
            raise AnswererUnavailable("The language model is not reachable.")
        return {c.key: chosen(c, self.value, reason="Because.", confidence=self.confidence, line=2) for c in criteria}


@pytest.fixture
def model():
    before = answerer_of("model")
    yield lambda answerer: register_answerer("model", answerer)
    register_answerer("model", before)


def answered(*rows):
    return score_call(read_criteria(rows), conversation(agent_talk_share=0.5))


def test_a_question_without_a_model_waits_for_a_person_and_says_so(model):
    model(None)
    result = answered(RULE, MODEL, PERSON)
    assert (result.total, [item.value for item in result.items]) == (100, ["1", "", ""])
    assert "none is connected" in result.items[1].reason
    assert [item.answered_by for item in result.items] == ["rule", "model", "person"]


def test_a_registered_model_answers_and_its_version_travels_with_the_score(model):
    model(Answering())
    item = answered(RULE, MODEL).items[1]
    assert (item.value, item.points, item.reason, item.line) == ("yes", item.max_points, "Because.", 2)
    assert answerers_version("any") == "model m1, rule 1"
    assert answerers_version("any", {"rule"}) == "rule 1"


def test_a_failed_critical_question_of_a_model_brings_the_call_to_0(model):
    model(Answering("no"))
    assert answered(RULE, MODEL).total == 0


def test_a_model_that_is_unsure_does_not(model):
    model(Answering("no", confidence=0.3))
    assert answered(RULE, MODEL).total > 0


def test_a_model_that_is_not_reachable_leaves_its_questions_to_a_person(model):
    model(Answering("down"))
    assert answered(RULE, MODEL).items[1].reason == "The language model is not reachable."


def test_an_answer_that_is_none_of_the_options_is_refused(model):
    model(Answering("perhaps"))
    with pytest.raises(ScorecardError, match="Choose one of"):
        answer_all(read_criteria([MODEL]), conversation())
