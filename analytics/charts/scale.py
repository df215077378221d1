"""The axis of values, in the reader's numbers. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from analytics.charts.chart import LINE, axis, named_ticks
from analytics.charts.numbers import Numbers
from analytics.charts.ticks import round_ticks
from analytics.metrics import Unit
from analytics.questions import Figure


def bounds_of(figures: Iterable[Figure], extra: Sequence[float] = ()) -> tuple[float, float]:
    """Lowest and highest of all that is drawn; intervals far beyond the values are cut, or they would flatten them."""
    drawn = [figure for figure in figures if figure.value is not None]
    values = [*(float(figure.value) for figure in drawn if figure.value is not None), *extra]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    room = max(high - low, abs(high)) or 1.0
    lows = [figure.low for figure in drawn if figure.low is not None]
    highs = [figure.high for figure in drawn if figure.high is not None]
    return max(min([low, *lows]), low - room), min(max([high, *highs]), high + room)


def value_axis(
    unit: Unit, numbers: Numbers, low: float, high: float, *, from_zero: bool = True, **more: Any
) -> dict[str, Any]:
    """An axis over low … high with round ticks. Shares never run beyond 0 and 1."""
    if from_zero:
        low = min(0.0, low)
        high = max(0.0, high)
    ticks = round_ticks(low, high, most=4, clock=unit == Unit.SECONDS, whole=unit == Unit.COUNT)
    if unit == Unit.SHARE:
        ticks = [tick for tick in ticks if -1 <= tick <= 1]
    first, last = ticks[0], max(ticks[-1], high)
    room = (last - first) * 0.03
    return axis(
        range=[first - room if first < 0 or not from_zero else first, last + room],
        showgrid=True,
        gridcolor=LINE,
        **named_ticks(ticks, [numbers.short(unit, tick) for tick in ticks]),
        **more,
    )
