"""Round numbers for an axis. Pure."""

import math

_CLOCK = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def round_ticks(low: float, high: float, *, most: int = 5, clock: bool = False, whole: bool = False) -> list[float]:
    """At most `most` + 1 ticks from at or below `low` to at or above `high`, in steps of 1, 2, 2.5 or 5 × 10^n.

    `clock`: steps that suit minutes and seconds. `whole`: no step below 1. The method is Heckbert's (Nice Numbers for
    Graph Labels, Graphics Gems 1990).
    """
    if not math.isfinite(low) or not math.isfinite(high) or high - low < 1e-9 * max(1.0, abs(low)):
        low = low if math.isfinite(low) else 0.0
        high = low + max(1.0, abs(low))
    step = _clock_step((high - low) / most) if clock else _nice_step((high - low) / most)
    if whole:
        step = max(1.0, step)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _nice_step(rough: float) -> float:
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next(nice for nice in (1, 2, 2.5, 5, 10) if nice * power >= rough * (1 - 1e-9))


def _clock_step(rough: float) -> float:
    return next((step for step in _CLOCK if step >= rough), _nice_step(rough))
