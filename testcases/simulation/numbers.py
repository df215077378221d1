"""The numbers that texts state, in digits or in words."""

import re
from collections.abc import Iterable

from recordings.language.lexicon import lexicon
from recordings.language.numerals import parse_digits, spoken_numbers

# "One" and "two" are said of anything ("one more thing", "give me two minutes").
SMALLEST = 3
_DIGITS = re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*")


def numbers_in(texts: Iterable[str], language: str) -> frozenset[str]:
    """Numbers from `SMALLEST` up, as plain decimal strings: "thirty-two" and "32" are the same one."""
    found: set[str] = set()
    for text in texts:
        found.update(
            str(number.value) for number in spoken_numbers(text, lexicon(language)) if number.value >= SMALLEST
        )
        for match in _DIGITS.finditer(text):
            plain = parse_digits(match.group())
            if float(plain) >= SMALLEST:
                found.add(plain)
    return frozenset(found)
