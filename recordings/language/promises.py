"""Promises to act ("I'll send the quote on Friday"), with their day and who made them."""

from __future__ import annotations

from datetime import date

from recordings.language.dates import days, same_day
from recordings.language.lexicon import Lexicon, Match, lexicon
from recordings.language.text import word_count
from recordings.language.types import Call, Line, Promise


def find_promises(call: Call) -> list[Promise]:
    """One promise per line that commits its speaker (or the speaker's side) to act, in order."""
    tables = lexicon(call.language)
    found: list[Promise] = []
    for line in call.lines:
        matches = _commitments(line, tables, call)
        if matches:
            found.append(_promise(line, matches, call))
    return found


def _commitments(line: Line, tables: Lexicon, call: Call) -> list[Match]:
    """Phrases that commit, less those that ask, deny or report; weaker ones count beside a named day."""
    exceptions = list(tables.group("promises.exceptions").matches(line.text))
    matches = list(tables.group("promises.commitment").matches(line.text))
    if line.role != "customer":
        matches += [
            match
            for match in tables.group("promises.dated").matches(line.text)
            if call.day and days(match.sentence.text, call.language, call.day)
        ]
    matches.sort(key=lambda match: match.start)
    return [match for match in matches if not _excepted(match, exceptions)]


def _excepted(match: Match, exceptions: list[Match]) -> bool:
    if "?" in match.sentence.text[max(match.end - match.sentence.start, 0) :]:
        return True
    return any(match.start < other.end and other.start < match.end for other in exceptions)


def _promise(line: Line, matches: list[Match], call: Call) -> Promise:
    sentence = matches[0].sentence
    due = _due(line, matches, call)
    confidence = 0.85 if due else 0.7
    if word_count(sentence.text) < 4:
        confidence -= 0.15
    by = line.role if line.role in ("agent", "customer") else "unknown"
    return Promise(line.position, sentence.text, due, by, round(confidence, 2))


def _due(line: Line, matches: list[Match], call: Call) -> date | None:
    """The day named first after the promise in its sentence, else before it, else in the line."""
    if call.day is None:
        return None
    named = days(line.text, call.language, call.day)
    for match in matches:
        inside = [day for day in named if match.sentence.start <= day.start < match.sentence.end]
        after = [day for day in inside if day.start >= match.start]
        if after:
            return after[0].day
        if same_day(match.sentence.text[match.start - match.sentence.start :], call.language):
            return call.day
        if inside:
            return inside[-1].day
    if any(same_day(match.sentence.text, call.language) for match in matches):
        return call.day
    later = [day for day in named if day.start >= matches[0].start]
    return (later or named)[0].day if named else None
