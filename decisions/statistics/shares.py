"""Shares of won rows: their intervals, their differences, and whether those are more than chance. Pure."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import scipy
from scipy.special import gammaln

from analytics.metrics.estimates import mover, wilson
from decisions.documents import Rate, RateChange
from testcases.statistics.many import corrected

ALPHA = 0.05
# From here on a share is called known well enough to be read.
ENOUGH = 30
# Fewer rows can show nothing at any level that many comparisons leave: they are not tested. Chosen by their number
# alone, never by what came of them, so that the tests of the others stay honest (Bourgon, Gentleman and Huber 2010,
# PNAS 107:9546).
FEWEST = 5
_MOST_SUMMED = 5_000


def rate_of(won: int, closed: int) -> Rate:
    """Share won with Wilson's interval of 95 %."""
    if not closed:
        return {"won": 0, "closed": 0, "rate": None, "low": None, "high": None}
    low, high = wilson(won, closed)
    return {"won": won, "closed": closed, "rate": won / closed, "low": low, "high": high}


@lru_cache(maxsize=100_000)
def p_of_difference(won: int, closed: int, other_won: int, other_closed: int) -> float | None:
    """Two-sided p of the two shares being one, by Fisher's exact test (1935, JRSS 98:39): never too small, whatever
    the counts. None where a side has fewer than FEWEST rows."""
    if min(closed, other_closed) < FEWEST:
        return None
    least = max(0, won + other_won - other_closed)
    most = min(closed, won + other_won)
    if most - least > _MOST_SUMMED:
        return float(scipy.stats.fisher_exact([[won, closed - won], [other_won, other_closed - other_won]])[1])
    # The same sum over all tables with these margins, thirty times as fast for the many small ones.
    cells = np.arange(least, most + 1)
    logs = -gammaln(cells + 1) - gammaln(won + other_won - cells + 1) - gammaln(closed - cells + 1)
    logs -= gammaln(other_closed - won - other_won + cells + 1)
    chances = np.exp(logs - logs.max())
    here = chances[won - least] * (1 + 1e-7)
    return min(1.0, float(chances[chances <= here].sum() / chances.sum()))


def change_between(now: Rate, before: Rate) -> RateChange:
    """Interval by Newcombe (1998, Statistics in Medicine 17:873, method 10), p by Fisher's exact test; `q_value` is
    left to `settle`."""
    change: RateChange = {
        "absolute": None, "low": None, "high": None, "p_value": None, "q_value": None, "significant": False,
    }  # fmt: skip
    if now["rate"] is None or before["rate"] is None:
        return change
    change["absolute"] = now["rate"] - before["rate"]
    change["low"], change["high"] = mover(now["rate"], _bounds(now), before["rate"], _bounds(before))
    change["p_value"] = p_of_difference(now["won"], now["closed"], before["won"], before["closed"])
    return change


def settle(values: Sequence[float | None]) -> list[tuple[float | None, bool]]:
    """(q, whether it is significant) of each p of one question, by Benjamini and Hochberg (1995, JRSS B 57:289)."""
    return [(q, q is not None and q <= ALPHA) for q in corrected(values)]


def _bounds(rate: Rate) -> tuple[float, float]:
    assert rate["low"] is not None
    assert rate["high"] is not None
    return rate["low"], rate["high"]
