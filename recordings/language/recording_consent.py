"""Whether the customer is heard to accept that the call is recorded, or to refuse it.

Two measures, because the law has two. Consent as a ground for processing (GDPR Art. 4(11)) is an unambiguous yes to a
question: the agent says that the call is recorded and asks, and the customer agrees in the next breath, or says in so
many words that recording is fine. Where a place only demands that everybody knows and nobody objects, going on after
the notice is enough: silence or a hang-up is not.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.text import sentences, word_count
from recordings.language.types import Call, Line

# A notice in the middle of a call does not cover what was said before it.
NOTICE_WITHIN_LINES = 10
NOTICE_WITHIN_SECONDS = 90.0
REFUSAL_WITHIN_LINES = 12
# Going on: so many further lines of the customer, with so many words together.
LINES_OF_GOING_ON = 2
WORDS_OF_GOING_ON = 6
# A yes stands at the beginning of the answer; later in it the word answers something else.
YES_WITHIN_CHARACTERS = 25


@dataclass(frozen=True, slots=True)
class SpokenConsent:
    """What was heard, at which line (the customer's; the notice where they went on), in the line's own words."""

    state: Literal["given", "refused"]
    how: Literal["agreed", "went_on", "refused"]
    line: int
    quote: str


def find_spoken_consent(call: Call, *, yes_needed: bool) -> SpokenConsent | None:
    """The customer's word on the recording, or None when there is none that counts.

    `yes_needed`: going on after the notice is not enough. A refusal counts whatever was agreed before it.
    """
    tables = lexicon(call.language)
    notice = _notice(call, tables)
    refusal = _refusal(call, tables, notice)
    if refusal is not None:
        return refusal
    answer = _agreement(call, tables, notice)
    if answer is not None or yes_needed or notice is None:
        return answer
    return _going_on(call, notice)


def _notice(call: Call, tables: Lexicon) -> Line | None:
    told = tables.group("compliance.recording_disclosure")
    for line in call.lines[:NOTICE_WITHIN_LINES]:
        if line.start > NOTICE_WITHIN_SECONDS:
            return None
        if line.role != "customer" and told.found(line.text):
            return line
    return None


def _refusal(call: Call, tables: Lexicon, notice: Line | None) -> SpokenConsent | None:
    first = notice.position if notice else 0
    refuses = tables.group("consent.refuses")
    for line in call.lines[first : first + REFUSAL_WITHIN_LINES]:
        if line.role == "customer" and (match := refuses.first(line.text)):
            return SpokenConsent("refused", "refused", line.position, match.sentence.text)
    return None


def _agreement(call: Call, tables: Lexicon, notice: Line | None) -> SpokenConsent | None:
    in_words = tables.group("consent.agrees_in_words")
    for line in call.lines[:NOTICE_WITHIN_LINES]:
        if line.role == "customer" and (match := in_words.first(line.text)):
            return SpokenConsent("given", "agreed", line.position, match.sentence.text)
    if notice is None or not _asks(notice, call, tables):
        return None
    answer = _answer_to(notice, call)
    match = tables.group("consent.agrees").first(answer.text) if answer else None
    if answer is None or match is None or match.start > YES_WITHIN_CHARACTERS:
        return None
    return SpokenConsent("given", "agreed", answer.position, match.sentence.text)


def _asks(notice: Line, call: Call, tables: Lexicon) -> bool:
    """Whether the sentence that tells of the recording, or the one right after it, asks for agreement.

    What is asked later asks for something else: "This call is recorded. Is this still a good time?" is no question
    about the recording.
    """
    told, asks = tables.group("compliance.recording_disclosure"), tables.group("consent.asks")
    following = call.lines[notice.position + 1 : notice.position + 2]
    same_voice = following[0].text if following and following[0].role == notice.role else ""
    spoken = [piece.text for piece in (*sentences(notice.text), *sentences(same_voice))]
    for place, sentence in enumerate(spoken):
        if told.found(sentence):
            return any("?" in near and asks.found(near) for near in spoken[place : place + 2])
    return False


def _answer_to(notice: Line, call: Call) -> Line | None:
    """The customer's next line, with at most one line of the same voice as the notice in between."""
    for line in call.lines[notice.position + 1 : notice.position + 3]:
        if line.role == "customer":
            return line
    return None


def _going_on(call: Call, notice: Line) -> SpokenConsent | None:
    after = [line for line in call.lines[notice.position + 1 :] if line.role == "customer"]
    if len(after) < LINES_OF_GOING_ON or sum(word_count(line.text) for line in after) < WORDS_OF_GOING_ON:
        return None
    return SpokenConsent("given", "went_on", notice.position, notice.text)
