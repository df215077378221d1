"""Geometry of the small charts, as SVG path data. Pure: numbers in, text out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Course:
    """Sentiment of both sides over the call: (second, score -1..1) in order of time."""

    agent: tuple[Point, ...]
    customer: tuple[Point, ...]

    def __bool__(self) -> bool:
        return bool(self.agent or self.customer)


def read_course(sentiment: Mapping[str, Any]) -> Course:
    """The course of an analysis: a list of {time, role, score}."""
    points = sentiment.get("course") or []
    return Course(agent=_points_of(points, "agent"), customer=_points_of(points, "customer"))


def _points_of(points: Iterable[Mapping[str, Any]], role: str) -> tuple[Point, ...]:
    found = [(float(p["time"]), float(p["score"])) for p in points if p.get("role") == role]
    return tuple(sorted(found))


def line_path(points: Sequence[Point], *, seconds: float, width: float, height: float) -> str:
    """A line through `points` in a box of `width` x `height`; score 1 is at the top, -1 at the bottom.

    The curve is a monotone-in-time cubic (each control point half way in time), so that it never overshoots.
    The first and last value are held to the edges of the call.
    """
    if not points:
        return ""
    edges = [(0.0, points[0][1]), *points, (seconds, points[-1][1])]
    placed = [
        (round(width * min(1.0, max(0.0, time / seconds if seconds else 0.0)), 1), _height(score, height))
        for time, score in edges
    ]
    path = [f"M{placed[0][0]:g} {placed[0][1]:g}"]
    for (x0, y0), (x1, y1) in pairwise(placed):
        middle = round((x0 + x1) / 2, 1)
        path.append(f"C{middle:g} {y0:g} {middle:g} {y1:g} {x1:g} {y1:g}")
    return "".join(path)


def _height(score: float, height: float) -> float:
    return round(height * (1 - (min(1.0, max(-1.0, score)) + 1) / 2), 1)
