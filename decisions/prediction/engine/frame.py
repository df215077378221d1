"""What a model learns from and what it is applied to: rows as columns of numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

MISSING = -1


class Column(Protocol):
    """A column of groups: `codes[i]` is the place in `levels` of what row i says, -1 where it says nothing."""

    @property
    def codes(self) -> NDArray[np.int32]: ...

    @property
    def levels(self) -> tuple[str, ...]: ...


@dataclass(frozen=True, slots=True)
class Groups:
    """The plainest Column."""

    codes: NDArray[np.int32]
    levels: tuple[str, ...]


def groups_of(values: Sequence[object]) -> Groups:
    """Values as a Column, levels in order of their first row; None and "" are missing."""
    known: dict[str, int] = {}
    codes = [MISSING if value is None or value == "" else known.setdefault(str(value), len(known)) for value in values]
    return Groups(np.array(codes, dtype=np.int32), tuple(known))


@dataclass(frozen=True, slots=True)
class Frame:
    """n rows as they were known when the prediction was (or will be) asked for.

    `outcome`: 1.0 came true, 0.0 did not, NaN not decided yet; undecided rows teach nothing, but show what is filled
    in only afterwards. `days`: the day of the question, NaT where unknown; time-ordered splits go by it. `numbers`
    hold NaN where a row does not say; infinite values count as missing. `clusters`: small numbers that rows of one
    thing share (calls of one deal): such rows are never on both sides of a split, and intervals count them as one.
    `known_after`: fields that whoever made the frame knows to be filled in after the outcome; `known_before`: fields
    it has from history as it was on that day (the stage then), whose names are not held against them.
    `fairness`: columns by which the model is looked at, whether or not they are features too. `as_of`: today; rows of
    later days are left out. Raises ValueError where columns differ in length or outcomes are neither 0 nor 1.
    """

    target: str
    outcome: NDArray[np.float64]
    days: NDArray[np.datetime64]
    numbers: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    groups: Mapping[str, Column] = field(default_factory=dict)
    clusters: NDArray[np.int64] | None = None
    known_after: frozenset[str] = frozenset()
    known_before: frozenset[str] = frozenset()
    fairness: Mapping[str, Column] = field(default_factory=dict)
    as_of: date | None = None

    def __post_init__(self) -> None:
        n = len(self.outcome)
        lengths = {"days": len(self.days), **{name: len(column) for name, column in self.numbers.items()}}
        lengths |= {name: len(column.codes) for name, column in [*self.groups.items(), *self.fairness.items()]}
        if self.clusters is not None:
            lengths["clusters"] = len(self.clusters)
        for name, length in lengths.items():
            if length != n:
                raise ValueError(f"The column {name} has {length} rows where the outcome has {n}.")
        known = self.outcome[np.isfinite(self.outcome)]
        if not np.isin(known, (0.0, 1.0)).all():
            raise ValueError("Outcomes are 1 (it came true), 0 (it did not) or missing (not decided yet).")
        both = set(self.numbers) & set(self.groups)
        if both:
            raise ValueError(f"Fields are either numbers or groups, not both: {', '.join(sorted(both))}.")

    def __len__(self) -> int:
        return len(self.outcome)

    @property
    def fields(self) -> list[str]:
        """Names of all fields, numbers first."""
        return [*self.numbers, *self.groups]

    def taken(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Frame":
        """Some of the rows, by a mask or by their places."""
        return replace(
            self,
            outcome=self.outcome[rows],
            days=self.days[rows],
            numbers={name: column[rows] for name, column in self.numbers.items()},
            groups={name: Groups(column.codes[rows], column.levels) for name, column in self.groups.items()},
            clusters=None if self.clusters is None else self.clusters[rows],
            fairness={name: Groups(column.codes[rows], column.levels) for name, column in self.fairness.items()},
        )

    def without(self, fields: set[str]) -> "Frame":
        """The same rows without some of the fields."""
        return replace(
            self,
            numbers={name: column for name, column in self.numbers.items() if name not in fields},
            groups={name: column for name, column in self.groups.items() if name not in fields},
        )
