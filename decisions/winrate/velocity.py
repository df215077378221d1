"""Sales Velocity Score: how much money a group of deals moves a day. Pure."""

from math import exp, log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

from decisions.documents import MISSING, Velocity
from decisions.statistics.shares import ENOUGH
from decisions.tables import DealTable

MOST_GROUPS = 200


def velocity_of(table: DealTable, by: str = "") -> list[Velocity]:
    """Of the whole ("") or of each group of a dimension, the highest score first; at most the MOST_GROUPS largest.

    Sales velocity as CRM vendors define it: opportunities × win rate × average deal value / length of the sales cycle
    in days. Opportunities are the deals decided in the period; value and cycle are means over won ones that say them.
    Interval: the delta method on the logarithm, value and cycle correlated (Casella and Berger 2002, Statistical
    Inference, §5.5.4), t of won deals less one; none with fewer than two of them.
    """
    decided = ~np.isnan(table.won)
    if not by:
        return [_score(table.won[decided], table.value[decided], table.cycle_days[decided], "", "")]
    column = table.groups[by]
    codes = np.where(column.codes[decided] < 0, len(column.levels), column.codes[decided])
    order = np.argsort(codes, kind="stable")
    found, starts, counts = np.unique(codes[order], return_index=True, return_counts=True)
    won, value, cycle = (values[decided][order] for values in (table.won, table.value, table.cycle_days))
    levels = (*column.levels, MISSING)
    largest = sorted(range(len(found)), key=lambda place: -counts[place])[:MOST_GROUPS]
    scores = []
    for place in largest:
        rows = slice(starts[place], starts[place] + counts[place])
        scores.append(_score(won[rows], value[rows], cycle[rows], by, levels[found[place]]))
    return sorted(scores, key=lambda one: -(one["score"] or 0.0))


def _score(
    won: NDArray[np.float64], value: NDArray[np.float64], cycle: NDArray[np.float64], by: str, key: str
) -> Velocity:
    n, wins = len(won), int(won.sum())
    values = value[won == 1]
    cycles = np.where(cycle < 0, np.nan, cycle)[won == 1]  # closed before it began: the gate says so
    size, days = _mean(values), _mean(cycles)
    found: Velocity = {
        "by": by, "key": key, "score": None, "low": None, "high": None, "deals": n,
        "rate": wins / n if n else None, "value": size, "cycle_days": days, "enough": n >= ENOUGH,
    }  # fmt: skip
    if not wins or size is None or not days:
        return found
    score = wins * size / days
    found["score"] = score
    error = _log_error(n, wins, values, cycles, size, days) if score > 0 else None
    if error is not None:
        half = float(stdtrit(wins - 1, 0.975)) * error
        found["low"], found["high"] = exp(log(score) - half), exp(log(score) + half)
    return found


def _log_error(
    n: int, wins: int, values: NDArray[np.float64], cycles: NDArray[np.float64], size: float, days: float
) -> float | None:
    """Standard error of the logarithm of the score; the number of opportunities is taken as it is."""
    both = ~np.isnan(values) & ~np.isnan(cycles)
    known, timed = values[~np.isnan(values)], cycles[~np.isnan(cycles)]
    if min(len(known), len(timed)) < 2:
        return None
    variance = (1 - wins / n) / wins
    variance += float(known.var(ddof=1)) / (len(known) * size**2) + float(timed.var(ddof=1)) / (len(timed) * days**2)
    if both.sum() >= 2:
        shared = float(np.cov(values[both], cycles[both])[0, 1]) * int(both.sum()) / (len(known) * len(timed))
        variance -= 2 * shared / (size * days)
    return sqrt(max(0.0, variance))


def _mean(values: NDArray[np.float64]) -> float | None:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else None
