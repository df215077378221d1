"""Which levels stand apart from the others of their field, all other fields held equal, and how sure that is. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from decisions.drivers.design import Design, Floats, Level
from decisions.drivers.fields import RARE, Field
from decisions.drivers.fitting import Likelihood, Rows, fit
from decisions.drivers.profile import LOOKED_AT, Z95, Bounds, Profile
from testcases.statistics.many import corrected

ALPHA = 0.05
# From so many deals of either outcome on, in the level and outside it, Wald's figures equal the profile's.
MANY = 100
# Where more levels stand apart, those left are compared with each other and no longer one by one without the surest.
MOST_APART = 30
# A comparison that the deals say so little about is as good as none: another field says the same of the same deals.
UNTOLD = 1.0


@dataclass(frozen=True, slots=True)
class Standing:
    """One level against the others; `bounds` of the log odds ratio."""

    feature: str
    level: str
    n: int
    bounds: Bounds
    p_value: float
    q_value: float

    @property
    def significant(self) -> bool:
        return self.q_value <= ALPHA


@dataclass(frozen=True, slots=True)
class Standings:
    """All tested levels, the surest first; and the levels that cannot be told from other fields."""

    tested: list[Standing]
    untold: list[tuple[str, str]]
    theta: Floats

    def log_odds(self, design: Design, codes: Sequence[NDArray[np.int32]]) -> Floats:
        """Of each deal, by all its fields."""
        values = design.values(self.theta)
        return np.asarray(self.theta[0] + sum(each[column] for each, column in zip(values, codes, strict=True)))


class _Levels:
    """The levels of one fit, each tested against the others that do not stand apart."""

    def __init__(self, design: Design, rows: Rows) -> None:
        self.design, self.rows = design, rows
        likelihood = Likelihood(design, rows)
        fitted = fit(likelihood)
        self.theta = fitted.theta
        self.profile = Profile(likelihood, fitted)
        self._counted = [_outcomes(rows, f, field) for f, field in enumerate(design.fields)]
        self._known: dict[bytes, float] = {}

    def contrasts(self, levels: Sequence[Level], apart: Sequence[Level]) -> dict[Level, Floats]:
        found = {level: self.design.contrast(level, [each for each in apart if each != level]) for level in levels}
        return {
            level: contrast
            for level, contrast in found.items()
            if contrast is not None and np.abs(contrast).max() > 1e-9
        }

    def p_values(self, contrasts: dict[Level, Floats]) -> dict[Level, float]:
        if not contrasts:
            return {}
        wald = self.profile.wald(np.stack(list(contrasts.values())))[2]
        return {
            level: self._p_value(contrast) if p < LOOKED_AT and self.is_small(level) else float(p)
            for (level, contrast), p in zip(contrasts.items(), wald, strict=True)
        }

    def bounds(self, level: Level, contrast: Floats) -> Bounds:
        if self.is_small(level):
            return self.profile.bounds(contrast)
        estimate, error, _p = (float(part[0]) for part in self.profile.wald(contrast[None, :]))
        return Bounds(estimate, estimate - Z95 * error, estimate + Z95 * error)

    def is_small(self, level: Level) -> bool:
        won, lost = self._counted[level[0]]
        at = level[1]
        return bool(min(won[at], lost[at], won.sum() - won[at], lost.sum() - lost[at]) < MANY)

    def is_lopsided(self, level: Level) -> bool:
        """Whether nearly all its deals ended alike, so that its odds are uncertain for that."""
        won, lost = self._counted[level[0]]
        return bool(min(won[level[1]], lost[level[1]]) <= 3)

    def n(self, level: Level) -> int:
        won, lost = self._counted[level[0]]
        return int(won[level[1]] + lost[level[1]])

    def _p_value(self, contrast: Floats) -> float:
        key = contrast.round(12).tobytes()
        if key not in self._known:
            self._known[key] = self.profile.p_value(contrast)
        return self._known[key]


def standings(design: Design, rows: Rows) -> Standings:
    """Each level against the others of its field.

    Levels that stand apart are found one after the other, the surest first, and the rest is compared without them:
    else one level that loses more would make all others winners. q by Benjamini and Hochberg 1995 over all levels of
    all fields. The odds ratio of a level that stands apart is against the levels that do not.
    """
    levels = _Levels(design, rows)
    candidates = [at for at in design.testable() if design.fields[at[0]].levels[at[1]] != RARE]
    candidates, untold = _told(levels, candidates)
    apart: list[Level] = []
    while True:
        contrasts = levels.contrasts(candidates, apart)
        found = levels.p_values(contrasts)
        q = dict(zip(found, corrected(list(found.values())), strict=True))
        surest = min((level for level in found if level not in apart), key=lambda level: found[level], default=None)
        if surest is None or not _small_enough(q[surest]) or len(apart) == MOST_APART:
            break
        apart.append(surest)
    tested = [
        Standing(*_names(design, level), levels.n(level), levels.bounds(level, contrasts[level]), p, q[level] or 0.0)
        for level, p in found.items()
    ]
    tested.sort(key=lambda each: (each.q_value, each.p_value, each.feature, each.level))
    return Standings(tested, [_names(design, level) for level in untold], levels.theta)


def _told(levels: _Levels, candidates: list[Level]) -> tuple[list[Level], list[Level]]:
    contrasts = levels.contrasts(candidates, [])
    if not contrasts:
        return [], []
    error = levels.profile.wald(np.stack(list(contrasts.values())))[1]
    wide = {level for level, each in zip(contrasts, error, strict=True) if each > UNTOLD}
    untold = {level for level in wide if not levels.is_lopsided(level)}
    return [level for level in contrasts if level not in untold], sorted(untold)


def _small_enough(q: float | None) -> bool:
    return q is not None and q <= ALPHA


def _names(design: Design, level: Level) -> tuple[str, str]:
    field = design.fields[level[0]]
    return field.name, field.levels[level[1]]


def _outcomes(rows: Rows, f: int, field: Field) -> tuple[Floats, Floats]:
    size = len(field.levels)
    won, deals = (
        np.bincount(rows.codes[f], weights=each, minlength=size).astype(np.float64) for each in (rows.won, rows.deals)
    )
    return won, deals - won
