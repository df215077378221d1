"""Rep Win Consistency Index: how steady an agent's win rate is from period to period, beyond what chance does. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt
from typing import Any

import numpy as np
import scipy
from numpy.typing import NDArray
from scipy.special import chdtri, digamma, polygamma

from decisions.documents import Consistency
from decisions.statistics.shares import ENOUGH
from decisions.winrate.rates import Counts

FEWEST_PERIODS = 4
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Swing:
    """One agent's rates over periods. `freedom` is the periods less one; `dispersion` their weighted variance over
    what chance alone makes of it (1 on average where the true rate stands still), NaN without freedom; `scale` the
    variance of the true rate that a dispersion of 2 stands for."""

    closed: int
    won: int
    periods: int
    freedom: int
    dispersion: float
    scale: float


def consistency_of(counts: Counts) -> list[Consistency]:
    """An index for each agent, the steadiest first; `counts` by period and agent: count_groups(…, ("agent",), grain).

    Index = 100 (1 - standard deviation of the true rate between periods / rate), not below 0. The variance of the true
    rate is that of the observed ones less what chance makes (method of moments, Kleinman 1973, J. Am. Stat. Assoc.
    68:46); the dispersion is shrunk towards that of all agents (Smyth 2004, Stat. Appl. Genet. Mol. Biol. 3:3), the
    rate towards that of all (beta-binomial, Efron and Morris 1975, J. Am. Stat. Assoc. 70:311). See docs/decisions.md.
    """
    swings = _swings(counts)
    if not swings:
        return []
    typical, strength = pooled(list(swings.values()))
    rates = shrunk_rates([(one.won, one.closed) for one in swings.values()])
    found = [_index(key, one, rate, typical, strength) for (key, one), rate in zip(swings.items(), rates, strict=True)]
    return sorted(found, key=lambda one: (not one["enough"], -(one["index"] if one["index"] is not None else -1.0)))


def swing_of(won: Sequence[int], closed: Sequence[int]) -> Swing:
    """Of the counts of one agent's periods, those with closed deals."""
    x, n = np.array(won, dtype=np.float64), np.array(closed, dtype=np.float64)
    total, wins, periods = n.sum(), x.sum(), len(n)
    rate, freedom = wins / total, periods - 1
    chance = rate * (1 - rate) * total / (total - 1) if total > 1 else 0.0
    if freedom < 1 or chance == 0:
        return Swing(int(total), int(wins), periods, 0, float("nan"), 0.0)
    between = float((n * (x / n - rate) ** 2).sum())
    spread = float(total - (n**2).sum() / total) - freedom
    if spread <= 0:  # one deal a period shows nothing between them
        return Swing(int(total), int(wins), periods, 0, float("nan"), 0.0)
    return Swing(int(total), int(wins), periods, freedom, between / (freedom * chance), freedom * chance / spread)


def pooled(swings: Sequence[Swing]) -> tuple[float, float]:
    """The dispersion of all agents, and how many degrees of freedom it weighs against one agent's own.

    By the moments of the logarithms of the dispersions (Smyth 2004, §6.2); where agents differ no more than chance
    makes them, as many as all of them have together.
    """
    known = [one for one in swings if one.freedom and one.dispersion > 0]
    freedom = np.array([one.freedom for one in swings if one.freedom], dtype=np.float64)
    if not len(freedom):
        return 1.0, 0.0
    all_of = np.array([one.dispersion for one in swings if one.freedom])
    typical, most = float((all_of * freedom).sum() / freedom.sum()), float(freedom.sum())
    if len(known) < 3:
        return typical, most
    half = np.array([one.freedom / 2 for one in known])
    logs = np.log([one.dispersion for one in known]) - digamma(half) + np.log(half)
    excess = float(logs.var(ddof=1) - _trigamma(half).mean())
    return typical, min(most, _freedom_of(excess))


def shrunk_rates(counts: Sequence[tuple[int, int]]) -> list[float]:
    """Each (won, closed) towards the rate of all, the more so the fewer deals closed and the less agents differ."""
    x, n = (np.array(column, dtype=np.float64) for column in zip(*counts, strict=True))
    whole = float(x.sum() / n.sum())
    weight = prior_weight(x, n, whole)
    if weight == inf:
        return [whole] * len(counts)
    return [float(rate) for rate in (x + weight * whole) / (n + weight)]


def prior_weight(x: Numbers, n: Numbers, whole: float) -> float:
    """How many deals the rate of all counts for; infinite where agents differ no more than chance makes them."""
    spread = float(n.sum() - (n**2).sum() / n.sum())
    if spread <= 0 or not 0 < whole < 1:
        return inf
    between = float((n * (x / n - whole) ** 2).sum())
    variance = (between - (len(n) - 1) * whole * (1 - whole)) / (spread - (len(n) - 1))
    return max(0.0, whole * (1 - whole) / variance - 1) if variance > 0 else inf


def _swings(counts: Counts) -> dict[str, Swing]:
    by_agent: dict[str, list[tuple[int, int]]] = {}
    for (_start, (key,)), found in sorted(counts.items()):
        by_agent.setdefault(key, []).append(found)
    return {key: swing_of(*zip(*found, strict=True)) for key, found in by_agent.items()}


def _index(key: str, swing: Swing, rate: float, typical: float, strength: float) -> Consistency:
    found: Consistency = {
        "key": key, "index": None, "low": None, "high": None, "closed": swing.closed, "periods": swing.periods,
        "rate": swing.won / swing.closed, "shrunk_rate": rate,
        "enough": swing.closed >= ENOUGH and swing.periods >= FEWEST_PERIODS,
    }  # fmt: skip
    if not swing.freedom or rate <= 0:
        return found
    freedom = swing.freedom + strength
    dispersion = (strength * typical + swing.freedom * swing.dispersion) / freedom
    worst, best = (freedom * dispersion / float(chdtri(freedom, above)) for above in (0.975, 0.025))
    for name, value in (("index", dispersion), ("low", worst), ("high", best)):
        deviation = sqrt(max(0.0, value - 1) * swing.scale)
        found[name] = 100 * max(0.0, 1 - deviation / rate)  # type: ignore[literal-required]
    return found


def _freedom_of(excess: float) -> float:
    """2 y, where the trigamma function of y is the excess."""
    if excess <= 1e-8:
        return inf
    return 2 * float(scipy.optimize.brentq(lambda y: float(_trigamma(y)) - excess, 1e-6, 1e9))  # type: ignore[no-untyped-call]


def _trigamma(values: Any) -> Any:
    return polygamma(1, values)  # type: ignore[no-untyped-call]
