"""How far a piece of talk says what a candidate says, by the words that tell."""

from __future__ import annotations

from functools import lru_cache

from recordings.language.text import words
from testcases.simulation.engine.texts import language_of
from testcases.simulation.engine.words import coverage, marks


@lru_cache(maxsize=16_384)
def marks_of(text: str, code: str) -> tuple[str, ...]:
    """The words of `text` that tell, as engine/words marks them."""
    language = language_of(code)
    return marks(text, code, language.stop, language.concepts)


def likeness(candidate: str, piece: str, code: str) -> float:
    """0 to 1."""
    wanted = marks_of(candidate, code)
    return coverage(wanted, marks_of(piece, code)) if len(set(wanted)) > 1 else _whole(candidate, piece)


def _whole(candidate: str, piece: str) -> float:
    """A candidate of one telling word is meant only where it stands as it is."""
    return 1.0 if " ".join(words(candidate)) in " ".join(words(piece)) else 0.0
