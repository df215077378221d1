"""Digits in speech, however they are said: written ("4111 1111"), one by one ("four one one one", "double five"), in
pairs ("forty-one eleven") or as thousands ("четыре тысячи сто одиннадцать"), over several lines and turns."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.text import fold, word_count
from recordings.language.types import Line, Span

_WORD = re.compile(r"\d+|[^\W\d_]+")
WORDS_OF_A_NOD = 8
Piece = tuple[str, int, int]  # digits or a word, its first character, the character after its last


@dataclass(frozen=True, slots=True)
class Digits:
    """Digits as text with their place; `gap` is the number of other words since the digits before.

    `corrected` tells that words such as "no, sorry" stand between these digits and those before.
    """

    digits: str
    line: int
    start: int
    end: int
    gap: int
    speaker: str = ""
    corrected: bool = False


def luhn_holds(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return bool(digits) and total % 10 == 0


def read_digits(lines: Sequence[Line], language: str) -> list[Digits]:
    """All digits of a call in order. Short lines without digits ("uh huh, go on") do not count as words between."""
    tokens: list[Digits] = []
    gap, corrected = 0, False
    for line in lines:
        pieces = pieces_of(line.text, language)
        count = sum(len(piece[0]) for piece in pieces if piece[0].isdigit())
        if tokens and tokens[-1].line != line.position and count < 3:
            spoken = word_count(line.text)
            gap += max(spoken - WORDS_OF_A_NOD, 0)
            if spoken <= WORDS_OF_A_NOD and not count:
                continue
        for text, start, end in pieces:
            if text.isdigit():
                tokens.append(Digits(text, line.position, start, end, gap, line.speaker or line.role, corrected))
                gap, corrected = 0, False
            elif text == "!":
                corrected = True
            elif text != "~":
                gap += 1
    return tokens


@lru_cache(maxsize=4096)
def pieces_of(text: str, language: str) -> tuple[Piece, ...]:
    """A text as digits and words. "~" stands for a word that people put between digits, "!" for a correction."""
    return tuple(_pieces(text, lexicon(language)))


def _pieces(text: str, tables: Lexicon) -> Iterator[Piece]:
    pending: list[tuple[int, int, int]] = []
    times, repeated_at = 1, 0
    repeats: dict[str, int] = tables.table("repeats")
    fillers: dict[str, str] = _filler_words(tables.language)
    for found in _WORD.finditer(fold(text)):
        word = found.group()
        value = _word_value(word, tables)
        if word.isdecimal():
            yield from _flush(pending)
            pending = []
            yield _plain(word) * times, repeated_at if times > 1 else found.start(), found.end()
            times = 1
        elif value is not None:
            if pending and not _joins(pending, value):
                yield from _flush(pending)
                pending = []
            pending.append((value, repeated_at if times > 1 else found.start(), found.end()))
            if times > 1:
                yield from _flush(pending, times)
                pending, times = [], 1
        elif word in repeats:
            yield from _flush(pending)
            pending, times, repeated_at = [], repeats[word], found.start()
        elif word in ("y", "and") and pending and _goes_on_after_and(word, pending):
            continue
        else:
            yield from _flush(pending)
            pending, times = [], 1
            yield fillers.get(word, word), found.start(), found.end()
    yield from _flush(pending)


@lru_cache(maxsize=8)
def _filler_words(language: str) -> dict[str, str]:
    words = lexicon(language).table("digit_words")
    return dict.fromkeys(words.get("between", []), "~") | dict.fromkeys(words.get("correction", []), "!")


def _plain(digits: str) -> str:
    """Digits of any script as 0-9."""
    return "".join(str(int(digit)) for digit in digits)


def _goes_on_after_and(word: str, pending: list[tuple[int, int, int]]) -> bool:
    last = pending[-1][0]
    return last in range(30, 100, 10) if word == "y" else last in (100, 1000)


def _word_value(word: str, tables: Lexicon) -> int | None:
    for name in ("numbers", "digits", "scales"):
        value = tables.table(name).get(word)
        if value is not None and value <= 1000:
            return int(value)
    return None


def _joins(pending: list[tuple[int, int, int]], value: int) -> bool:
    """Whether a number word goes on the number before it: forty + one, сто + одиннадцать, cuatro + mil."""
    last = pending[-1][0]
    if value == 1000:
        return _sum(pending) < 1000
    if value == 100 and last < 10:
        return last > 0
    if last == 1000:
        return 0 < value < 1000
    if 100 <= last < 1000:
        return 0 < value < 100
    return 20 <= last < 100 and last % 10 == 0 and 0 < value < 10


def _sum(pending: list[tuple[int, int, int]]) -> int:
    total = current = 0
    for value, _, _ in pending:
        if value == 1000:
            total, current = max(current, 1) * 1000, 0
        elif value == 100 and 0 < current < 10:
            current *= 100
        else:
            current += value
    return total + current


def _flush(pending: list[tuple[int, int, int]], times: int = 1) -> Iterator[Piece]:
    if pending:
        yield str(_sum(pending)) * times, pending[0][1], pending[-1][2]


def runs_of(tokens: Sequence[Digits], *, words_between: int) -> Iterator[list[Digits]]:
    """Digits with at most so many other words between one and the next."""
    run: list[Digits] = []
    for token in tokens:
        if run and token.gap > words_between:
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def without_echo(run: Sequence[Digits]) -> list[Digits]:
    """A run without what the other side repeats to confirm it: "four one one one" – "four one one one, yes"."""
    kept: list[Digits] = []
    for group in _turns(run):
        said = "".join(token.digits for token in group)
        before = "".join(token.digits for token in kept)
        others = bool(kept) and kept[-1].speaker != group[0].speaker
        if others and len(said) >= 2 and before.endswith(said):
            continue
        kept.extend(_without_repeated_start(group, before) if others else group)
    return kept


def _turns(run: Sequence[Digits]) -> Iterator[list[Digits]]:
    group: list[Digits] = []
    for token in run:
        if group and token.speaker != group[-1].speaker:
            yield group
            group = []
        group.append(token)
    if group:
        yield group


def _without_repeated_start(group: list[Digits], before: str) -> list[Digits]:
    """ "4111" – "4111, yes, 1111 …": the beginning of an answer that only repeats; at most six tokens are looked at."""
    for count in range(min(len(group) - 1, 6), 0, -1):
        start = "".join(token.digits for token in group[:count])
        if len(start) >= 3 and before == start:
            return group[count:]
    return group


def without_corrected(run: Sequence[Digits]) -> list[Digits]:
    """A run without the digits that were taken back: of "two, no sorry, one" the one; of equal length, or a token."""
    kept: list[Digits] = []
    for token in run:
        if token.corrected and kept:
            kept.pop()
        kept.append(token)
    return kept


def spans_of(tokens: Sequence[Digits]) -> tuple[Span, ...]:
    """One span per line from the first digit to the last, so that no digit between stays readable."""
    lines = sorted({token.line for token in tokens})
    return tuple(
        Span(
            line,
            min(token.start for token in tokens if token.line == line),
            max(token.end for token in tokens if token.line == line),
        )
        for line in lines
    )
