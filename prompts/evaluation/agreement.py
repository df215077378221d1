"""How far a judging model gives the scores that people give: the ground to believe its scores, or not. Pure.

Sources: Cohen (1968), Psychological Bulletin 70:213, kappa with quadratic weights, and Fleiss, Cohen and Everitt
(1969), Psychological Bulletin 72:323, its standard error, both by statsmodels; Krippendorff (2011), Computing
Krippendorff's Alpha-Reliability, ordinal, by the krippendorff package, with a percentile bootstrap over answers;
Landis and Koch (1977), Biometrics 33:159, the words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from prompts.evaluation.intervals import LEVEL, SEED, Figure, mean, share

STEPS = (1, 2, 3, 4, 5)
ENOUGH = 30  # answers; with fewer it is shown, and marked as resting on too little
_RESAMPLES = 500
_WORDS = ((0.0, "poor"), (0.2, "slight"), (0.4, "fair"), (0.6, "moderate"), (0.8, "substantial"))


@dataclass(frozen=True, slots=True)
class JudgeAgreement:
    """Of one score (accuracy, …). `same` and `near` are shares of answers: the same step, at most one step away.
    `bias` is by how many steps the judge is kinder than people, negative where it is stricter."""

    kappa: Figure
    alpha: Figure
    same: Figure
    near: Figure
    bias: Figure

    @property
    def strength(self) -> str:
        """What Landis and Koch call a kappa of this size; empty where there is none."""
        value = self.kappa.value
        if value is None:
            return ""
        return next((word for top, word in _WORDS if value <= top), "almost perfect")

    def as_json(self) -> dict[str, Any]:
        figures = {name: getattr(self, name).as_json() for name in ("kappa", "alpha", "same", "near", "bias")}
        return {**figures, "n": self.kappa.n, "enough": self.kappa.n >= ENOUGH, "strength": self.strength}


def judge_agreement(pairs: Sequence[tuple[float, float]]) -> JudgeAgreement:
    """(people, judge) of each answer, 1 to 5; the people's is their mean where several rated."""
    steps = [(_step(people), _step(judge)) for people, judge in pairs]
    n = len(steps)
    gaps = [judge - people for people, judge in steps]
    return JudgeAgreement(
        kappa=_kappa(steps),
        alpha=_alpha(steps),
        same=share(sum(gap == 0 for gap in gaps), n),
        near=share(sum(abs(gap) <= 1 for gap in gaps), n),
        bias=mean(gaps),
    )


def _step(value: float) -> int:
    return min(5, max(1, int(value + 0.5)))


def _kappa(steps: Sequence[tuple[int, int]]) -> Figure:
    n = len(steps)
    if n < 2 or len({step for pair in steps for step in pair}) < 2:
        return Figure(None, None, None, n)
    from statsmodels.stats.inter_rater import cohens_kappa  # heavy, and only this needs it

    table = np.zeros((5, 5))
    for people, judge in steps:
        table[people - 1, judge - 1] += 1
    found = cohens_kappa(table, wt="quadratic")
    low, high = float(found.kappa_low), float(found.kappa_upp)
    spread = isfinite(low) and high - low > 1e-9
    return Figure(float(found.kappa), max(-1.0, low) if spread else None, min(1.0, high) if spread else None, n)


def _alpha(steps: Sequence[tuple[int, int]]) -> Figure:
    n = len(steps)
    if n < 2 or len({step for pair in steps for step in pair}) < 2:
        return Figure(None, None, None, n)
    data = np.asarray(steps, dtype=float).T
    drawn = np.random.default_rng(SEED).integers(0, n, size=(_RESAMPLES, n))
    values = [_one_alpha(data[:, rows]) for rows in drawn]
    known = [value for value in values if value is not None]
    if len(known) < _RESAMPLES / 2:
        return Figure(_one_alpha(data), None, None, n)
    low, high = np.quantile(known, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Figure(_one_alpha(data), float(low), float(high), n)


def _one_alpha(data: Any) -> float | None:
    import krippendorff

    if len(np.unique(data)) < 2:
        return None
    return float(krippendorff.alpha(reliability_data=data, value_domain=STEPS, level_of_measurement="ordinal"))
