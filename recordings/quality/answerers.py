"""Who answers a question of a scorecard before a person does: a rule, or a language model that is registered here.

A question that nobody answers waits for a person and says so. This package knows no language model; the room that
does registers one when it starts (`register_answerer("model", …)`).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from recordings.quality.answers import nearest_answer, read_answer
from recordings.quality.criteria import ANSWERERS, AnsweredBy, Criterion
from recordings.quality.facts import CallFacts
from recordings.quality.rules.measure import WEAK_CONFIDENCE, Measure
from recordings.quality.rules.registry import RULES
from recordings.quality.version import QUALITY_RULES_VERSION

# Recognisers are surer of their words on a bad line than they should be.
POOR_SOUND = 0.8
FOR_A_PERSON = "A person answers this question."
NO_MODEL = "A language model is to answer this question and none is connected, so it waits for a person."
NO_ANSWER = "The language model gave no answer, so this question waits for a person."


class AnswererUnavailable(Exception):  # noqa: N818 - a state, told to people
    """The answerer cannot be asked now; `str(error)` says why, and its questions wait for a person."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered. `value` is in the question's terms (quality/answers.py), empty while a person is to answer."""

    measure: Measure
    value: str = ""


class Answerer(Protocol):
    """Answers questions about one call, all of its kind at once.

    `version_for` a client (its id) travels with the score: when it changes, a call's score is made anew; empty where
    it does not answer for that client. `answer` gives answers by the key of the question; one that it leaves out waits
    for a person. It raises AnswererUnavailable where it cannot be asked.
    """

    def version_for(self, client: str) -> str: ...

    def answer(self, criteria: Sequence[Criterion], facts: CallFacts) -> Mapping[str, Answer]: ...


def chosen(criterion: Criterion, value: str, *, reason: str, confidence: float, line: int | None = None) -> Answer:
    """The answer `value` to a question, worth what the scorecard says; for answerers that choose among the options.

    Raises:
        ScorecardError: `value` is none of the question's answers.
    """
    option = read_answer(criterion, value)
    share = None if option.share is None else float(option.share)
    return Answer(Measure(share, reason, line, min(1.0, max(0.0, confidence)), option.fails), value)


class RuleAnswerer:
    """Each question by the rule it names, believed no more than what the rule rests on."""

    def version_for(self, client: str) -> str:
        return QUALITY_RULES_VERSION

    def answer(self, criteria: Sequence[Criterion], facts: CallFacts) -> Mapping[str, Answer]:
        return {criterion.key: _by_rule(criterion, facts) for criterion in criteria}


_REGISTERED: dict[AnsweredBy, Answerer] = {"rule": RuleAnswerer()}


def register_answerer(kind: AnsweredBy, answerer: Answerer | None) -> None:
    """Let `answerer` answer the questions of a kind from now on, in this process; None takes it away."""
    if answerer is None:
        _REGISTERED.pop(kind, None)
    else:
        _REGISTERED[kind] = answerer


def answerer_of(kind: AnsweredBy) -> Answerer | None:
    """Who answers the questions of a kind in this process."""
    return _REGISTERED.get(kind)


def is_connected(kind: AnsweredBy, client: str) -> bool:
    """Whether questions of this kind are answered for this client without a person."""
    return kind in _REGISTERED and bool(_REGISTERED[kind].version_for(client))


def answerers_version(client: str, kinds: Collection[AnsweredBy] = ANSWERERS) -> str:
    """One text for those of `kinds` that answer now for `client`, e.g. `model 3, rule 1`."""
    said = {kind: _REGISTERED[kind].version_for(client) for kind in sorted(_REGISTERED) if kind in kinds}
    return ", ".join(f"{kind} {version}" for kind, version in said.items() if version)


def answer_all(criteria: Sequence[Criterion], facts: CallFacts) -> list[Answer]:
    """An answer to each question, in their order."""
    found: dict[str, Answer] = {}
    for kind in sorted({criterion.answered_by for criterion in criteria}):
        found |= _answers_by(kind, [each for each in criteria if each.answered_by == kind], facts)
    return [found[criterion.key] for criterion in criteria]


def _answers_by(kind: AnsweredBy, criteria: list[Criterion], facts: CallFacts) -> dict[str, Answer]:
    waiting = FOR_A_PERSON if kind == "person" else NO_MODEL
    given: Mapping[str, Answer] = {}
    if kind in _REGISTERED:
        waiting = NO_ANSWER
        try:
            given = _REGISTERED[kind].answer(criteria, facts)
        except AnswererUnavailable as error:
            waiting = str(error)
    waits = Answer(Measure(None, waiting, confidence=0.0))
    return {criterion.key: given.get(criterion.key, waits) for criterion in criteria}


def _by_rule(criterion: Criterion, facts: CallFacts) -> Answer:
    rule = RULES[criterion.rule]
    measure = rule.measure(facts, rule.settings(criterion.parameters))
    confidence = min(measure.confidence, WEAK_CONFIDENCE) if rule.area in facts.weak_areas else measure.confidence
    confidence *= facts.role_confidence
    if rule.reads_words:
        confidence *= facts.transcription_confidence * (POOR_SOUND if facts.audio_rating == "poor" else 1.0)
    believed = replace(measure, confidence=min(1.0, max(0.0, confidence)))
    return Answer(believed, nearest_answer(criterion, measure.share))
