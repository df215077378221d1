"""Rows of a target as columns: what was known when the decision was due, and what came of it. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from decisions.runs.registry import CannotAnswerError
from decisions.tables.columns import Coded

Rows = NDArray[np.bool_] | NDArray[np.intp]
_EARLIEST = np.datetime64("0001-01-01")


@dataclass(frozen=True, slots=True)
class TargetRows:
    """n calls, deals or leads.

    `came_true` is 1, 0, or NaN while it is not known; `decided` the day on which a prediction is due (created, called),
    `known` the day since which its outcome is known (NaT: not said). `groups` and `numbers` hold what was known on
    `decided`; numbers are NaN where a row does not say. Rows of one `cluster` are about one thing (calls with one
    customer). `later` names the fields that were left out because they are filled in after that day: {field: code of
    why}.
    """

    target: str
    ids: tuple[UUID, ...]
    came_true: NDArray[np.float64]
    decided: NDArray[np.datetime64]
    known: NDArray[np.datetime64]
    groups: Mapping[str, Coded]
    numbers: Mapping[str, NDArray[np.float64]]
    clusters: NDArray[np.int64] | None = None
    later: Mapping[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.ids)

    def taken(self, rows: Rows) -> "TargetRows":
        """Some of the rows, by a mask or by their places."""
        picked = np.flatnonzero(rows) if rows.dtype == np.bool_ else rows
        return replace(
            self,
            ids=tuple(self.ids[place] for place in picked),
            came_true=self.came_true[picked], decided=self.decided[picked], known=self.known[picked],
            groups={name: column.taken(picked) for name, column in self.groups.items()},
            numbers={name: column[picked] for name, column in self.numbers.items()},
            clusters=None if self.clusters is None else self.clusters[picked],
        )  # fmt: skip

    def to_learn(self, *, most: int, undecided: int = 0) -> "TargetRows":
        """The newest `most` rows whose outcome is known, and the newest `undecided` others, in the order of days."""
        order = np.argsort(np.where(np.isnat(self.decided), _EARLIEST, self.decided), kind="stable")
        known = ~np.isnan(self.came_true[order])
        others = order[~known][-undecided:] if undecided else order[:0]
        return self.taken(np.concatenate([order[known][-most:], others]))

    def without(self, fields: frozenset[str]) -> "TargetRows":
        """The same rows without some fields; a custom field goes by its whole name or by its key alone.

        Raises:
            CannotAnswerError: there is no such field.
        """
        every = {*self.groups, *self.numbers, *self.later}
        unknown = fields - every - {name.rpartition(".")[2] for name in every}
        if unknown:
            raise CannotAnswerError(f"No field {', '.join(sorted(unknown))}. There are: {', '.join(sorted(every))}.")

        def stays(name: str) -> bool:
            return name not in fields and name.rpartition(".")[2] not in fields

        return replace(
            self,
            groups={name: column for name, column in self.groups.items() if stays(name)},
            numbers={name: column for name, column in self.numbers.items() if stays(name)},
            later={name: why for name, why in self.later.items() if stays(name)},
        )
