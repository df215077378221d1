"""Promises to act ("I'll send the quote on Friday"), with their day and who made them."""

from __future__ import annotations

from datetime import date

from recordings.language.dates import days
from recordings.language.lexicon import Match, lexicon
from recordings.language.text import word_count
from recordings.language.types import Call, Line, Promise


def find_promises(call: Call) -> list[Promise]:
    """One promise per line that commits its speaker (or the speaker's side) to act, in order."""
    group = lexicon(call.language).group("promises.commitment")
    found: list[Promise] = []
    for line in call.lines:
        matches = list(group.matches(line.text))
        if matches:
            found.append(_promise(line, matches, call))
    return found


def _promise(line: Line, matches: list[Match], call: Call) -> Promise:
    sentence = matches[0].sentence
    due = _due(line, matches, call)
    confidence = 0.85 if due else 0.7
    if word_count(sentence.text) < 4:
        confidence -= 0.15
    by = line.role if line.role in ("agent", "customer") else "unknown"
    return Promise(line.position, sentence.text, due, by, round(confidence, 2))


def _due(line: Line, matches: list[Match], call: Call) -> date | None:
    """The day named nearest after the promise in its sentence, else before it, else in the line."""
    if call.day is None:
        return None
    named = days(line.text, call.language, call.day)
    if not named:
        return None
    for match in matches:
        inside = [day for day in named if match.sentence.start <= day.start < match.sentence.end]
        after = [day for day in inside if day.start >= match.start]
        if after:
            return after[0].day
        if inside:
            return inside[-1].day
    later = [day for day in named if day.start >= matches[0].start]
    return (later or named)[0].day
