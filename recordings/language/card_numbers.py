"""Card numbers, security codes and expiry dates that were spoken, so that they can be masked.

Digits count whether written ("4111 1111"), spoken one by one ("four one one one", "double five"), in pairs
("forty-one eleven") or as thousands ("четыре тысячи сто одиннадцать"), over several lines and turns. A run of
13 to 19 digits is a card number when its check digit holds (ISO/IEC 7812-1 annex B, the Luhn formula), or when
people speak of a card beside it. Right after words such as "the card number is" eight digits are enough: a recogniser
that drops a group of four must not leave the others readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.text import fold, word_count
from recordings.language.types import CardSecret, Line, Span

_WORD = re.compile(r"\d+|[^\W\d_]+")
_WORDS_BETWEEN = 4
_WORDS_OF_A_NOD = 8
_SHORTEST, _LONGEST = 13, 19
_SHORTEST_PART = 8
_LINES_AFTER_NAMING = 6
_FIRST_DIGITS = "23456"


@dataclass(frozen=True, slots=True)
class _Digits:
    """Digits as text with their place; `gap` is the number of other words since the digits before."""

    digits: str
    line: int
    start: int
    end: int
    gap: int


def luhn_holds(digits: str) -> bool:
    """Whether the check digit is right (ISO/IEC 7812-1 annex B)."""
    total = 0
    for place, character in enumerate(reversed(digits)):
        value = int(character)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return bool(digits) and total % 10 == 0


def find_card_secrets(lines: Sequence[Line], language: str) -> list[CardSecret]:
    """Numbers, security codes and expiry dates with the character spans to mask, in order."""
    tables = lexicon(language)
    tokens = _tokens(lines, tables)
    context = {line.position for line in lines if tables.group("cards.context").found(line.text)}
    found: list[CardSecret] = []
    taken: set[tuple[int, int]] = set()
    named = [line.position for line in lines if tables.group("cards.number").found(line.text)]
    for run in _runs(tokens):
        secret = _number(run, context) or _part_of_number(run, named)
        if secret:
            found.append(secret)
            taken.update((span.line, span.start) for span in secret.spans)
    free = [token for token in tokens if (token.line, token.start) not in taken]
    found.extend(_beside(lines, free, tables, "cards.cvv", 3, 4))
    found.extend(_beside(lines, free, tables, "cards.expiry", 3, 6))
    return sorted(found, key=lambda secret: (secret.spans[0].line, secret.spans[0].start))


def _tokens(lines: Sequence[Line], tables: Lexicon) -> list[_Digits]:
    tokens: list[_Digits] = []
    gap = 0
    for line in lines:
        if tokens and tokens[-1].line != line.position and not _is_number_heavy(line, tables):
            gap += max(word_count(line.text) - _WORDS_OF_A_NOD, 0)
            if word_count(line.text) <= _WORDS_OF_A_NOD and not _has_digits(line, tables):
                continue
        for piece in _pieces(line, tables):
            if isinstance(piece, int):
                gap += piece
            else:
                tokens.append(_Digits(piece[0], line.position, piece[1], piece[2], gap))
                gap = 0
    return tokens


def _is_number_heavy(line: Line, tables: Lexicon) -> bool:
    digits = sum(len(piece[0]) for piece in _pieces(line, tables) if not isinstance(piece, int))
    return digits >= 3


def _has_digits(line: Line, tables: Lexicon) -> bool:
    return any(not isinstance(piece, int) for piece in _pieces(line, tables))


def _pieces(line: Line, tables: Lexicon) -> Iterator[tuple[str, int, int] | int]:
    """Digits with their place, and 1 for every other word."""
    pending: list[tuple[int, int, int]] = []
    times = 1
    repeats: dict[str, int] = tables.table("repeats")
    for found in _WORD.finditer(fold(line.text)):
        word = found.group()
        value = _word_value(word, tables)
        if word.isdigit():
            yield from _flush(pending)
            pending = []
            yield word, found.start(), found.end()
        elif value is not None:
            if pending and not _joins(pending, value):
                yield from _flush(pending)
                pending = []
            pending.append((value, found.start(), found.end()))
            if times > 1:
                yield from _flush(pending, times)
                pending, times = [], 1
        elif word in repeats:
            yield from _flush(pending)
            pending, times = [], repeats[word]
        elif word == "y" and pending and pending[-1][0] in range(30, 100, 10):
            continue
        else:
            yield from _flush(pending)
            pending, times = [], 1
            yield 1
    yield from _flush(pending)


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
        return _sum(pending) < 100
    if value == 100 and last < 10:
        return True
    if last == 1000:
        return value < 1000
    if 100 <= last < 1000:
        return value < 100
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


def _flush(pending: list[tuple[int, int, int]], times: int = 1) -> Iterator[tuple[str, int, int]]:
    if pending:
        yield str(_sum(pending)) * times, pending[0][1], pending[-1][2]


def _runs(tokens: list[_Digits]) -> Iterator[list[_Digits]]:
    run: list[_Digits] = []
    for token in tokens:
        if run and token.gap > _WORDS_BETWEEN:
            yield run
            run = []
        run.append(token)
    if run:
        yield run


def _number(run: list[_Digits], context: set[int]) -> CardSecret | None:
    best: tuple[tuple[bool, bool, int], list[_Digits]] | None = None
    near = any(abs(token.line - line) <= 3 for token in run for line in context)
    for first in range(len(run)):
        digits = ""
        for last in range(first, len(run)):
            digits += run[last].digits
            if len(digits) > _LONGEST:
                break
            if len(digits) < _SHORTEST or digits[0] not in _FIRST_DIGITS:
                continue
            holds = luhn_holds(digits)
            rank = (holds, len(digits) == 16, len(digits))
            if (holds or near) and (best is None or rank > best[0]):
                best = (rank, run[first : last + 1])
    if best is None:
        return None
    holds = best[0][0]
    digits = "".join(token.digits for token in best[1])
    confidence = 0.98 if holds and near else 0.9 if holds else 0.7
    return CardSecret("number", _spans(best[1]), holds, confidence, digits[-4:])


def _part_of_number(run: list[_Digits], named: Sequence[int]) -> CardSecret | None:
    """What was heard of a card number that had just been announced; no check digit can be verified."""
    announced = [token for token in run if any(0 <= token.line - line <= _LINES_AFTER_NAMING for line in named)]
    digits = "".join(token.digits for token in announced)
    if not _SHORTEST_PART <= len(digits) <= _LONGEST:
        return None
    return CardSecret("number", _spans(announced), False, 0.5, digits[-4:])


def _spans(tokens: Sequence[_Digits]) -> tuple[Span, ...]:
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


def _beside(
    lines: Sequence[Line], tokens: list[_Digits], tables: Lexicon, group: str, least: int, most: int
) -> Iterator[CardSecret]:
    """Digits that follow words such as "security code" in the same line or the next three."""
    for line in lines:
        match = tables.group(group).first(line.text)
        if not match:
            continue
        after = [
            token
            for token in tokens
            if (token.line == line.position and token.start >= match.end)
            or line.position < token.line <= line.position + 3
        ]
        chosen: list[_Digits] = []
        for token in after:
            if sum(len(item.digits) for item in chosen) + len(token.digits) > most:
                break
            if chosen and (token.line != chosen[-1].line or token.gap > 3):
                break
            chosen.append(token)
        if sum(len(token.digits) for token in chosen) >= least:
            kind = "cvv" if group == "cards.cvv" else "expiry"
            yield CardSecret("cvv" if kind == "cvv" else "expiry", _spans(chosen), False, 0.8)
