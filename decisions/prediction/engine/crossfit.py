"""Out-of-sample scores: each row scored by a model that never saw it, nor anything of its fold."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from decisions.prediction.engine.encoding import encode, plan_fields
from decisions.prediction.engine.folds import random_folds, time_folds
from decisions.prediction.engine.frame import Frame

Floats = NDArray[np.float64]
Places = NDArray[np.intp]


class Learned(Protocol):
    """What a way of learning gives back: scores that rank, log-odds that are calibrated."""

    def score(self, matrix: Floats) -> Floats: ...

    def log_odds(self, matrix: Floats) -> Floats: ...


Learn = Callable[[Floats, Floats, "NDArray[np.int64] | None", int], Learned]


@dataclass(frozen=True, slots=True)
class Scored:
    """Of the rows that were predicted out of sample, by one way of learning."""

    score: Floats
    log_odds: Floats


@dataclass(frozen=True, slots=True)
class Crossed:
    """`rows` are places in the frame, `fold` which model scored each; `base` the base rate each model had seen."""

    rows: Places
    fold: Places
    base: Floats
    by: dict[str, Scored]


def folds_of(frame: Frame, split: str, seed: int) -> list[tuple[Places, Places]]:
    """Training and test rows; `split` is random or time."""
    if split == "time":
        return list(time_folds(frame.days, frame.clusters))
    return list(random_folds(frame.outcome, frame.clusters, seed))


def cross(frame: Frame, folds: Sequence[tuple[Places, Places]], ways: dict[str, Learn], seed: int) -> Crossed:
    """Folds whose training rows have but one outcome are left out. No rows where no fold can be used."""
    places: list[Places] = []
    numbers: list[Places] = []
    bases: list[Floats] = []
    found: dict[str, list[tuple[Floats, Floats]]] = {way: [] for way in ways}
    for number, (train, test) in enumerate(folds):
        outcome = frame.outcome[train]
        if len(np.unique(outcome)) < 2 or not len(test):
            continue
        seen, unseen = frame.taken(train), frame.taken(test)
        fields = plan_fields(seen)
        matrix, others = encode(fields, seen), encode(fields, unseen)
        for way, learn in ways.items():
            learned = learn(matrix, outcome, seen.clusters, seed + number)
            found[way].append((learned.score(others), learned.log_odds(others)))
        places.append(test)
        numbers.append(np.full(len(test), number, dtype=np.intp))
        bases.append(np.full(len(test), outcome.mean()))
    if not places:
        empty = np.zeros(0)
        return Crossed(
            np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), empty, dict.fromkeys(ways, Scored(empty, empty))
        )
    by = {
        way: Scored(np.concatenate([score for score, _ in parts]), np.concatenate([odds for _, odds in parts]))
        for way, parts in found.items()
    }
    return Crossed(np.concatenate(places), np.concatenate(numbers), np.concatenate(bases), by)
