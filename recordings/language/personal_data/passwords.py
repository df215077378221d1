"""Passwords, PINs and one-time codes: what is said right after the words that announce them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recordings.language.lexicon import lexicon
from recordings.language.personal_data.scene import Cue, Scene
from recordings.language.personal_data.types import PersonalData
from recordings.language.spoken_digits import Digits, spans_of
from recordings.language.text import fold
from recordings.language.types import Span

_LINES_AHEAD = 2
_FEWEST_DIGITS, _MOST_DIGITS = 3, 12
_FAR = 24  # characters between a cue and its digits


def find_passwords(scene: Scene) -> Iterator[PersonalData]:
    """Digits behind a cue; else the word behind it, when it is joined by "is", a colon or a comma, or answers it."""
    for cue in scene.cues("personal.password"):
        digits = _digits_after(scene, cue)
        if digits:
            yield PersonalData("password", "code", spans_of(digits), 0.85)
        elif span := _word_after(scene, cue):
            yield PersonalData("password", "word", (span,), 0.75)


def _digits_after(scene: Scene, cue: Cue) -> list[Digits]:
    chosen: list[Digits] = []
    for token in scene.digits:
        here = token.line == cue.line and token.start >= cue.end
        ahead = cue.line < token.line <= cue.line + _LINES_AHEAD
        if not (here or ahead):
            continue
        if not chosen and here and token.start - cue.end > _FAR:
            return []
        if chosen and (token.gap > 1 or token.line != chosen[-1].line):
            break
        chosen.append(token)
    count = sum(len(token.digits) for token in chosen)
    if not _FEWEST_DIGITS <= count <= _MOST_DIGITS:
        return []
    mixed = chosen[0].start and scene.folded[chosen[0].line][chosen[0].start - 1].isalpha()
    return [] if mixed else chosen


def _word_after(scene: Scene, cue: Cue) -> Span | None:
    joined, answered = _patterns(scene.language)
    found = joined.match(scene.folded[cue.line], cue.end)
    if found:
        return Span(scene.lines[cue.line].position, *found.span("word"))
    asked = scene.lines[cue.line].text.rstrip().endswith("?")
    if asked and cue.line + 1 < len(scene.lines) and (found := answered.match(scene.folded[cue.line + 1])):
        return Span(scene.lines[cue.line + 1].position, *found.span("word"))
    return None


@lru_cache(maxsize=8)
def _patterns(language: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = lexicon(language).table("password_words")
    link, lead = ("|".join(re.escape(fold(w)).replace(r"\ ", r"\s+") for w in words[key]) for key in ("link", "lead"))
    refused = "|".join(re.escape(fold(word)) for word in words["not_a_password"])
    bare = r"|\s+(?=[\w-]*\d)" + (r"|\s+" if words.get("bare") else "")
    word = rf"[\"'«“]?(?!(?:{refused})(?!\w))(?P<word>[\w!@#$%&*.-]*[\w!@#$%&*-]{{3,}})"
    joined = re.compile(rf"(?:\s*[:,–—-]\s*|\s+(?:{link})\s*[:,]?\s+{bare}){word}")
    return joined, re.compile(rf"\s*(?:(?:{lead})\s+)*{word}[\"'»”]?\s*[.!]?\s*$")
