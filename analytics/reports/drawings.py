"""Charts of the PDF report, drawn with vectors: a course with its interval, whiskers on a common scale, a funnel."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import floor, log10

from analytics.reports.paper import ACCENT, BAND, FAINT, INK, MUTED, Paper

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One metric over time. `values` and the ends of their intervals by step, None where nothing can be said.

    `partial` are numbers of steps that the period cuts short; the line to them is dashed.
    """

    title: str
    labels: Sequence[str]
    values: Sequence[float | None]
    lows: Sequence[float | None]
    highs: Sequence[float | None]
    shown: Callable[[float], str]
    said: str
    partial: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Area:
    """Where a chart's lines go: millimetres of the page, values of the scale from `bottom` to `top`."""

    x: float
    y: float
    width: float
    height: float
    bottom: float
    top: float

    def at(self, share: float, value: float) -> Point:
        """`share` 0 to 1 from the left."""
        up = (value - self.bottom) / (self.top - self.bottom)
        return self.x + share * self.width, self.y + self.height * (1 - min(max(up, 0), 1))


def draw_course(paper: Paper, course: Course, *, x: float, y: float, width: float, height: float) -> None:
    """A line with its band, a scale at the left and some names of steps below; gaps where nothing is known."""
    paper.write_at(x, y, course.title, size=9.5, bold=True, width=width)
    paper.write_at(x, y + 4.6, course.said, size=7.5, colour=MUTED, width=width)
    known = [each for each in (*course.values, *course.lows, *course.highs) if each is not None]
    if not known:
        return
    top = nice_top(max(known))
    area = Area(x + 13, y + 11, width - 15, height - 17, min(0.0, min(known)), top)
    _draw_scale(paper, area, course)
    count = max(len(course.values) - 1, 1)
    places = [number / count for number in range(len(course.values))]
    for run in _runs(course.lows, course.highs):
        lows = [area.at(places[n], course.lows[n] or 0) for n in run]
        highs = [area.at(places[n], course.highs[n] or 0) for n in run]
        _fill(paper, [*highs, *reversed(lows)])
    with paper.stroke(ACCENT, 0.5):
        for run in _runs(course.values):
            points = [area.at(places[n], course.values[n] or 0) for n in run]
            _draw_line(paper, points, [n in course.partial for n in run])


def _draw_line(paper: Paper, points: list[Point], partial: list[bool]) -> None:
    if len(points) == 1:
        _dot(paper, *points[0])
    for (start, end), (before, after) in zip(pairwise(points), pairwise(partial), strict=True):
        if before or after:
            paper.set_dash_pattern(dash=1.0, gap=1.0)
        paper.line(*start, *end)
        paper.set_dash_pattern()


def _draw_scale(paper: Paper, area: Area, course: Course) -> None:
    for part in range(5):
        value = area.bottom + (area.top - area.bottom) * part / 4
        _, y = area.at(0, value)
        paper.rule(area.x, y, area.x + area.width, FAINT, 0.15)
        if part % 2 == 0:
            paper.write_at(area.x - 14, y - 1.4, course.shown(value), size=6.5, colour=MUTED, width=13, align="R")
    last = len(course.labels) - 1
    step = max(1, -(-len(course.labels) // 6))
    for number in range(0, last + 1, step):
        x, _y = area.at(number / max(last, 1), area.bottom)
        align = "L" if number == 0 else "R" if number == last else "C"
        left = {"L": x, "R": x - 16, "C": x - 8}[align]
        paper.write_at(left, area.y + area.height + 1.2, course.labels[number], size=6.5, colour=MUTED, width=16,
                       align=align)  # fmt: skip


def _runs(*series: Sequence[float | None]) -> list[list[int]]:
    """Numbers of neighbouring steps at which all series have a value."""
    runs: list[list[int]] = [[]]
    for number, values in enumerate(zip(*series, strict=True)):
        if any(value is None for value in values):
            runs.append([])
        else:
            runs[-1].append(number)
    return [run for run in runs if run]


def _fill(paper: Paper, points: list[Point]) -> None:
    if len(points) > 3:
        paper.set_fill_color(*BAND)
        paper.polygon(points, style="F")


def _dot(paper: Paper, x: float, y: float, radius: float = 0.8, colour: tuple[int, int, int] = ACCENT) -> None:
    paper.set_fill_color(*colour)
    paper.circle(x, y, radius, style="F")


def draw_whisker(
    paper: Paper, *, x: float, y: float, width: float, value: float, low: float, high: float, top: float, sure: bool
) -> None:
    """A value with its interval on a scale from 0 to `top`, `y` being its middle; grey where it rests on too few."""

    def place(each: float) -> float:
        return x + width * min(max(each / top, 0.0), 1.0) if top else x

    colour = ACCENT if sure else MUTED
    paper.rule(x, y, x + width, FAINT, 0.2)
    paper.bar(place(low), y - 0.9, place(high) - place(low), 1.8, BAND if sure else FAINT)
    _dot(paper, place(value), y, 1.0, colour)


def draw_step(
    paper: Paper, *, y: float, x: float, width: float, name: str, share: float, count: str, note: str, label: float
) -> None:
    """One step of a funnel: a bar as long as its share of the beginning."""
    paper.write_at(x, y + 1.2, name, size=9, width=label - 3)
    room = width - label - 70
    paper.bar(x + label, y, room, 5.4, FAINT)
    paper.bar(x + label, y, max(room * share, 0.4), 5.4, ACCENT)
    paper.write_at(x + label + room + 2, y + 1.2, count, size=9, bold=True, colour=INK, width=16)
    paper.write_at(x + label + room + 19, y + 1.3, note, size=8, colour=MUTED, width=51)


def nice_top(value: float) -> float:
    """The next of 1, 1.5, 2, 3, 4, 6, 8 times a power of ten, so that quarters of the scale read well."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10) if step * power >= value)
