"""Numbers as people speak them, in the words of the lexicon's calendar file."""

from __future__ import annotations

import re
from dataclasses import dataclass

from recordings.language.lexicon import Lexicon
from recordings.language.text import fold

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class SpokenNumber:
    """A number said in words at characters `start`..`end` of the text."""

    value: int
    start: int
    end: int


def spoken_numbers(text: str, lexicon: Lexicon) -> list[SpokenNumber]:
    """Cardinal numbers in words ("twelve hundred", "treinta y cinco mil", "сто двадцать тысяч").

    Only runs of at least one number word count; digits are not looked at here.
    """
    small: dict[str, int] = lexicon.table("numbers")
    scales: dict[str, int] = lexicon.table("scales")
    joiners = {"en": {"and"}, "es": {"y"}}.get(lexicon.language, set())
    found: list[SpokenNumber] = []
    run: list[re.Match[str]] = []
    for token in [*_TOKEN.finditer(fold(text)), None]:
        word = token.group() if token else ""
        if token and (word in small or word in scales or (run and word in joiners)):
            run.append(token)
            continue
        while run and run[-1].group() in joiners:
            run.pop()
        if run:
            value = _value([item.group() for item in run], small, scales)
            found.append(SpokenNumber(value, run[0].start(), run[-1].end()))
        run = []
    return found


def _value(run: list[str], small: dict[str, int], scales: dict[str, int]) -> int:
    """Sum of hundreds and below, multiplied by thousands and millions as they come."""
    total = 0
    current = 0
    for word in run:
        if word in small:
            current += small[word]
        elif word in scales and scales[word] >= 1000:
            total += max(current, 1) * scales[word]
            current = 0
        elif word in scales and scales[word] == 100:
            current = max(current, 1) * 100 if current < 100 else current + 100
        elif word in scales:
            current += scales[word]
    return total + current


def parse_digits(text: str) -> str:
    """Digits with thousands marks to a plain decimal string: "1.500,50" and "1,500.50" to "1500.50"."""
    compact = text.replace(" ", "").replace("\u00a0", "")
    last = max(compact.rfind("."), compact.rfind(","))
    if last == -1:
        return compact
    decimals = compact[last + 1 :]
    whole = re.sub(r"[.,]", "", compact[:last])
    if len(decimals) == 3 and whole:
        return whole + decimals
    return f"{whole}.{decimals}" if decimals else whole
