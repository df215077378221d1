"""Folding, sentences and words: the ground that patterns of all languages stand on."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»)]*\s+(?=\S)")
_ABBREVIATION = re.compile(r"\b(?:mr|mrs|ms|dr|sr|sra|srta|ud|uds|etc|approx|aprox|руб|тыс|т\.д|ул|г)\.$", re.I)
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_APOSTROPHES = str.maketrans({"’": "'", "‘": "'", "`": "'", "´": "'"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and the place of its first character in the line."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@lru_cache(maxsize=4096)
def fold(text: str) -> str:
    """Lower case, accents off Latin letters, ё as е, straight apostrophes; the length stays the same.

    Patterns match folded text, and their character positions hold in the original.
    """
    return "".join(_fold_character(character) for character in text.translate(_APOSTROPHES))


def _fold_character(character: str) -> str:
    lowered = character.lower()
    if len(lowered) != 1:
        return character
    if lowered == "ё":
        return "е"
    if "à" <= lowered <= "ž":
        return unicodedata.normalize("NFD", lowered)[0]
    return lowered


@lru_cache(maxsize=4096)
def sentences(text: str) -> tuple[Sentence, ...]:
    """Split a line at sentence ends; a line without punctuation is one sentence."""
    pieces: list[Sentence] = []
    begin = 0
    for gap in _SENTENCE_END.finditer(text):
        if _ABBREVIATION.search(text[begin : gap.start()]):
            continue
        pieces.append(Sentence(text[begin : gap.start()], begin))
        begin = gap.end()
    if text[begin:].strip():
        pieces.append(Sentence(text[begin:].rstrip(), begin))
    return tuple(piece for piece in pieces if piece.text.strip())


def words(text: str) -> list[str]:
    """Folded words in order."""
    return _WORD.findall(fold(text))


def word_count(text: str) -> int:
    return len(words(text))
