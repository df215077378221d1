"""Levels as a model's parameters, and what a level is compared with. Pure linear algebra over levels, not rows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space

from decisions.documents import MISSING
from decisions.drivers.fields import Field

Floats = NDArray[np.float64]
# (place of the field, place of its level)
Level = tuple[int, int]


@dataclass(frozen=True)
class Design:
    """The log odds of a deal are an intercept and one value for its level of each field.

    The values of a field have weighted mean zero, in each level of every coarser field that it decides (an agent's
    team): so no parameter says what another one says. `bases[f] @ theta[slices[f]]` are the values of field f.
    """

    fields: Sequence[Field]

    @cached_property
    def bases(self) -> list[Floats]:
        return [null_space((self._groups[f] * self._shares[f][:, None]).T) for f in range(len(self.fields))]

    @cached_property
    def slices(self) -> list[slice]:
        """Where each field's parameters stand; the intercept is the first parameter."""
        ends = 1 + np.cumsum([0, *(basis.shape[1] for basis in self.bases)])
        return [slice(int(start), int(end)) for start, end in pairwise(ends)]

    @property
    def size(self) -> int:
        return self.slices[-1].stop if self.slices else 1

    def values(self, theta: Floats) -> list[Floats]:
        """Each field's values by level."""
        return [basis @ theta[place] for basis, place in zip(self.bases, self.slices, strict=True)]

    def testable(self) -> list[Level]:
        """Levels that some parameter moves."""
        return [
            (f, level)
            for f, basis in enumerate(self.bases)
            for level in np.flatnonzero(np.abs(basis).sum(axis=1) > 1e-9).tolist()
        ]

    def contrast(self, level: Level, apart: Collection[Level] = ()) -> Floats | None:
        """The parameters' weights in: this level's log odds less that of the others of its field.

        Others: those in the same levels of coarser fields, weighted by deals, without deals that say nothing and
        without the levels in `apart` (unless nobody else is left). None where there is nobody to compare with.
        """
        f, at = level
        known = np.array([name != MISSING for name in self.fields[f].levels])
        known[at] = False
        near = known.copy()
        near[[other for field, other in apart if field == f]] = False
        for others in (near, known):
            weights = self._weights_of(f, at, others)
            if weights is not None:
                return np.asarray(self._rows(f, apart).T @ (np.eye(len(known))[at] - weights))
        return None

    def _weights_of(self, f: int, at: int, others: NDArray[np.bool_]) -> Floats | None:
        """How much each of the others counts in what is expected of the level."""
        groups, share = self._groups[f], self._shares[f] * others
        fit = groups[at] @ np.linalg.pinv((groups * share[:, None]).T @ groups) @ (groups * share[:, None]).T
        reached = np.allclose(fit @ groups, groups[at], atol=1e-6)
        return np.asarray(fit) if reached and others.any() else None

    def _rows(self, f: int, apart: Collection[Level]) -> Floats:
        """Levels of field f by parameters. Levels of finer fields that stand apart are no part of their group's."""
        rows = np.zeros((len(self.fields[f].levels), self.size))
        rows[:, self.slices[f]] = self.bases[f]
        for finer in {field for field, _level in apart}:
            if self.fields[f].name in self.fields[finer].within:
                share = self._shares[finer].copy()
                share[[level for field, level in apart if field == finer]] = 0
                member = self._members(finer, f) * share[:, None]
                total = member.sum(axis=0)
                mean = np.divide(member, total, out=np.zeros_like(member), where=total > 0)
                rows[:, self.slices[finer]] += mean.T @ self.bases[finer]
        return rows

    def _members(self, fine: int, coarse: int) -> Floats:
        """1 where a level of the fine field lies in a level of the coarse one."""
        first = np.unique(self.fields[fine].codes, return_index=True)[1]
        return np.eye(len(self.fields[coarse].levels))[self.fields[coarse].codes[first]]

    @cached_property
    def _shares(self) -> list[Floats]:
        return [field.counts / len(field.codes) for field in self.fields]

    @cached_property
    def _groups(self) -> list[Floats]:
        """Of each field, levels by what they have in common: the whole, and levels of coarser fields."""
        places = {field.name: place for place, field in enumerate(self.fields)}
        return [
            np.hstack([np.ones((len(field.levels), 1)), *(self._members(f, places[name]) for name in field.within)])
            for f, field in enumerate(self.fields)
        ]  # fmt: skip
