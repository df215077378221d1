"""Finds the lines of a script in what an agent said: by their wording, and by their meaning."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import LCSseq

from recordings.language.text import fold, sentences
from recordings.language.types import Line
from recordings.quality.stages import SLOT, without_slots, wordings

# (texts, texts) -> cosine of each pair, shape (len(first), len(second)).
Similarity = Callable[[list[str], list[str]], NDArray[Any]]
How = Literal["wording", "near_wording", "meaning"]

# Share of a wording's words, in order, that must be heard: as written, and in the same words more or less.
AS_WRITTEN = 0.8
NEAR_WORDING = 0.7
# Where a cosine stands between that of unrelated sentences (0) and that of the same sentence (1).
# Chosen on the paraphrases of benchmarks/script_meaning.toml; docs/scoring.md shows what it finds.
SAME_MEANING = 0.45
# Embedding is the slow part: only the first wordings of a line are compared by meaning.
COMPARED_WORDINGS = 2
SLOT_WORDS = 3
SLACK_WORDS = 2
STEM = 5
MEANINGFUL_WORDS = 4
_WORD = re.compile(r"\w+(?:['’-]\w+)*")
# A denial right before the words, at most one word between and no comma ("No, that is ...").
_DENIAL = re.compile(r"(?:\b(?:not|never|cannot|\w+n't|no|nunca|jamas|tampoco|не|никогда|нельзя)\s+(?:\w+\s+)?)$")


@dataclass(frozen=True, slots=True)
class LineMatch:
    """A script line found in the call: at line `position`, in the words `quote`, `similarity` 0..1."""

    line: str
    position: int
    quote: str
    similarity: float
    how: How
    optional: bool = False


@dataclass(frozen=True, slots=True)
class _Token:
    stem: str
    start: int
    end: int

    @property
    def weight(self) -> int:
        """Short words are mostly grammar and are found everywhere: they prove little."""
        return (1, 1, 1, 2)[len(self.stem)] if len(self.stem) < 4 else 4


@lru_cache(maxsize=4096)
def _tokens(text: str) -> tuple[_Token, ...]:
    """Words by their first letters: endings change with grammar, and recognisers mishear them."""
    found = _WORD.finditer(fold(text))
    return tuple(_Token(word.group()[:STEM], word.start(), word.end()) for word in found)


@lru_cache(maxsize=4096)
def _stems(text: str) -> frozenset[str]:
    return frozenset(token.stem for token in _tokens(text))


def _weighted(tokens: Sequence[_Token]) -> list[str]:
    """Each stem repeated by its weight, so that a plain common subsequence is a weighted one."""
    return [token.stem for token in tokens for _ in range(token.weight)]


@dataclass(frozen=True, slots=True)
class Hearing:
    """How much of a wording is heard, 0..1, and the characters `start`..`end` that come nearest."""

    similarity: float
    start: int = 0
    end: int = 0


def match_wording(wording: str, text: str, *, exact: bool = False) -> Hearing:
    """Look for one wording in a text.

    The measure is the longest common subsequence of word stems, words weighted by length, over the weight of
    the wording's fixed words, in the best window of the text. `exact` allows no word in between, except in
    place of slots, and so does a wording of a few words. A text that cannot reach `NEAR_WORDING` gives 0.
    """
    script = _tokens(without_slots(wording))
    heard = _tokens(text)
    slack = SLACK_WORDS if len(script) >= MEANINGFUL_WORDS and not exact else 0
    size = len(script) + len(SLOT.findall(wording)) * SLOT_WORDS + slack
    expected = _weighted(script)
    known = _stems(text)
    reachable = sum(token.weight for token in script if token.stem in known)
    if not expected or reachable < NEAR_WORDING * len(expected):
        return Hearing(0.0)
    best, at = 0, 0
    for start in range(max(1, len(heard) - size + 1)):
        common = LCSseq.similarity(expected, _weighted(heard[start : start + size]))
        if common > best:
            best, at = common, start
    begin, end = _tightest(expected, heard[at : at + size], best)
    return Hearing(best / len(expected), begin, end)


def _tightest(expected: list[str], window: Sequence[_Token], common: int) -> tuple[int, int]:
    """The characters of the shortest part of a window that still has as much in common with the wording."""
    while LCSseq.similarity(expected, _weighted(window[1:])) == common:
        window = window[1:]
    while LCSseq.similarity(expected, _weighted(window[:-1])) == common:
        window = window[:-1]
    return window[0].start, window[-1].end


def is_near(wording: str, heard: Hearing) -> bool:
    """Whether so much of a wording is heard that it counts.

    One of a few words must be complete, and one with slots as written: half of "this is {agent} from Acme" is "Acme".
    """
    if len(_tokens(without_slots(wording))) < MEANINGFUL_WORDS:
        return heard.similarity == 1.0
    return heard.similarity >= (AS_WRITTEN if SLOT.search(wording) else NEAR_WORDING)


def is_as_written(wording: str, heard: Hearing) -> bool:
    """Whether a wording is heard word by word, but for a small one lost among many."""
    return heard.similarity >= AS_WRITTEN and is_near(wording, heard)


def find_wording(line: str, said: Sequence[Line]) -> LineMatch | None:
    """The first place where a script line is said best; None when too little of it is heard anywhere."""
    best: LineMatch | None = None
    for wording in wordings(line):
        for spoken in said:
            heard = match_wording(wording, spoken.text)
            if not is_near(wording, heard):
                continue
            if best is None or (heard.similarity, -spoken.position) > (best.similarity, -best.position):
                how: How = "wording" if heard.similarity >= AS_WRITTEN else "near_wording"
                quote = spoken.text[heard.start : heard.end]
                best = LineMatch(line, spoken.position, quote, round(heard.similarity, 3), how)
    return best


def said_at(line: str, said: Sequence[Line]) -> set[int]:
    """All positions at which a script line is said as written."""
    return {
        spoken.position
        for spoken in said
        for wording in wordings(line)
        if is_as_written(wording, match_wording(wording, spoken.text))
    }


def find_forbidden(line: str, said: Sequence[Line]) -> LineMatch | None:
    """The first sentence that says a forbidden line, word by word and not denied ("we never ...").

    Stricter than `find_wording`, because it accuses somebody.
    """
    for spoken in said:
        for sentence in sentences(spoken.text):
            for wording in wordings(line):
                heard = match_wording(wording, sentence.text, exact=True)
                denied = _DENIAL.search(fold(sentence.text[: heard.start]))
                if is_as_written(wording, heard) and not denied:
                    quote = sentence.text[heard.start : heard.end]
                    return LineMatch(line, spoken.position, quote, round(heard.similarity, 3), "wording")
    return None


@dataclass(frozen=True, slots=True)
class SaidSentence:
    """A sentence of the agent that is long enough to mean something by itself."""

    position: int
    text: str
    words: int


def said_sentences(said: Iterable[Line]) -> list[SaidSentence]:
    """The agent's sentences of at least `MEANINGFUL_WORDS` words, in order."""
    return [
        SaidSentence(spoken.position, sentence.text, len(_tokens(sentence.text)))
        for spoken in said
        for sentence in sentences(spoken.text)
        if len(_tokens(sentence.text)) >= MEANINGFUL_WORDS
    ]


def closeness(lines: Sequence[str], said: Sequence[SaidSentence], similarity: Similarity) -> NDArray[Any]:
    """Nearness in meaning of script lines and sentences: shape (lines, sentences), 0 unrelated, 1 the same.

    Embedders differ in what cosine they give to unrelated sentences (about 0.1 for one, 0.8 for another), so
    each wording's cosines are read against its median cosine to the rest of script and call.
    """
    parts = [
        (row, without_slots(wording))
        for row, line in enumerate(lines)
        for wording in wordings(line)[:COMPARED_WORDINGS]
    ]
    texts = [text for _, text in parts]
    own = np.asarray(similarity(texts, texts), dtype=float)
    heard = np.asarray(similarity(texts, [sentence.text for sentence in said]), dtype=float)
    rows = np.array([row for row, _ in parts])
    nearness = np.zeros((len(lines), len(said)))
    for index, row in enumerate(rows):
        base = float(np.median(np.concatenate([own[index][rows != row], heard[index]])))
        scaled = (heard[index] - base) / max(1.0 - base, 1e-6)
        nearness[row] = np.maximum(nearness[row], np.clip(scaled, 0.0, 1.0))
    return nearness


def best_meaning(line: str, nearness: NDArray[Any], said: Sequence[SaidSentence]) -> LineMatch | None:
    """The sentence that comes nearest to a line in meaning; None below `SAME_MEANING`."""
    at = int(np.argmax(nearness))
    if nearness[at] < SAME_MEANING:
        return None
    return LineMatch(line, said[at].position, said[at].text, round(float(nearness[at]), 3), "meaning")
