"""What a model said against what came true, in bins: on the diagonal a model means what it says. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Numbers, Table
from analytics.charts.chart import INK, MUTED, WEAK, color, layout
from analytics.charts.scale import value_axis
from analytics.metrics import Unit
from analytics.questions import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One bin: the mean of what was said, the share that came true with its interval, and how many."""

    predicted: float
    observed: float
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    id: str
    title: str
    points: tuple[Point, ...]
    note: str = ""


def draw_calibration(calibration: Calibration, numbers: Numbers) -> Chart:
    points = calibration.points
    top = min(1.0, max([0.1, *(max(point.predicted, point.high or point.observed) for point in points)]))
    axes = {"title": {"font": {"color": MUTED, "size": 12}}}
    drawing = layout(
        320,
        xaxis=_titled(value_axis(Unit.SHARE, numbers, 0, top), _("Said"), axes),
        yaxis=_titled(value_axis(Unit.SHARE, numbers, 0, top), _("Came true"), axes),
        shapes=[
            {
                "type": "line", "xref": "x", "yref": "y", "x0": 0, "x1": 1, "y0": 0, "y1": 1,
                "line": {"color": WEAK, "width": 1, "dash": "dot"}, "layer": "below",
            }
        ],
        margin={"l": 56, "r": 12, "t": 12, "b": 48, "pad": 4},
    )  # fmt: skip
    return Chart(
        id=calibration.id,
        title=calibration.title,
        summary=_summary(points, numbers),
        figure={"data": [_trace(points, numbers)], "layout": drawing},
        table=_table(points, numbers) if points else Table(),
        height=320,
        note=calibration.note,
    )


def _titled(axis: dict[str, Any], words: str, more: dict[str, Any]) -> dict[str, Any]:
    return {**axis, "title": {"text": words, **more["title"]}}


def _trace(points: tuple[Point, ...], numbers: Numbers) -> dict[str, Any]:
    most = max((point.n for point in points), default=1)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point.predicted for point in points],
        "y": [point.observed for point in points],
        "line": {"color": color(0), "width": 1.5},
        "marker": {"size": [6 + 8 * (point.n / most) ** 0.5 for point in points], "color": color(0)},
        "error_y": {
            "type": "data",
            "symmetric": False,
            "array": [max(0.0, (point.high or point.observed) - point.observed) for point in points],
            "arrayminus": [
                max(0.0, point.observed - (point.observed if point.low is None else point.low)) for point in points
            ],
            "color": INK,
            "thickness": 1.25,
            "width": 3,
        },
        "hoverinfo": "text",
        "hovertext": [_hover(point, numbers) for point in points],
    }


def _figure(point: Point) -> Figure:
    return Figure(value=point.observed, n=point.n, low=point.low, high=point.high)


def _hover(point: Point, numbers: Numbers) -> str:
    said = _("said %(share)s") % {"share": numbers.value(Unit.SHARE, point.predicted)}
    figure = _figure(point)
    return f"{said}<br><b>{numbers.figure(Unit.SHARE, figure)}</b><br>{numbers.rests_on(figure)}"


def _summary(points: tuple[Point, ...], numbers: Numbers) -> str:
    if not points:
        return _("There is nothing to draw in this period.")
    off = [
        point
        for point in points
        if point.low is not None and point.high is not None and not point.low <= point.predicted <= point.high
    ]
    if not off:
        return _("In every bin what came true agrees with what was said, within its interval.")
    worst = max(off, key=lambda point: abs(point.predicted - point.observed))
    return _("%(off)s of %(n)s bins are off; most where %(said)s was said and %(true)s came true.") % {
        "off": len(off),
        "n": len(points),
        "said": numbers.value(Unit.SHARE, worst.predicted),
        "true": numbers.figure(Unit.SHARE, _figure(worst)),
    }


def _table(points: tuple[Point, ...], numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(numbers.value(Unit.SHARE, point.predicted)),
            Entry(numbers.value(Unit.SHARE, point.observed)),
            Entry(numbers.interval(Unit.SHARE, _figure(point)) or "–"),
            Entry(numbers.count(point.n)),
        )
        for point in points
    )
    return Table((_("Said"), _("Came true"), _("Interval (95 %)"), "n"), rows)
