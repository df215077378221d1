"""Dates that are said right after the words that make them personal: of birth, and of a card's expiry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recordings.language.card_numbers import is_expiry
from recordings.language.lexicon import lexicon
from recordings.language.personal_data.scene import Cue, Scene
from recordings.language.personal_data.types import PersonalData
from recordings.language.text import fold
from recordings.language.types import Span

_WORDS_BEFORE = 4
_LINES_AHEAD = 2
_TOKEN = re.compile(r"\d+(?:[./-]\d+)*|[^\W\d_]+")


def find_birth_dates(scene: Scene) -> Iterator[PersonalData]:
    """The first date behind each cue, in its line or in one of the next two."""
    for cue in scene.cues("personal.birth"):
        for line in range(cue.line, min(cue.line + _LINES_AHEAD + 1, len(scene.lines))):
            span = _date_at(scene, cue, line)
            if span:
                yield PersonalData("birth_date", "birth_date", (span,), 0.9)
                break


def find_expiry_dates(scene: Scene) -> Iterator[PersonalData]:
    """Month and year behind words such as "expires", unless it is a contract or an offer that does."""
    others = {cue.line for cue in scene.cues("personal.not_expiry")}
    for cue in scene.cues("cards.expiry"):
        for line in range(cue.line, min(cue.line + _LINES_AHEAD + 1, len(scene.lines))):
            if cue.line in others:
                break
            span = _date_at(scene, cue, line, fewest=2)
            if span and (_names_a_month(scene, span) or is_expiry(_digits_in(scene, span))):
                yield PersonalData("card", "expiry", (span,), 0.82)
                break


def _names_a_month(scene: Scene, span: Span) -> bool:
    content = _vocabulary(scene.language)[0]
    words = _TOKEN.findall(scene.folded[span.line][span.start : span.end])
    return any(content.get(word) == "month" for word in words)


def _digits_in(scene: Scene, span: Span) -> str:
    inside = [token for token in scene.digits if token.line == span.line and span.start <= token.start < span.end]
    return "".join(token.digits for token in inside)


def _date_at(scene: Scene, cue: Cue, line: int, *, fewest: int = 3) -> Span | None:
    """The stretch of day, month and year words that begins within four words; None when it names no date."""
    content, between, after = _vocabulary(scene.language)
    begin = cue.end if line == cue.line else 0
    first: int | None = None
    last = numbers = months = skipped = 0
    for word in _TOKEN.finditer(scene.folded[line], begin):
        text = word.group()
        is_month = text in content and content[text] == "month"
        if text[0].isdigit() or text in content:
            first = _with_article(scene.folded[line], word.start()) if first is None else first
            last = word.end()
            numbers += len(re.findall(r"\d+", text)) or (not is_month)
            months += is_month
        elif first is None:
            skipped += 1
            if skipped > _WORDS_BEFORE:
                return None
        elif text in after:
            last = word.end()
        elif text not in between:
            break
    dated = (months and numbers) or numbers >= fewest or (numbers == 2 and line != cue.line)
    return Span(scene.lines[line].position, first, last) if first is not None and dated else None


def _with_article(text: str, start: int) -> int:
    article = re.search(r"(?<!\w)(?:the|el)\s+$", text[:start])
    return article.start() if article else start


@lru_cache(maxsize=8)
def _vocabulary(language: str) -> tuple[dict[str, str], frozenset[str], frozenset[str]]:
    """Words that make up a date, words that may stand inside one, and words that may end one."""
    tables = lexicon(language)
    content = {fold(name): "month" for name in tables.table("months")}
    words = tables.table("date_words")
    for name in ("numbers", "scales", "digits"):
        content.update({fold(key): "number" for key, value in tables.table(name).items() if value <= 1000})
    for phrase in (*tables.table("ordinals"), *words.get("numbers", ())):
        content.update({fold(part): "number" for part in str(phrase).split()})
    content.update({fold(name): "month" for name in words.get("months", ())})
    return content, frozenset(words.get("between", ())), frozenset(words.get("after", ()))
