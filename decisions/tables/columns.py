"""A column of groups as small numbers. Pure."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MISSING = -1


@dataclass(frozen=True, slots=True)
class Coded:
    """`codes[i]` is the place in `levels` of what row i says, MISSING (-1) where it says nothing. Levels in order of
    their first row; texts as the database has them (ids as text)."""

    codes: NDArray[np.int32]
    levels: tuple[str, ...]

    @property
    def counts(self) -> NDArray[np.int64]:
        """Rows of each level."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.levels))

    @property
    def n_missing(self) -> int:
        return int((self.codes < 0).sum())

    def taken(self, rows: NDArray[np.bool_] | NDArray[np.intp]) -> "Coded":
        """The same levels over some of the rows."""
        return Coded(self.codes[rows], self.levels)


class Coder:
    """Makes a Coded of values that come one by one."""

    def __init__(self) -> None:
        self._codes: list[int] = []
        self._known: dict[str, int] = {}

    def add(self, value: object) -> None:
        if value is None or value == "":
            self._codes.append(MISSING)
        else:
            self._codes.append(self._known.setdefault(str(value), len(self._known)))

    def done(self) -> Coded:
        return Coded(np.array(self._codes, dtype=np.int32), tuple(self._known))
