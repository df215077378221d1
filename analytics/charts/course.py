"""A course in time: one line per group, its interval as a band, a smooth line, and what happened on the way. Pure."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts.chart import (
    DASHES,
    HEIGHT,
    INK,
    SURFACE,
    SYMBOLS,
    WEAK,
    Chart,
    Entry,
    Legend,
    Spot,
    Table,
    axis,
    color,
    layout,
    named_ticks,
    see_through,
)  # fmt: skip
from analytics.charts.numbers import Numbers
from analytics.charts.scale import bounds_of, value_axis
from analytics.metrics import Unit
from analytics.questions import Figure

_BAND_PERCENT = 16
_MARKED_UP_TO = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """`spots` stand at the steps of the course, None where there is no row. `smooth` has a value per step, or is ()."""

    name: str
    spots: tuple[Spot | None, ...]
    smooth: tuple[float | None, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """Something that happened within the step of that number."""

    step: int
    day: date
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """`steps` are the names of the steps, in order. Those in `partial` lie within the period in part: they are dotted,
    or a sum over three days of a week would look like a fall."""

    id: str
    title: str
    unit: Unit
    steps: tuple[str, ...]
    lines: tuple[Line, ...]
    annotations: tuple[Annotation, ...] = ()
    smooth_name: str = ""
    partial: frozenset[int] = frozenset()
    from_zero: bool = True
    height: int = HEIGHT
    note: str = ""
    url: str = ""


def draw_course(course: Course, numbers: Numbers) -> Chart:
    lines = [line for line in course.lines if any(line.spots)]
    drawn = [_drawn(spot.figure, len(lines) == 1) for line in lines for spot in line.spots if spot]
    smooth = [value for line in lines for value in line.smooth if value is not None]
    low, high = bounds_of(drawn, smooth)
    traces = [trace for n, line in enumerate(lines) for trace in _traces(n, line, course, numbers, len(lines) == 1)]
    x_axis = axis(range=[-0.5, len(course.steps) - 0.5], **named_ticks(range(len(course.steps)), course.steps))
    drawing = layout(
        course.height,
        xaxis=x_axis,
        yaxis=value_axis(course.unit, numbers, low, high, from_zero=course.from_zero),
        shapes=[_mark(annotation) for annotation in course.annotations],
        annotations=[_words(annotation, n) for n, annotation in enumerate(course.annotations)],
    )
    return Chart(
        id=course.id,
        title=course.title,
        summary=_summary(course, lines, numbers),
        figure={"data": traces, "layout": drawing},
        table=_table(course, lines, numbers) if lines else Table(),
        height=course.height,
        note=course.note,
        url=course.url,
        legend=tuple(Legend(n % 6 + 1, line.name) for n, line in enumerate(lines)) if len(lines) > 1 else (),
    )


def _traces(n: int, line: Line, course: Course, numbers: Numbers, alone: bool) -> list[dict[str, Any]]:
    colour = color(n)
    traces = _band(line, colour) if alone else []
    if line.smooth:
        traces.append(_smooth(line, colour, course.smooth_name))
    traces.append(_values(n, line, course, numbers, colour))
    ends = [step for step in sorted(course.partial) if step < len(line.spots) and line.spots[step]]
    return [*(_end(n, line, step, colour) for step in ends), *traces]


def _drawn(figure: Figure, with_interval: bool) -> Figure:
    """What of a figure takes room in the drawing: several lines come without their bands."""
    return figure if with_interval else Figure(value=figure.value, n=figure.n)


def _end(n: int, line: Line, step: int, colour: str) -> dict[str, Any]:
    """The dotted way between a step that is not whole and the next one that is."""
    other = step - 1 if step else step + 1
    pair = [at for at in sorted((step, other)) if 0 <= at < len(line.spots)]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": pair,
        "y": [_y(line.spots[at]) for at in pair],
        "line": {"color": see_through(colour, 60), "width": 1.5, "dash": "dot"},
        "hoverinfo": "skip",
    }


def _values(n: int, line: Line, course: Course, numbers: Numbers, colour: str) -> dict[str, Any]:
    faded = bool(line.smooth)
    order = _broken(len(line.spots), course.partial)
    spots = [None if step is None else line.spots[step] for step in order]
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(line.spots) <= _MARKED_UP_TO else "lines",
        "name": line.name,
        "x": order,
        "y": [_y(spot) for spot in spots],
        "connectgaps": False,
        "line": {
            "color": see_through(colour, 45) if faded else colour,
            "width": 1.25 if faded else 2,
            "dash": DASHES[n % len(DASHES)],
        },
        "marker": {
            "symbol": SYMBOLS[n % len(SYMBOLS)],
            "size": [5 if spot and spot.figure.enough else 6 for spot in spots],
            "color": [
                colour if spot and spot.figure.enough and step not in course.partial else SURFACE
                for step, spot in zip(order, spots, strict=True)
            ],
            "line": {"color": see_through(colour, 45) if faded else colour, "width": 1.25},
        },
        "hoverinfo": "text",
        "hovertext": [_hover(line, spot, course, numbers) for spot in spots],
        "customdata": [spot.url if spot else "" for spot in spots],
    }


def _broken(steps: int, partial: frozenset[int]) -> list[int | None]:
    """All steps in order, with a gap between whole and partial ones, so that no full line joins them."""
    order: list[int | None] = []
    for step in range(steps):
        if step and (step in partial) != (step - 1 in partial):
            order.append(None)
        order.append(step)
    return order


def _smooth(line: Line, colour: str, name: str) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": list(range(len(line.smooth))),
        "y": list(line.smooth),
        "line": {"color": colour, "width": 3, "shape": "spline", "smoothing": 0.6},
        "hoverinfo": "skip",
    }


def _band(line: Line, colour: str) -> list[dict[str, Any]]:
    """One filled area per run of steps with an interval: a gap in the figures is a gap in the band."""
    runs: list[list[int]] = [[]]
    for step, spot in enumerate(line.spots):
        if spot and spot.figure.low is not None and spot.figure.high is not None:
            runs[-1].append(step)
        elif runs[-1]:
            runs.append([])
    return [_area(line, run, colour) for run in runs if len(run) > 1]


def _area(line: Line, run: list[int], colour: str) -> dict[str, Any]:
    figures = [spot.figure for step in run if (spot := line.spots[step])]
    return {
        "type": "scatter",
        "mode": "lines",
        "x": [*run, *reversed(run)],
        "y": [*(figure.high for figure in figures), *(figure.low for figure in reversed(figures))],
        "fill": "toself",
        "fillcolor": see_through(colour, _BAND_PERCENT),
        "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "hoverinfo": "skip",
    }


def _mark(annotation: Annotation) -> dict[str, Any]:
    return {
        "type": "line", "xref": "x", "yref": "paper", "x0": annotation.step, "x1": annotation.step, "y0": 0, "y1": 1,
        "line": {"color": WEAK, "width": 1, "dash": "dot"}, "layer": "below",
    }  # fmt: skip


def _words(annotation: Annotation, n: int) -> dict[str, Any]:
    text = annotation.text if len(annotation.text) <= 24 else annotation.text[:23].rstrip() + "…"
    return {
        "x": annotation.step, "y": 1 - 0.09 * (n % 3), "xref": "x", "yref": "paper", "text": text.replace("<", "&lt;"),
        "showarrow": False, "xanchor": "left", "yanchor": "top", "xshift": 3, "font": {"size": 11, "color": INK},
        "bgcolor": SURFACE, "hovertext": annotation.text.replace("<", "&lt;"), "captureevents": True,
    }  # fmt: skip


def _y(spot: Spot | None) -> float | None:
    return None if spot is None or spot.figure.value is None else float(spot.figure.value)


def _hover(line: Line, spot: Spot | None, course: Course, numbers: Numbers) -> str:
    if spot is None:
        return ""
    name = f"{line.name}<br>".replace("&", "&amp;") if len(course.lines) > 1 else ""
    words = f"{name}{spot.title or spot.label}<br><b>{numbers.figure(course.unit, spot.figure)}</b>"
    return f"{words}<br>{_rests(spot.figure, numbers)}"


def _rests(figure: Figure, numbers: Numbers) -> str:
    words = numbers.rests_on(figure)
    return words if figure.enough else _("%(n)s, too few to be sure") % {"n": words}


def _summary(course: Course, lines: list[Line], numbers: Numbers) -> str:
    """First and last step, highest and lowest, of the first line; steps that are not whole say nothing."""
    if not lines:
        return _("There is nothing to draw in this period.")
    known = [(step, spot) for step, spot in enumerate(lines[0].spots) if spot and spot.figure.value is not None]
    spots = [spot for step, spot in known if step not in course.partial] or [spot for _step, spot in known]
    if not spots:
        return _("There is nothing to draw in this period.")
    value = lambda spot: float(spot.figure.value or 0)  # noqa: E731
    top, bottom = max(spots, key=value), min(spots, key=value)
    say = {
        "title": lines[0].name or course.title,
        "first": numbers.figure(course.unit, spots[0].figure),
        "last": numbers.figure(course.unit, spots[-1].figure),
        "since": spots[0].title or spots[0].label,
        "until": spots[-1].title or spots[-1].label,
        "high": numbers.value(course.unit, top.figure.value),
        "top": top.title or top.label,
        "low": numbers.value(course.unit, bottom.figure.value),
        "bottom": bottom.title or bottom.label,
    }
    if len(spots) == 1:
        return _("%(title)s: %(first)s in %(since)s.") % say
    return (
        _(
            "%(title)s went from %(first)s in %(since)s to %(last)s in %(until)s; highest in %(top)s (%(high)s), "
            "lowest in %(bottom)s (%(low)s)."
        )
        % say
    )


def _table(course: Course, lines: list[Line], numbers: Numbers) -> Table:
    """One row per step, the newest first."""
    several = len(lines) > 1
    head = [_("Period")]
    for line in lines:
        head += [line.name] if several else [course.title, _("Interval (95 %)"), "n"]
    rows = []
    for step in reversed(range(len(course.steps))):
        spots = [line.spots[step] for line in lines]
        named = next((spot for spot in spots if spot), None)
        row = [Entry(named.title or named.label if named else course.steps[step])]
        for spot in spots:
            row += _entries(spot, course.unit, numbers, several)
        rows.append(tuple(row))
    return Table(tuple(head), tuple(rows))


def _entries(spot: Spot | None, unit: Unit, numbers: Numbers, several: bool) -> list[Entry]:
    if spot is None:
        return [Entry("–")] if several else [Entry("–"), Entry(""), Entry("0")]
    weak = not spot.figure.enough
    if several:
        return [Entry(numbers.figure(unit, spot.figure), spot.url, weak)]
    return [
        Entry(numbers.value(unit, spot.figure.value), spot.url, weak),
        Entry(numbers.interval(unit, spot.figure), "", weak),
        Entry(numbers.count(spot.figure.n), "", weak),
    ]
