"""A transcript as judges read it: who said which sentence when, understood once and only as far as it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from recordings.language.questions import find_questions
from recordings.language.talk import Talk, measure_talk
from recordings.language.text import sentences, word_count
from recordings.language.types import Call, Line, Question
from testcases.judging.rules.types import Evidence

# How fast people speak on the telephone, for lines without times.
WORDS_PER_SECOND = 2.5


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of line `position`, at its characters `start`..`end`; `at` is when it begins, in seconds (within a
    line by its share of the letters)."""

    position: int
    role: str
    start: int
    end: int
    text: str
    at: float


@dataclass(frozen=True)
class Transcript:
    """Lines in order with `position` equal to their index. `timed`: their seconds were measured; without it they are
    told from the number of words, and judges of time say so. `duration` in seconds, of the whole subject."""

    lines: tuple[Line, ...]
    language: str
    duration: float | None = None
    timed: bool = True

    @classmethod
    def of(cls, lines: Sequence[Line], language: str, duration: float | None = None) -> Transcript:
        """Lines of anywhere: numbered anew, and given times where none were measured."""
        timed = any(line.end > 0 for line in lines)
        numbered = [replace(line, position=at) for at, line in enumerate(lines)]
        return cls(tuple(numbered if timed else with_times(numbered)), language, duration, timed)

    @property
    def length(self) -> float:
        """In seconds."""
        return max([self.duration or 0.0, *(line.end for line in self.lines)], default=0.0)

    def of_role(self, who: str) -> tuple[Line, ...]:
        """Lines of `agent` or `customer`; all of them for `any`."""
        return tuple(line for line in self.lines if who == "any" or line.role == who)

    def said(self, who: str) -> tuple[Said, ...]:
        """Sentences of `agent`, `customer` or `any`, in order."""
        return tuple(each for each in self._sentences if who == "any" or each.role == who)

    @cached_property
    def _sentences(self) -> tuple[Said, ...]:
        return tuple(
            Said(line.position, line.role, part.start, part.end, part.text, _moment(line, part.start))
            for line in self.lines
            for part in sentences(line.text)
        )

    @cached_property
    def call(self) -> Call:
        return Call(self.lines, self.language)

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        return tuple(find_questions(self.call))

    @cached_property
    def talk(self) -> Talk:
        return measure_talk(self.lines, self.questions, self.duration)

    def quote(self, position: int, text: str) -> Evidence:
        """Evidence of words that stand in line `position`."""
        line = self.lines[position]
        return Evidence(text, position, line.start, line.end, line.role)


def with_times(lines: Sequence[Line]) -> list[Line]:
    """Lines one after the other, each as long as its words take to say."""
    timed, now = [], 0.0
    for line in lines:
        end = now + max(0.4, word_count(line.text) / WORDS_PER_SECOND)
        timed.append(replace(line, start=round(now, 2), end=round(end, 2)))
        now = end
    return timed


def _moment(line: Line, start: int) -> float:
    share = start / len(line.text) if line.text else 0.0
    return line.start + share * max(0.0, line.end - line.start)
