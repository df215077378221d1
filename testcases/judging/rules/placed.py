"""Judges of what is said, meant, asked and never said."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from testcases.judging.rules.finding import Found, Place, find, find_meanings, find_phrases
from testcases.judging.rules.forms import gettext_noop
from testcases.judging.rules.kinds import value_of
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Evidence, Judged

# What says how many there are is put into words, one or several, by judging/wording.py.
SAID = gettext_noop("It is said.")
SAID_OF = "%(found)d of the %(need)d that are asked for are said."
NEARLY = gettext_noop("It is said nearly, not quite.")
UNSAID = gettext_noop("The words stand there, and are denied, only wished for, or told of somebody else.")
NOT_SAID = gettext_noop("It is not said.")
MEANT = gettext_noop("It is said in other words.")
MEANT_NEARLY = gettext_noop("It comes near and does not say it clearly.")
NOT_MEANT = gettext_noop("Nothing that is said means it.")
ASKED = "%(found)d of the questions are asked."
NOT_ASKED = gettext_noop("It is not asked.")
NEVER = gettext_noop("It is never said.")
FORBIDDEN = gettext_noop("It is said, and is not to be.")
SHOWN = gettext_noop("The customer shows it.")
NOT_SHOWN = gettext_noop("The customer does not show it.")


def quotes(places: tuple[Place, ...], transcript: Transcript) -> tuple[Evidence, ...]:
    """Each place once, the strongest of a line."""
    return tuple(dict.fromkeys(place.evidence(transcript) for place in places))


def _surest(places: tuple[Place, ...]) -> float:
    return max((place.confidence for place in places), default=0.0)


def first_of_each(places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The first place of each thing that was looked for, in their order in the talk."""
    firsts: dict[int, Place] = {}
    for place in places:
        firsts.setdefault(place.which, place)
    return tuple(firsts.values())


def _said(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    found, need = find(rule, transcript), value_of(rule, "need")
    firsts = first_of_each(found.strong)
    values = {"found": len(firsts), "need": need}
    if len(firsts) >= need:
        reason = SAID if need == 1 else SAID_OF
        return Judged("met", reason, quotes(firsts, transcript), _surest(firsts), values=values)
    if firsts:
        return Judged("partly", SAID_OF, quotes(firsts, transcript), 0.8, values=values)
    if found.places:
        return Judged("partly", NEARLY, quotes(found.places[:1], transcript), 0.6)
    if found.unsaid:
        return Judged("not_met", UNSAID, quotes(found.unsaid[:2], transcript), 0.8)
    return Judged("not_met", NOT_SAID, confidence=0.9)


def _meaning(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    found = find(rule, transcript)
    if found.strong:
        best = max(found.strong, key=lambda place: place.confidence)
        return Judged("met", MEANT, (best.evidence(transcript),), best.confidence)
    if found.places:
        best = max(found.places, key=lambda place: place.confidence)
        return Judged("partly", MEANT_NEARLY, (best.evidence(transcript),), 0.5)
    return Judged("not_met", NOT_MEANT, confidence=_sure_not(found))


def _sure_not(found: Found) -> float:
    return round(max(0.5, min(0.95, 1.0 - found.nearest)), 2)


def _asked(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    found, need = find(rule, transcript), value_of(rule, "need")
    firsts = first_of_each(found.strong)
    values = {"found": len(firsts), "need": need}
    if len(firsts) >= need:
        return Judged("met", ASKED, quotes(firsts, transcript), _surest(firsts), values=values)
    if firsts:
        return Judged("partly", ASKED, quotes(firsts, transcript), 0.7, values=values)
    if found.places:
        return Judged("partly", MEANT_NEARLY, quotes(found.places[:1], transcript), 0.5)
    return Judged("not_met", NOT_ASKED, confidence=_sure_not(found))


def _forbidden(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    who = value_of(rule, "who")
    by_words = find_phrases(value_of(rule, "phrases"), who, transcript)
    if by_words.strong:
        return Judged("not_met", FORBIDDEN, quotes(by_words.strong, transcript), _surest(by_words.strong))
    meanings = [(each,) for each in value_of(rule, "meanings")]
    by_meaning = find_meanings(meanings, who, transcript) if meanings else Found(())
    if by_meaning.strong:
        return Judged("not_met", FORBIDDEN, quotes(by_meaning.strong, transcript), _surest(by_meaning.strong))
    return Judged("met", NEVER, confidence=0.9 if not by_meaning.places else 0.6)


def _intent(rule: Mapping[str, Any], transcript: Transcript) -> Judged:
    found = find(rule, transcript)
    if found.strong:
        return Judged("met", SHOWN, quotes(found.strong, transcript), _surest(found.strong))
    return Judged("not_met", NOT_SHOWN, confidence=0.8)


JUDGES: Mapping[str, Callable[[Mapping[str, Any], Transcript], Judged]] = {
    "said": _said, "meaning": _meaning, "asked": _asked, "forbidden": _forbidden, "intent": _intent,
}  # fmt: skip
