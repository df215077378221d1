"""Dots with intervals, one group under the other: where intervals overlap, nobody is ahead. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts.bars import FRAME, ROW, hover_of, shortened, table_of_spots, whiskers
from analytics.charts.chart import INK, MUTED, SURFACE, WEAK, Chart, Spot, Table, axis, color, layout, named_ticks
from analytics.charts.numbers import Numbers
from analytics.charts.scale import bounds_of, value_axis
from analytics.metrics import Unit
from analytics.questions import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Dots:
    """Groups from the top. `whole` is the figure of all together, drawn as a line through the dots."""

    id: str
    title: str
    unit: Unit
    heading: str
    spots: tuple[Spot, ...]
    whole: Figure | None = None
    note: str = ""
    url: str = ""


def draw_dots(dots: Dots, numbers: Numbers) -> Chart:
    spots = [spot for spot in dots.spots if spot.figure.value is not None]
    height = FRAME + ROW * max(2, len(spots))
    mean = None if dots.whole is None or dots.whole.value is None else float(dots.whole.value)
    low, high = bounds_of([spot.figure for spot in spots], () if mean is None else (mean,))
    drawing = layout(
        height,
        xaxis=value_axis(dots.unit, numbers, low, high, from_zero=False),
        yaxis=axis(
            range=[len(spots) - 0.5, -0.5],
            tickfont={"color": INK},
            **named_ticks(range(len(spots)), [shortened(spot.label) for spot in spots]),
        ),
        shapes=[] if mean is None else [_mean_line(mean)],
    )
    return Chart(
        id=dots.id,
        title=dots.title,
        summary=_summary(dots, spots, numbers),
        figure={"data": [_trace(dots, spots, numbers)], "layout": drawing},
        table=table_of_spots(dots.heading, dots.title, dots.unit, spots, numbers) if spots else Table(),
        height=height,
        note=dots.note,
        url=dots.url,
    )


def _trace(dots: Dots, spots: list[Spot], numbers: Numbers) -> dict[str, Any]:
    trace: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [float(spot.figure.value or 0) for spot in spots],
        "y": list(range(len(spots))),
        "marker": {
            "size": 10,
            "color": [color(0) if spot.figure.enough else SURFACE for spot in spots],
            "line": {"color": [color(0) if spot.figure.enough else MUTED for spot in spots], "width": 1.5},
        },
        "hoverinfo": "text",
        "hovertext": [hover_of(spot, dots.unit, numbers) for spot in spots],
        "customdata": [spot.url for spot in spots],
    }
    if any(spot.figure.low is not None for spot in spots):
        trace["error_x"] = {**whiskers(spots), "color": MUTED, "width": 4}
    return trace


def _mean_line(mean: float) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": mean, "x1": mean, "y0": 0, "y1": 1,
        "line": {"color": WEAK, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def _summary(dots: Dots, spots: list[Spot], numbers: Numbers) -> str:
    if not spots:
        return _("There is nothing to draw in this period.")
    say = {
        "title": dots.title,
        "n": len(spots),
        "first": f"{spots[0].label}, {numbers.figure(dots.unit, spots[0].figure)}",
        "last": f"{spots[-1].label}, {numbers.figure(dots.unit, spots[-1].figure)}",
    }
    words = _("%(title)s of %(n)s: at the top %(first)s, at the bottom %(last)s.") % say
    if dots.whole is not None and dots.whole.value is not None:
        words += " " + _("All together: %(figure)s (dotted line).") % {"figure": numbers.figure(dots.unit, dots.whole)}
    return words
