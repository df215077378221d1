"""What became of a figure after something was done, and whether that is success. Pure."""

from collections.abc import Mapping
from typing import Any

from analytics.metrics import Better
from analytics.metrics.estimates import Bounds, mover
from analytics.questions import Figure

YES, NO, UNCLEAR = "yes", "no", "unclear"
Change = tuple[float, Bounds]


def change_of(now: Figure, before: Figure) -> Change | None:
    """With its interval, from those of both (MOVER); None where there is none."""
    if None in (now.value, before.value, now.low, now.high, before.low, before.high):
        return None
    one, other = float(now.value or 0), float(before.value or 0)
    return one - other, mover(one, (now.low or 0.0, now.high or 0.0), other, (before.low or 0.0, before.high or 0.0))


def effect_of(mine: Change, others: Change | None) -> Change:
    """The change without that of all others: difference in differences, interval by MOVER."""
    if others is None:
        return mine
    return mine[0] - others[0], mover(mine[0], mine[1], others[0], others[1])


def verdict(figures: Mapping[str, Any], better: Better, bounds: Bounds) -> str:
    """YES where the interval of the effect lies on the good side; NO where it rules out that half of what was lost
    came back; else UNCLEAR. `figures` are those of the finding."""
    sign = -1 if better == Better.LOWER else 1
    low, high = sorted(sign * end for end in bounds)
    if low > 0:
        return YES
    wanted, had = figures.get("before", figures.get("rest")), figures.get("after", figures.get("rate"))
    lost = abs(wanted - had) if isinstance(wanted, float) and isinstance(had, float) else 0.0
    return NO if high < lost / 2 or high <= 0 else UNCLEAR
