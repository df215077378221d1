"""Stretches of a call worth seeing at a glance: nobody speaks, both speak at once, a mood is clear, good or bad."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

Stretch = tuple[float, float]

SILENT_SECONDS = 3.0
OVERLAP_SECONDS = 0.5


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The union of `stretches` in order, in seconds."""
    union: list[Stretch] = []
    for start, end in sorted(stretches):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return union


def silences(spoken: Iterable[Stretch], duration: float, *, least: float = SILENT_SECONDS) -> list[Stretch]:
    """Stretches of at least `least` seconds between 0 and `duration` in which nobody speaks."""
    heard = [(0.0, 0.0), *merged(spoken), (duration, duration)]
    return [(before[1], after[0]) for before, after in pairwise(heard) if after[0] - before[1] >= least]


def overlaps(voices: Sequence[Iterable[Stretch]], *, least: float = OVERLAP_SECONDS) -> list[Stretch]:
    """Stretches of at least `least` seconds in which more than one of `voices` speaks."""
    edges: list[tuple[float, int]] = []
    for voice in voices:
        for start, end in merged(voice):
            edges += [(start, 1), (end, -1)]
    found: list[Stretch] = []
    speaking, since = 0, 0.0
    for moment, change in sorted(edges):
        if speaking == 1 and change == 1:
            since = moment
        if speaking == 2 and change == -1 and moment > since:
            found.append((since, moment))
        speaking += change
    return [(start, end) for start, end in merged(found) if end - start >= least]
