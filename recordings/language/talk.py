"""Measures of the conversation itself: who speaks how much, how fast, and over whom.

All are computed from the lines' times. Speech of one role is the union of its lines' intervals, so that a role
that overlaps itself is not counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from recordings.language.text import word_count
from recordings.language.types import Line, Question

Interval = tuple[float, float]
INTERRUPTION_SECONDS = 0.5
_PAUSE_WITHIN_MONOLOGUE = 3.0


@dataclass(frozen=True, slots=True)
class RoleTalk:
    """One role's share of the talk; times in seconds, `words_per_minute` over its own speech."""

    role: str
    seconds: float
    ratio: float
    words: int
    words_per_minute: float | None
    turns: int
    longest_monologue: float
    questions: int
    interruptions: int


@dataclass(frozen=True, slots=True)
class Talk:
    """Measures of a call; `patience` and `longest_silence` in seconds, ratios 0..1."""

    duration: float
    speech_seconds: float
    roles: tuple[RoleTalk, ...]
    patience: float | None
    overlap_seconds: float
    silence_seconds: float
    silence_ratio: float
    longest_silence: float
    turns: int
    questions: int

    def role(self, name: str) -> RoleTalk | None:
        return next((item for item in self.roles if item.role == name), None)


def measure_talk(lines: Iterable[Line], questions: Iterable[Question] = (), duration: float | None = None) -> Talk:
    """Measure a call of `duration` seconds (default: the end of its last line).

    - ratio: a role's speech / sum of the roles' speech; the ratios sum to 1 when anybody speaks.
    - silence: duration minus the union of all speech; longest_silence is its longest stretch.
    - patience: median gap from the end of a customer's turn to the start of the agent's next (not below 0).
    - interruption: a line that starts at least 0.5 s before the end of another role's line still running.
    - monologue: consecutive lines of one role with pauses below 3 s and no other role's line between.
    """
    ordered = sorted((_clean(line) for line in lines), key=lambda line: (line.start, line.end))
    asked = list(questions)
    total = max([duration or 0.0, *(line.end for line in ordered)], default=0.0)
    everything = _union((line.start, line.end) for line in ordered)
    speech = _length(everything)
    turns = _turns(ordered)
    silence = max(total - speech, 0.0)
    return Talk(
        duration=round(total, 3),
        speech_seconds=round(speech, 3),
        roles=_roles(ordered, turns, asked),
        patience=_patience(turns),
        overlap_seconds=round(_overlap(ordered), 3),
        silence_seconds=round(silence, 3),
        silence_ratio=min(silence / total, 1.0) if total > 0 else 0.0,
        longest_silence=round(_longest_gap(everything, total), 3),
        turns=len(turns),
        questions=len(asked),
    )


def _clean(line: Line) -> Line:
    start = max(line.start, 0.0)
    return Line(line.position, line.role, start, max(line.end, start), line.text, line.speaker)


def _roles(ordered: list[Line], turns: list[list[Line]], asked: list[Question]) -> tuple[RoleTalk, ...]:
    names = sorted({line.role for line in ordered})
    seconds = {name: _length(_union((x.start, x.end) for x in ordered if x.role == name)) for name in names}
    total = sum(seconds.values())
    return tuple(
        RoleTalk(
            role=name,
            seconds=round(seconds[name], 3),
            ratio=seconds[name] / total if total > 0 else 0.0,
            words=(words := sum(word_count(line.text) for line in ordered if line.role == name)),
            words_per_minute=round(words / seconds[name] * 60, 1) if seconds[name] > 0 else None,
            turns=sum(turn[0].role == name for turn in turns),
            longest_monologue=round(_longest_monologue(turns, name), 3),
            questions=sum(question.role == name for question in asked),
            interruptions=_interruptions(ordered, name),
        )
        for name in names
    )


def _turns(ordered: list[Line]) -> list[list[Line]]:
    turns: list[list[Line]] = []
    for line in ordered:
        if turns and turns[-1][0].role == line.role:
            turns[-1].append(line)
        else:
            turns.append([line])
    return turns


def _longest_monologue(turns: list[list[Line]], role: str) -> float:
    longest = 0.0
    for turn in turns:
        if turn[0].role != role:
            continue
        start, end = turn[0].start, turn[0].end
        for line in turn[1:]:
            if line.start - end > _PAUSE_WITHIN_MONOLOGUE:
                start = line.start
            end = max(end, line.end)
            longest = max(longest, end - start)
        longest = max(longest, end - start, turn[0].end - turn[0].start)
    return longest


def _patience(turns: list[list[Line]]) -> float | None:
    gaps = [
        max(after[0].start - max(line.end for line in before), 0.0)
        for before, after in pairwise(turns)
        if before[0].role == "customer" and after[0].role == "agent"
    ]
    return round(median(gaps), 3) if gaps else None


def _interruptions(ordered: list[Line], role: str) -> int:
    """Lines of `role` that begin while another role's line runs on for at least half a second."""
    return sum(
        any(
            other.role != role and other.start < line.start and other.end - line.start >= INTERRUPTION_SECONDS
            for other in ordered
        )
        for line in ordered
        if line.role == role and line.end > line.start
    )


def _overlap(ordered: list[Line]) -> float:
    """Seconds in which more than one role speaks: sum of the roles' unions minus the union of all."""
    names = {line.role for line in ordered}
    each = sum(_length(_union((x.start, x.end) for x in ordered if x.role == name)) for name in names)
    return max(each - _length(_union((line.start, line.end) for line in ordered)), 0.0)


def _union(intervals: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for start, end in sorted(intervals):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _length(intervals: list[Interval]) -> float:
    return sum(end - start for start, end in intervals)


def _longest_gap(speech: list[Interval], total: float) -> float:
    edges = [(0.0, 0.0), *speech, (total, total)]
    return max((after[0] - before[1] for before, after in pairwise(edges)), default=0.0)
