"""Which method is used: the one whose errors in the backtest are the smallest beyond noise, else the simplest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from decisions.forecasting.history import Floats
from decisions.forecasting.scoring import better_by

LEVEL = 0.05
MIN_COMPARED = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """`why`: better (than `against`, with `p_value` below the level), simplest (nothing is better beyond noise), only
    (nothing else can be compared), untested (too few forecasts to compare)."""

    method: str
    why: str
    against: str = ""
    p_value: float | None = None
    error: float | None = None
    error_against: float | None = None
    n: int = 0


def choose(errors: Mapping[str, Floats], order: Sequence[str], *, ahead: int, untested: str) -> Choice:
    """`errors`: of each method on the same forecasts (NaN: it had nothing to go by), `order` from the simplest on.

    Begins with the simplest and goes to the next only where that is better beyond noise, at a level shared out among
    the challengers (Bonferroni). Where there is too little to compare: `untested`.
    """
    tried = [method for method in order if method in errors and not np.isnan(errors[method]).all()]
    if not tried:
        return Choice(untested, "untested")
    tried = [method for method in tried if (~np.isnan(errors[method])).sum() >= MIN_COMPARED]
    if not tried:
        return Choice(untested, "untested")
    level = LEVEL / max(len(tried) - 1, 1)
    first = errors[tried[0]][~np.isnan(errors[tried[0]])]
    best = Choice(tried[0], "simplest" if len(tried) > 1 else "only", error=float(first.mean()), n=len(first))
    for method in tried[1:]:
        both = ~np.isnan(errors[method]) & ~np.isnan(errors[best.method])
        mine, theirs = errors[method][both], errors[best.method][both]
        p_value = better_by(mine, theirs, ahead=ahead)
        if p_value is not None and p_value <= level:
            best = Choice(
                method, "better", best.method, p_value, float(mine.mean()), float(theirs.mean()), int(both.sum())
            )
    return best
