"""What keeps a turn from being read: silence, abuse, orders, another language, no words, the same again."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recordings.language.identification import identify_language
from recordings.language.text import words
from testcases.content.document import CaseContent
from testcases.simulation.engine.likeness import marks_of
from testcases.simulation.engine.state import State
from testcases.simulation.engine.texts import Language

LONG_ENOUGH = 3
FOREIGN_WORDS, FOREIGN_SURE = 4, 0.97


def trouble_of(
    content: CaseContent, language: Language, state: State, text: str, *, acts: frozenset[str], digest: str
) -> str:
    """silence, abuse, instruct, other_language, unclear or repeat; empty where the turn can be read."""
    said = words(text)
    if not said:
        return "silence"
    for name in ("abuse", "instruct"):
        if name in acts:
            return name
    if _is_foreign(content, language, text, said):
        return "other_language"
    if _is_gibberish(content, language, acts, said):
        return "unclear"
    return "repeat" if digest in state.heard and len(said) >= LONG_ENOUGH else ""


def _is_foreign(content: CaseContent, language: Language, text: str, said: Sequence[str]) -> bool:
    letters = [character for character in text if character.isalpha()]
    own = sum(("\u0400" <= each <= "\u04ff") == (language.code == "ru") for each in letters if _is_known_script(each))
    if letters and own < 0.5 * len(letters):
        return True
    if len(said) < FOREIGN_WORDS or _known_share(content, language, said) >= 0.4:
        return False
    guess = identify_language(text)
    return guess is not None and guess.language != language.code and guess.confidence >= FOREIGN_SURE


def _is_known_script(character: str) -> bool:
    return character < "\u0250" or "\u0400" <= character <= "\u04ff"


def _known_share(content: CaseContent, language: Language, said: Sequence[str]) -> float:
    """The share of words that are grammar of the language or stand in the case."""
    known = _vocabulary(content, language.code)
    return sum(each in language.stop or bool(set(marks_of(each, language.code)) & known) for each in said) / len(said)


def _is_gibberish(content: CaseContent, language: Language, acts: frozenset[str], said: Sequence[str]) -> bool:
    if acts:
        return False
    if all(not re.search(r"[aeiouyаеиоуыэюя]", each) or re.search(r"(.)\1{3}|[^aeiouyаеиоуыэюя\d]{6}", each)
           for each in said):  # fmt: skip
        return not all(each.isdigit() for each in said)
    return len(said) >= FOREIGN_WORDS and _known_share(content, language, said) < 0.15


def _vocabulary(content: CaseContent, code: str) -> frozenset[str]:
    texts = (
        content.scenario, content.goal.text, *(each for fact in content.facts for each in (fact.text, *fact.asked)),
        *(each for objection in content.objections for each in (*objection.lines, *objection.answers)),
    )  # fmt: skip
    return frozenset(mark for text in texts for mark in marks_of(text, code))
