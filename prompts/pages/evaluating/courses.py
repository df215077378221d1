"""Courses over time as small drawings: numbers in, SVG paths out. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import floor, log10

WIDTH, HEIGHT = 520.0, 140.0


@dataclass(frozen=True, slots=True)
class Point:
    """One day of a course; `value` is None where nothing was measured."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Tick:
    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Line:
    """`course` joins neighbouring days, `dots` mark each, `whiskers` are their intervals."""

    course: str
    dots: str
    whiskers: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """In a box of WIDTH by HEIGHT; `top` is the value of its upper edge, 0 that of the lower."""

    lines: list[Line]
    ticks: list[Tick]
    levels: list[Tick]
    releases: list[Tick]
    top: float


def draw(
    courses: Sequence[Sequence[Point]], *, days: Sequence[date], releases: Sequence[tuple[date, str]], top: float = 0
) -> Drawing:
    """All `courses` over `days`, on one scale from 0 to `top` (a round number above all of them where it is 0)."""
    known = [
        value for points in courses for point in points for value in (point.value, point.high) if value is not None
    ]
    height = top or _round_up(max(known, default=1.0) or 1.0)
    place = {day: (n + 0.5) / len(days) * WIDTH for n, day in enumerate(days)}
    steps = max(1, len(days) // 5)
    return Drawing(
        lines=[_line(points, place, height) for points in courses],
        ticks=[Tick(round(place[day], 1), f"{day:%d.%m}") for day in days[steps // 2 :: steps]],
        levels=[Tick(round(HEIGHT * (1 - share), 1), f"{share * height:g}") for share in (0, 0.5, 1)],
        releases=[Tick(round(place[day], 1), name) for day, name in releases if day in place],
        top=height,
    )


def _line(points: Sequence[Point], place: dict[date, float], top: float) -> Line:
    course, dots, whiskers, pen = [], [], [], "M"
    for point in points:
        if point.value is None or point.day not in place:
            continue
        x, y = place[point.day], _y(point.value, top)
        course.append(f"{pen}{x:.1f} {y:.1f}")
        dots.append(f"M{x:.1f} {y:.1f}h0.01")
        if point.low is not None and point.high is not None:
            whiskers.append(f"M{x:.1f} {_y(point.low, top):.1f}V{_y(point.high, top):.1f}")
        pen = "L"
    return Line("".join(course), "".join(dots), "".join(whiskers))


def _y(value: float, top: float) -> float:
    return HEIGHT * (1 - min(1.0, max(0.0, value / top)))


def _round_up(value: float) -> float:
    """1, 2 or 5 times a power of ten that is not below."""
    power = 10.0 ** floor(log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value - 1e-12)
