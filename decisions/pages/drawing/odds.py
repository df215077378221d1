"""Odds ratios with their intervals on a logarithmic axis around 1: left of it worse, right of it better. Pure."""

import math
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Numbers, Table
from analytics.charts.bars import FRAME, ROW, shortened
from analytics.charts.chart import INK, LINE, MUTED, SURFACE, WEAK, axis, color, layout, named_ticks
from analytics.metrics import Unit
from analytics.questions import Figure

_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_CLOSE_TICKS = (0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75)
_FARTHEST = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """`is_real`: it survives correction for how many were tried."""

    label: str
    odds_ratio: float
    low: float
    high: float
    n: int
    q_value: float
    is_real: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Odds:
    id: str
    title: str
    heading: str
    ratios: tuple[Ratio, ...]
    note: str = ""


def draw_odds(odds: Odds, numbers: Numbers) -> Chart:
    ratios = odds.ratios
    height = FRAME + ROW * max(2, len(ratios))
    low = min([0.8, *(_kept(ratio.low) for ratio in ratios)])
    high = max([1.25, *(_kept(ratio.high) for ratio in ratios)])
    known = _CLOSE_TICKS if low > 0.52 and high < 1.9 else _TICKS
    ticks = [tick for tick in known if low / 1.05 <= tick <= high * 1.05]
    drawing = layout(
        height,
        xaxis=axis(
            type="log", range=[math.log10(low / 1.1), math.log10(high * 1.1)], showgrid=True, gridcolor=LINE,
            **named_ticks(ticks, [f"× {numbers.short(Unit.RATIO, tick)}" for tick in ticks]),
        ),
        yaxis=axis(
            range=[len(ratios) - 0.5, -0.5], tickfont={"color": INK},
            **named_ticks(range(len(ratios)), [shortened(ratio.label) for ratio in ratios]),
        ),
        shapes=[
            {
                "type": "line", "xref": "x", "yref": "paper", "x0": 1, "x1": 1, "y0": 0, "y1": 1,
                "line": {"color": WEAK, "width": 1.5}, "layer": "below",
            }
        ],
    )  # fmt: skip
    return Chart(
        id=odds.id,
        title=odds.title,
        summary=_summary(odds, numbers),
        figure={"data": [_trace(ratios, numbers)], "layout": drawing},
        table=_table(odds, numbers) if ratios else Table(),
        height=height,
        note=odds.note,
    )


def _kept(value: float) -> float:
    return min(max(value, 1 / _FARTHEST), _FARTHEST)


def _trace(ratios: tuple[Ratio, ...], numbers: Numbers) -> dict[str, Any]:
    values = [_kept(ratio.odds_ratio) for ratio in ratios]
    return {
        "type": "scatter",
        "mode": "markers",
        "x": values,
        "y": list(range(len(ratios))),
        "marker": {
            "size": 10,
            "color": [_tone(ratio) if ratio.is_real else SURFACE for ratio in ratios],
            "line": {"color": [_tone(ratio) if ratio.is_real else MUTED for ratio in ratios], "width": 1.5},
        },
        "error_x": {
            "type": "data", "symmetric": False, "color": MUTED, "thickness": 1.25, "width": 4,
            "array": [_kept(ratio.high) - value for ratio, value in zip(ratios, values, strict=True)],
            "arrayminus": [value - _kept(ratio.low) for ratio, value in zip(ratios, values, strict=True)],
        },
        "hoverinfo": "text",
        "hovertext": [_hover(ratio, numbers) for ratio in ratios],
    }  # fmt: skip


def _tone(ratio: Ratio) -> str:
    return color(0) if ratio.odds_ratio >= 1 else color(1)


def _figure(ratio: Ratio) -> Figure:
    return Figure(value=ratio.odds_ratio, n=ratio.n, low=ratio.low, high=ratio.high)


def _hover(ratio: Ratio, numbers: Numbers) -> str:
    name = ratio.label.replace("<", "&lt;")
    chance = "" if ratio.is_real else f"<br>{_('may be chance')}"
    figure = _figure(ratio)
    return f"{name}<br><b>× {numbers.figure(Unit.RATIO, figure)}</b><br>{numbers.rests_on(figure)}{chance}"


def _summary(odds: Odds, numbers: Numbers) -> str:
    real = [ratio for ratio in odds.ratios if ratio.is_real]
    if not odds.ratios:
        return _("There is nothing to draw in this period.")
    if not real:
        return _("None of %(n)s differs from 1 by more than chance explains.") % {"n": len(odds.ratios)}
    first = max(real, key=lambda ratio: abs(math.log(ratio.odds_ratio)))
    return _("%(real)s of %(n)s differ from 1 by more than chance explains; most %(first)s, × %(ratio)s.") % {
        "real": len(real),
        "n": len(odds.ratios),
        "first": first.label,
        "ratio": numbers.figure(Unit.RATIO, _figure(first)),
    }


def _table(odds: Odds, numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(ratio.label),
            Entry(f"× {numbers.value(Unit.RATIO, ratio.odds_ratio)}", "", not ratio.is_real),
            Entry(numbers.interval(Unit.RATIO, _figure(ratio)), "", not ratio.is_real),
            Entry(chance_of(ratio.q_value, numbers), "", not ratio.is_real),
            Entry(numbers.count(ratio.n), "", not ratio.is_real),
        )
        for ratio in odds.ratios
    )
    return Table((odds.heading, _("Odds of winning"), _("Interval (95 %)"), _("Corrected p"), "n"), rows)


def chance_of(value: float | None, numbers: Numbers) -> str:
    """A p or q as tables show it."""
    if value is None:
        return "–"
    return f"< {numbers.short(Unit.RATIO, 0.01)}" if value < 0.01 else numbers.value(Unit.RATIO, value)
