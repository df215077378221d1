"""A call made ready for the detectors: its lines, its digits and letters, and the words that announce personal data."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from recordings.language.lexicon import Lexicon, compile_phrases, lexicon
from recordings.language.personal_data.types import KnownPeople
from recordings.language.spoken_digits import WORDS_OF_A_NOD, Digits, pieces_of, read_digits
from recordings.language.text import fold, word_count
from recordings.language.types import Line, Span

_WORD = re.compile(r"[^\W_]+")
# How many lines after a question its answer may come: "Your number?" - "One moment." - "Go ahead." - "It's 612 ...".
ANSWER_WITHIN = 3


@dataclass(frozen=True, slots=True)
class Cue:
    """Words that announce something, at characters `start`..`end` of a line."""

    line: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sign:
    """A run of digits or letters that stands for itself: "45", "z", "GB". `gap` counts other words since the last."""

    text: str
    line: int
    start: int
    end: int
    gap: int


@dataclass
class Scene:
    """One call. Everything is worked out when it is first asked for, and once."""

    lines: Sequence[Line]
    language: str
    known: KnownPeople
    _cues: dict[str, list[Cue]] = field(default_factory=dict)

    @cached_property
    def tables(self) -> Lexicon:
        return lexicon(self.language)

    @cached_property
    def folded(self) -> list[str]:
        return [fold(line.text) for line in self.lines]

    @cached_property
    def digits(self) -> list[Digits]:
        return read_digits(self.lines, self.language)

    @cached_property
    def signs(self) -> list[Sign]:
        """Digits and spelled letters in order, as `read_digits` gives digits alone."""
        return list(_signs(self.lines, self.language))

    def cues(self, name: str) -> list[Cue]:
        """Where phrases of the lexicon group `name` stand."""
        if name not in self._cues:
            group = self.tables.group(name)
            self._cues[name] = [
                Cue(line.position, found.start, found.end) for line in self.lines for found in group.matches(line.text)
            ]
        return self._cues[name]

    def phrase_cues(self, phrases: tuple[str, ...]) -> list[Cue]:
        """The same for phrases that stand elsewhere than in the lexicon."""
        key = "\0".join(phrases)
        if key not in self._cues:
            pattern = _pattern(phrases)
            self._cues[key] = [
                Cue(at, found.start(), found.end())
                for at, text in enumerate(self.folded)
                for found in pattern.finditer(text)
            ]
        return self._cues[key]


@lru_cache(maxsize=256)
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    return compile_phrases(phrases) or re.compile(r"(?!)")


def nearest_cue(cues: Sequence[Cue], line: int, start: int, *, within: int = ANSWER_WITHIN) -> Cue | None:
    """The last cue before a place: earlier in its line, or in one of the lines before it."""
    before = [c for c in cues if (c.line == line and c.end <= start) or line - within <= c.line < line]
    return max(before, key=lambda cue: (cue.line, cue.end), default=None)


def distance(cue: Cue, line: int, start: int) -> int:
    """How far a cue is from a place behind it: characters in the same line, a thousand for each line between."""
    return start - cue.end if cue.line == line else 1000 * (line - cue.line)


def _signs(lines: Sequence[Line], language: str) -> Iterator[Sign]:
    letters: dict[str, str] = lexicon(language).table("letter_names")
    gap, last_line = 0, -1
    for line in lines:
        pieces = pieces_of(line.text, language)
        signs = [_sign_text(text, line.text[start:end], letters) for text, start, end in pieces]
        digits = sum(len(sign) for sign in signs if sign)
        if last_line not in (-1, line.position) and digits < 2:
            spoken = word_count(line.text)
            gap += max(spoken - WORDS_OF_A_NOD, 0)
            if spoken <= WORDS_OF_A_NOD and not any(text.isdigit() for text, _, _ in pieces):
                continue
        for (text, start, end), sign in zip(pieces, signs, strict=True):
            if sign:
                yield Sign(sign, line.position, start, end, gap)
                gap, last_line = 0, line.position
            elif text not in ("~", "!"):
                gap += 1


def _sign_text(folded: str, written: str, letters: dict[str, str]) -> str:
    """Digits, a single letter, a letter by its name, or a short word in capitals; empty for any other word."""
    if folded.isdigit():
        return folded
    if folded in ("~", "!"):  # "y" and "и" join; "Y-1234567-X" begins with a letter
        return fold(written) if len(written) == 1 and written.isupper() else ""
    if len(written) == 1 and written.isalpha():
        return folded
    if folded in letters:
        return letters[folded]
    if written.isupper() and len(written) <= 6:
        return fold(written)
    return ""


def sign_runs(signs: Sequence[Sign], *, words_between: int = 1) -> Iterator[list[Sign]]:
    """Signs with at most so many other words between one and the next."""
    run: list[Sign] = []
    for sign in signs:
        if run and sign.gap > words_between:
            yield run
            run = []
        run.append(sign)
    if run:
        yield run


def signs_at(run: Sequence[Sign], start: int, end: int) -> list[Sign]:
    """The signs that make up characters `start`..`end` of the run's text."""
    chosen, at = [], 0
    for sign in run:
        if at < end and at + len(sign.text) > start:
            chosen.append(sign)
        at += len(sign.text)
    return chosen


def cover(signs: Sequence[Sign] | Sequence[Digits]) -> tuple[Span, ...]:
    """One span per line from the first sign to the last."""
    lines = sorted({sign.line for sign in signs})
    return tuple(
        Span(
            line,
            min(sign.start for sign in signs if sign.line == line),
            max(sign.end for sign in signs if sign.line == line),
        )
        for line in lines
    )


def words_of(text: str) -> Iterator[re.Match[str]]:
    """Words of a folded text with their places."""
    return _WORD.finditer(text)
