"""A difference and its interval on a line with zero in the middle. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ZeroSpan:
    """In a box 100 wide, zero at 50; `low` is where the interval begins, `width` how wide it is."""

    low: float
    width: float
    at: float


def zero_span(difference: float | None, low: float | None, high: float | None, scale: float) -> ZeroSpan | None:
    """`scale` is the value at either end; what lies beyond is cut there. None without a difference."""
    if difference is None or scale <= 0:
        return None
    left, right = (_place(difference if end is None else end, scale) for end in (low, high))
    return ZeroSpan(left, round(right - left, 1), round(min(98.4, max(0.0, _place(difference, scale) - 0.8)), 1))


def _place(value: float, scale: float) -> float:
    return round(50 + 50 * max(-1.0, min(1.0, value / scale)), 1)
