"""E-mail addresses, written, or spoken with "at" and "dot", with spelled letters and numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recordings.language.lexicon import lexicon
from recordings.language.personal_data.scene import Scene
from recordings.language.personal_data.types import PersonalData
from recordings.language.text import fold
from recordings.language.types import Span

_WRITTEN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_AFTER = r"[\s,]+"


def find_emails(scene: Scene) -> Iterator[PersonalData]:
    pattern = _spoken(scene.language)
    for line, text in zip(scene.lines, scene.folded, strict=True):
        for found in _WRITTEN.finditer(text):
            yield PersonalData("email", "written", (Span(line.position, found.start(), found.end()),), 0.98)
        for found in pattern.finditer(text):
            start, end = found.span("address")
            yield PersonalData("email", "spoken", (Span(line.position, start, end),), 0.85)


@lru_cache(maxsize=8)
def _spoken(language: str) -> re.Pattern[str]:
    """local part, at, name, dot, ending; the local part is one word, or several joined by signs, letters or digits."""
    tables = lexicon(language)
    words = tables.table("email_words")
    at, dot = _any(words["at"]), _any(words["dot"])
    joiner = rf"{_AFTER}(?:{_any(words['dot'] + words['joiner'])}){_AFTER}"
    numbers = [name for table in ("numbers", "digits", "repeats") for name in tables.table(table)]
    names = _any(tables.table("letter_names"))
    letter = rf"(?:[^\W_](?!\w)|{names})(?:\s+(?:{_any(words['as_in'])})\s+\w+)?"
    short = rf"(?:{letter}|\d+|{_any(numbers)})"
    word = rf"(?!(?:{_any(words['not_local'])})(?!\w))[\w.+-]+"
    unit = rf"(?:{short}(?:{_AFTER}{short})*(?:\s+{word})?|{word}(?:{_AFTER}{short})*)"
    label = rf"(?:{letter}(?:{_AFTER}{letter})+|[\w-]+)"
    ending = rf"(?:(?:{_AFTER}(?:{dot}){_AFTER}|\.){label})+"
    return re.compile(rf"(?<![\w.])(?P<address>{unit}(?:{joiner}{unit})*{_AFTER}(?:{at}){_AFTER}{label}{ending})(?!\w)")


def _any(words: object) -> str:
    ordered = sorted({fold(str(word)) for word in words}, key=len, reverse=True)  # type: ignore[attr-defined]
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")" if ordered else r"(?!)"
