"""Words as the search knows them: folded, and reduced to their stems by the language of the call.

Stems are those of Snowball (M. Porter, https://snowballstem.org) for the three languages of the product; words of
other languages are their own stems. Both databases are given the same words, so that both find the same calls.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import snowballstemmer

from recordings.language.text import fold

STEMMED = {"en": "english", "es": "spanish", "ru": "russian"}
LONGEST = 40
_WORD = re.compile(r"[^\W_]+(?:['’‘`´][^\W_]+)*")
_SIGNS = re.compile("['’‘`´]")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
# Typed without its accent, the commonest ending of Spanish nouns is not known as one.
_BARE_ENDING = re.compile(r"([cs])ion$")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word of a text at characters `start`..`end`; `key` is what equal words have in common."""

    text: str
    start: int
    end: int

    @property
    def key(self) -> str:
        return word_key(self.text)


def spoken_words(text: str) -> Iterator[SpokenWord]:
    """The words of a text in order. Hyphens part words, apostrophes do not; masked words are none."""
    for found in _WORD.finditer(text):
        yield SpokenWord(found.group(), found.start(), found.end())


@lru_cache(maxsize=1 << 16)
def word_key(word: str) -> str:
    """`word` in lower case, without accents and apostrophes, at most 40 characters."""
    plain = word.lower() if word.isascii() else fold(word)
    return _SIGNS.sub("", plain)[:LONGEST]


@lru_cache(maxsize=1 << 17)
def stem(word: str, language: str) -> str:
    """What the forms of a word have in common in `language` (en, es, ru); its key in any other."""
    name = STEMMED.get(language)
    if name is None:
        return word_key(word)
    plain = _SIGNS.sub("'", word.lower()).replace("ё", "е")
    if language == "es":
        plain = _BARE_ENDING.sub(r"\1ión", plain)
    return word_key(_stemmer(name).stemWord(plain)) or word_key(word)


def possible_stems(word: str) -> list[str]:
    """Stems that a call of any language may hold where this word is meant, without doubles."""
    languages = ("ru",) if _CYRILLIC.search(word) else ("en", "es")
    return list(dict.fromkeys([*(stem(word, language) for language in languages), word_key(word)]))


_local = threading.local()


def _stemmer(name: str) -> Any:
    """One of each thread: a stemmer keeps the word it is at."""
    known: dict[str, Any] = _local.__dict__.setdefault("stemmers", {})
    if name not in known:
        known[name] = snowballstemmer.stemmer(name)
    return known[name]
