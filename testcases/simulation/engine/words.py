"""Words as the customer compares them: by stem, and by what they stand for."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import lru_cache

import snowballstemmer

from recordings.language.text import fold, words

_NAMES = {"en": "english", "es": "spanish", "ru": "russian"}
# A stemmer keeps its word in itself while it works.
_lock = threading.Lock()


@lru_cache(maxsize=4)
def _stemmer(language: str) -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer(_NAMES.get(language, "english"))


@lru_cache(maxsize=65_536)
def stem(word: str, language: str) -> str:
    """The Snowball stem (Porter 2001, snowballstem.org) of a folded word."""
    with _lock:
        return str(_stemmer(language).stemWord(fold(word)))


def marks(text: str, language: str, stop: frozenset[str], concepts: Mapping[str, str]) -> tuple[str, ...]:
    """What a text is recognised by: stems of its words, or the concept they stand for, without grammar."""
    kept = (stem(word, language) for word in words(text) if word not in stop and len(word) > 1)
    return tuple(concepts.get(each, each) for each in kept)


def coverage(candidate: Iterable[str], said: Iterable[str]) -> float:
    """How much of `candidate` is said, 0 to 1, a little less for what is said beside it."""
    wanted, heard = frozenset(candidate), frozenset(said)
    if not wanted or not heard:
        return 0.0
    common = len(wanted & heard)
    return 0.8 * common / len(wanted) + 0.2 * common / len(heard)
