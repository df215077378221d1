"""Single calls that lie apart from all others; the share of false alarms holds whatever the figures' shape. Pure.

Each call gets one score: how far out the farthest of its figures lies in the tail of that figure. What a score is
worth is told by the calls before (conformal p values, Vovk et al. 2005; with Benjamini and Hochberg's procedure they
keep the share of false alarms, Bates et al. 2023, Ann. Statist. 51:149). That asks only that the calls looked at be
drawn as those before, not that anything be normal.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FIGURES = (
    "call.duration", "score.quality", "talk.agent_share", "talk.agent_monologue", "talk.agent_pace", "talk.patience",
    "talk.agent_interruptions", "talk.silence", "mood.customer", "mood.agent",
)  # fmt: skip
LOGGED = frozenset({"call.duration", "talk.agent_monologue", "talk.patience", "talk.agent_interruptions"})
# Of each figure, this share of calls lies in its tail and tells how the tail goes on.
_TAIL = 0.02
# An agent has a middle of their own with this many calls.
_FEWEST_OF_AGENT = 20
_FEWEST = 200


@dataclass(frozen=True, slots=True)
class Scored:
    """Of the calls looked at: `p`, and of the figure that lies farthest out its name, its middle and the range that
    holds 95 % of this agent's calls. `looked_at` names how many calls were."""

    p: Floats
    figure: list[str]
    expected: Floats
    low: Floats
    high: Floats


def score_calls(
    figures: Mapping[str, Floats], agent: NDArray[np.intp], looked_at: NDArray[np.bool_], logged: frozenset[str]
) -> Scored | None:
    """`figures` by name, NaN where a call does not say; those in `logged` are compared by their logarithm. All calls
    tell what is usual, those not `looked_at` what a score is worth. None with fewer than 200 of the latter."""
    before = int((~looked_at).sum())
    if before < _FEWEST or not looked_at.any():
        return None
    n = len(agent)
    best, which = np.ones(n), np.zeros(n, dtype=np.intp)
    names = sorted(figures)
    middles = []
    for place, name in enumerate(names):
        values = np.log1p(np.maximum(figures[name], 0)) if name in logged else figures[name]
        middle, chance = _tail_chance(values, agent)
        middles.append((middle, _reach(values - middle)))
        closer = chance < best
        best[closer], which[closer] = chance[closer], place
    order = np.sort(best[~looked_at])
    p = (1 + np.searchsorted(order, best[looked_at], side="right")) / (before + 1)
    shown = [_shown(names[which[row]], middles[which[row]], row, logged) for row in np.flatnonzero(looked_at)]
    expected, low, high = np.array(shown).T
    return Scored(p, [names[place] for place in which[looked_at]], expected, low, high)


def _tail_chance(values: Floats, agent: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Each call's middle (its agent's median), and the chance of lying as far from it; 1 where it does not say."""
    known = np.isfinite(values)
    middle, chance = np.full(len(values), np.nan), np.ones(len(values))
    if known.sum() < _FEWEST:
        return middle, chance
    middle[:] = np.median(values[known])
    for number in np.unique(agent):
        own = known & (agent == number)
        if own.sum() >= _FEWEST_OF_AGENT:
            middle[agent == number] = np.median(values[own])
    away = values[known] - middle[known]
    found = np.ones(len(away))
    for side in (away, -away):
        found = np.minimum(found, 2 * _one_sided(side))
    chance[known] = np.minimum(found, 1.0)
    return middle, chance


def _one_sided(away: Floats) -> Floats:
    """The chance of more: by rank, beyond the outermost 2 % by a generalised Pareto tail (Pickands 1975) fitted by
    probability-weighted moments (Hosking and Wallis 1987, Technometrics 29:339)."""
    n = len(away)
    ranks = np.searchsorted(np.sort(away), away, side="left")
    chance = (n - ranks) / (n + 1)
    limit = float(np.quantile(away, 1 - _TAIL))
    beyond = np.sort(away[away > limit] - limit)
    if len(beyond) < 4 or beyond[-1] <= 0:
        return np.asarray(chance)
    mean = float(beyond.mean())
    weighted = float((beyond * (1 - (np.arange(1, len(beyond) + 1) - 0.35) / len(beyond))).mean())
    shape = min(0.5, max(0.02, 2 - mean / max(mean - 2 * weighted, 1e-12)))  # 0.02: no end that nothing passes
    scale = mean * (1 - shape)
    out = np.maximum(away - limit, 0)
    tail = len(beyond) / (n + 1) * (1 + shape * out / scale) ** (-1 / shape)
    return np.where(away > limit, tail, chance)


def _reach(away: Floats) -> tuple[float, float]:
    """How far below and above their middles 95 % of calls reach."""
    known = away[np.isfinite(away)]
    low, high = np.quantile(known, (0.025, 0.975)) if len(known) else (0.0, 0.0)
    return float(low), float(high)


def _shown(
    name: str, figure: tuple[Floats, tuple[float, float]], row: np.intp, logged: frozenset[str]
) -> tuple[float, float, float]:
    """Middle and range in the figure's own unit."""
    middle = float(figure[0][row]) if np.isfinite(figure[0][row]) else 0.0
    places = (middle, middle + figure[1][0], middle + figure[1][1])
    shown = [float(np.expm1(each) if name in logged else each) for each in places]
    return shown[0], shown[1], shown[2]
