"""Every question of a speaker, sentence by sentence, and whether yes or no answers it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from recordings.language.questions import find_questions
from recordings.language.types import Call, Line
from testcases.judging.rules.transcript import Said, Transcript
from testcases.judging.rules.words import grammar, tokens


@dataclass(frozen=True, slots=True)
class Asked:
    """A sentence that asks; `is_open` where it begins with a question word or asks to be told."""

    said: Said
    is_open: bool


def asked_in(transcript: Transcript, who: str) -> list[Asked]:
    """The questions and requests to be told something, in order."""
    said = transcript.said(who)
    lines = tuple(Line(at, each.role, each.at, each.at, each.text) for at, each in enumerate(said))
    questions = {each.line: each.kind for each in find_questions(Call(lines, transcript.language))}
    found = []
    for at, each in enumerate(said):
        requested = is_request(each.text, transcript.language)
        if at in questions or requested:
            found.append(Asked(each, requested or questions.get(at) == "open"))
    return found


def is_request(text: str, language: str) -> bool:
    """Whether a sentence asks to be told something, without a question mark: "Tell me how you do it today"."""
    keys = tuple(token.key for token in tokens(text, language))
    begins = keys[:8]
    return len(keys) > 2 and any(
        begins[at : at + len(phrase)] == phrase for phrase in _requests(language) for at in range(len(begins))
    )


@lru_cache(maxsize=8)
def _requests(language: str) -> tuple[tuple[str, ...], ...]:
    phrases = grammar(language).tables["asking"]["requests"]
    return tuple(tuple(token.key for token in tokens(each, language)) for each in phrases)
