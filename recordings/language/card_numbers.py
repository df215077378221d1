"""Card numbers, security codes and expiry dates that were spoken, so that they can be masked.

A run of 13 to 19 digits is a card number when its check digit holds (ISO/IEC 7812-1 annex B, the Luhn formula), or
when people speak of a card beside it. Right after words such as "the card number is" eight digits are enough: a
recogniser that drops a group of four must not leave the others readable.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.spoken_digits import (
    Digits,
    luhn_holds,
    read_digits,
    runs_of,
    spans_of,
    without_corrected,
    without_echo,
)
from recordings.language.types import CardSecret, Line

__all__ = ["find_card_secrets", "is_expiry", "luhn_holds"]

_WORDS_BETWEEN = 4
_SHORTEST, _LONGEST = 13, 19
_SHORTEST_PART = 8
# People repeat and correct themselves: what is said around one number in the end.
_MOST_SPOKEN = 48
_LINES_AFTER_NAMING = 6
_FIRST_DIGITS = "23456"
_EXPIRY = re.compile(r"(?:0?[1-9]|1[0-2])(?:20)?[2-5]\d")


def find_card_secrets(lines: Sequence[Line], language: str) -> list[CardSecret]:
    """Numbers, security codes and expiry dates with the character spans to mask, in order."""
    tables = lexicon(language)
    tokens = read_digits(lines, language)
    if not tokens:
        return []
    groups = (tables.group("cards.context"), tables.group("cards.cvv"))
    context = {line.position for line in lines if any(group.found(line.text) for group in groups)}
    named = [line.position for line in lines if tables.group("cards.number").found(line.text)]
    found: list[CardSecret] = []
    for run in runs_of(tokens, words_between=_WORDS_BETWEEN):
        found.extend(_numbers(run, context, named))
    taken = {span.line: (span.start, span.end) for secret in found for span in secret.spans}
    free = [t for t in tokens if t.line not in taken or not taken[t.line][0] <= t.start < taken[t.line][1]]
    found.extend(_beside(lines, free, tables, "cards.cvv", 3, 4))
    found.extend(_beside(lines, free, tables, "cards.expiry", 3, 6))
    return sorted(found, key=lambda secret: (secret.spans[0].line, secret.spans[0].start))


def _numbers(run: list[Digits], context: set[int], named: Sequence[int]) -> Iterator[CardSecret]:
    """The card numbers in a run: the best one, and what is to its left and right."""
    near = any(abs(token.line - line) <= 3 for token in run for line in context)
    if secret_run := _best(run, near):
        first, last, secret = secret_run
        yield secret
        for rest in (run[:first], run[last + 1 :]):
            if rest:
                yield from _numbers(rest, context, named)
    elif part := _part_of_number(run, named):
        yield part


def _best(run: list[Digits], near: bool) -> tuple[int, int, CardSecret] | None:
    """The likeliest number of a run, with the places of its first and last token in it."""
    versions = (run, without_echo(run), without_corrected(run), without_corrected(without_echo(run)))
    windows = [window for version in versions if (window := _verified(version))]
    if windows:
        window = max(windows, key=_likelihood)
        digits = "".join(token.digits for token in window)
        first, last = _in_one_breath(run, run.index(window[0]), run.index(window[-1]))
        first, last = _with_repeats(run, first, last, digits)
        confidence = 0.98 if near else 0.9
        return first, last, CardSecret("number", spans_of(run[first : last + 1]), True, confidence, digits[-4:])
    if not near:
        return None
    begin = next((at for at, token in enumerate(run) if token.digits[0] in _FIRST_DIGITS), len(run))
    rest = run[begin:]
    spoken = "".join(token.digits for token in rest)
    plain = "".join(token.digits for token in without_corrected(without_echo(rest)))
    if len(plain) < _SHORTEST or len(spoken) > _MOST_SPOKEN:
        return None
    # A misheard number has too many digits as often as too few: none of them may stay.
    return begin, len(run) - 1, CardSecret("number", spans_of(rest), False, 0.7, spoken[-4:])


def _verified(run: Sequence[Digits]) -> Sequence[Digits] | None:
    """The window of a run whose check digit holds; of several one of 16 digits, else the longest."""
    best: Sequence[Digits] | None = None
    for first in range(len(run)):
        digits = ""
        for last in range(first, len(run)):
            digits += run[last].digits
            if len(digits) > _LONGEST:
                break
            if len(digits) < _SHORTEST or digits[0] not in _FIRST_DIGITS or not luhn_holds(digits):
                continue
            window = run[first : last + 1]
            if best is None or _likelihood(window) > _likelihood(best):
                best = window
    return best


def _likelihood(window: Sequence[Digits]) -> tuple[bool, int]:
    """Sixteen digits first, then the longest."""
    count = sum(len(token.digits) for token in window)
    return count == 16, count


def _in_one_breath(run: list[Digits], first: int, last: int) -> tuple[int, int]:
    """The window widened by digits that are said on with it: a misheard number may hold a shorter one by chance."""
    while first > 0 and run[first].gap == 0:
        first -= 1
    while last + 1 < len(run) and run[last + 1].gap == 0:
        last += 1
    return first, last


def _with_repeats(run: list[Digits], first: int, last: int, digits: str) -> tuple[int, int]:
    """The window widened by what repeats a part of it on either side: "4111?" – "yes, 4111 …"."""
    for start in range(first):
        if len(said := "".join(token.digits for token in run[start:first])) >= 3 and said in digits:
            first = start
            break
    for end in range(len(run) - 1, last, -1):
        if len(said := "".join(token.digits for token in run[last + 1 : end + 1])) >= 3 and said in digits:
            last = end
            break
    return first, last


def _part_of_number(run: list[Digits], named: Sequence[int]) -> CardSecret | None:
    """What was heard of a card number that had just been announced; no check digit can be verified."""
    after = [any(0 <= token.line - line <= _LINES_AFTER_NAMING for line in named) for token in run]
    announced = run[after.index(True) :] if any(after) else []
    digits = "".join(token.digits for token in announced)
    if not _SHORTEST_PART <= len(digits) <= _MOST_SPOKEN:
        return None
    return CardSecret("number", spans_of(announced), False, 0.5, digits[-4:])


def is_expiry(digits: str) -> bool:
    """Whether digits can be month and year of a card: 0428, 428, 042028."""
    return _EXPIRY.fullmatch(digits) is not None


def _beside(
    lines: Sequence[Line], tokens: list[Digits], tables: Lexicon, group: str, least: int, most: int
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
        chosen: list[Digits] = []
        for token in after:
            if sum(len(item.digits) for item in chosen) + len(token.digits) > most:
                break
            if chosen and (token.line != chosen[-1].line or token.gap > 3):
                break
            if token.gap and sum(len(item.digits) for item in chosen) >= least:
                break  # "737, expires 09/27": other words begin another number
            chosen.append(token)
        if not chosen and group == "cards.cvv":  # "737, that's the code on the back"
            chosen = [token for token in tokens if token.line == line.position and token.end <= match.start][-most:]
        digits = "".join(token.digits for token in chosen)
        kind = "cvv" if group == "cards.cvv" else "expiry"
        if least <= len(digits) <= most and (kind == "cvv" or is_expiry(digits)):
            yield CardSecret("cvv" if kind == "cvv" else "expiry", spans_of(chosen), False, 0.8)
