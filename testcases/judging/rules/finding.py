"""Where in a transcript that stands which a rule looks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from testcases.judging.rules import customers
from testcases.judging.rules.kinds import value_of
from testcases.judging.rules.meaning import Nearness, nearness
from testcases.judging.rules.phrases import Heard, hear
from testcases.judging.rules.questions import Asked, asked_in
from testcases.judging.rules.transcript import Said, Transcript
from testcases.judging.rules.types import Evidence

# Of what is found by meaning: sure, and not sure enough to count alone.
STRONG, WEAK = 1.0, 0.5
WORDING_CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Place:
    """Something found: `which` of what was looked for, how strongly (1 as it is, below near it), how sure that is."""

    said: Said
    quote: str
    which: int
    strength: float
    confidence: float

    @property
    def order(self) -> tuple[int, int]:
        return self.said.position, self.said.start

    def evidence(self, transcript: Transcript) -> Evidence:
        return transcript.quote(self.said.position, self.quote)


@dataclass(frozen=True, slots=True)
class Found:
    """All places, in order. `unsaid` are words that stand there and are denied or reported; `nearest` is how near in
    meaning the best of the rest comes, 0 to 1."""

    places: tuple[Place, ...]
    unsaid: tuple[Place, ...] = ()
    nearest: float = 0.0

    @property
    def strong(self) -> tuple[Place, ...]:
        return tuple(place for place in self.places if place.strength >= STRONG)


def find(rule: Mapping[str, Any], transcript: Transcript) -> Found:
    """Where a rule of kinds.PLACED finds what it looks for."""
    return _FINDERS[str(rule["kind"])](rule, transcript)


def find_phrases(phrases: Sequence[str], who: str, transcript: Transcript) -> Found:
    """Words in any inflection."""
    heard = hear(phrases, transcript, who)
    order = {phrase: at for at, phrase in enumerate(phrases)}
    return Found(
        tuple(_heard_place(each, order[each.phrase], transcript) for each in heard if not each.unsaid),
        tuple(_heard_place(each, order[each.phrase], transcript) for each in heard if each.unsaid),
    )


def find_meanings(
    meanings: Sequence[Sequence[str]],
    who: str,
    transcript: Transcript,
    *,
    unlike: Sequence[str] = (),
    strictness: str = "normal",
) -> Found:
    """Sentences that mean one of `meanings`, each given by one or more wordings."""
    return found_near(nearness(meanings, transcript.said(who), transcript.language, unlike, strictness))


def found_near(near: Sequence[Nearness]) -> Found:
    """Places of what is near enough, with the nearest of the rest."""
    places = [
        Place(each.said, each.said.text, each.which, STRONG if each.is_same else WEAK, each.confidence)
        for each in near
        if each.is_same or each.is_near
    ]
    rest = [each.probability for each in near if not (each.is_same or each.is_near)]
    return Found(tuple(places), nearest=max(rest, default=0.0))


def _heard_place(heard: Heard, which: int, transcript: Transcript) -> Place:
    quote = transcript.lines[heard.said.position].text[heard.start : heard.end]
    strength = STRONG if heard.is_whole else WEAK
    return Place(heard.said, quote, which, strength, WORDING_CONFIDENCE if heard.is_whole else 0.6)


def _said(rule: Mapping[str, Any], transcript: Transcript) -> Found:
    return find_phrases(value_of(rule, "phrases"), value_of(rule, "who"), transcript)


def _meaning(rule: Mapping[str, Any], transcript: Transcript) -> Found:
    wordings = (value_of(rule, "text"), *value_of(rule, "examples"))
    return find_meanings(
        [wordings], value_of(rule, "who"), transcript,
        unlike=value_of(rule, "unlike"), strictness=value_of(rule, "strictness"),
    )  # fmt: skip


def _asked(rule: Mapping[str, Any], transcript: Transcript) -> Found:
    asked = [each for each in asked_in(transcript, value_of(rule, "who")) if each.is_open or not rule.get("open")]
    questions = value_of(rule, "questions")
    if not questions:
        return Found(tuple(Place(each.said, each.said.text, at, STRONG, 0.85) for at, each in enumerate(asked)))
    return _asked_like(questions, asked, transcript, need=value_of(rule, "need"))


def _asked_like(questions: Sequence[str], asked: Sequence[Asked], transcript: Transcript, *, need: int) -> Found:
    """Where one question is enough, all are wordings of it; where more are needed, each counts by itself."""
    meanings = [questions] if need == 1 else [(each,) for each in questions]
    said = [each.said for each in asked]
    near = nearness(meanings, said, transcript.language, questions=True)
    return found_near(near)


def _intent(rule: Mapping[str, Any], transcript: Transcript) -> Found:
    shown = customers.intents(value_of(rule, "intent"), transcript)
    return Found(tuple(Place(said, said.text, 0, STRONG, sure) for said, sure in shown))


def _any(rule: Mapping[str, Any], transcript: Transcript) -> Found:
    parts = [find(each, transcript) for each in value_of(rule, "rules")]
    places = sorted((place for part in parts for place in part.places), key=lambda place: place.order)
    return Found(tuple(places), tuple(place for part in parts for place in part.unsaid))


_FINDERS: Mapping[str, Callable[[Mapping[str, Any], Transcript], Found]] = {
    "said": _said, "meaning": _meaning, "asked": _asked, "intent": _intent, "any": _any,
}  # fmt: skip
