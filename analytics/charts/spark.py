"""A course in the space of a word: a line drawn by the server, beside a figure. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 120.0, 32.0


@dataclass(frozen=True, slots=True)
class Spark:
    """Paths in a box of WIDTH × HEIGHT, and the last point; empty where there are fewer than two values."""

    path: str
    area: str
    last: tuple[float, float] | None


def draw_spark(values: Sequence[float | None], *, from_zero: bool = False) -> Spark:
    """Runs of values as lines over their range, or over that from 0; a missing value is a gap."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return Spark("", "", None)
    low, high = min([0.0, *known]) if from_zero else min(known), max(known)
    span = (high - low) or 1.0
    step = WIDTH / max(1, len(values) - 1)
    runs: list[list[tuple[float, float]]] = [[]]
    for n, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((round(n * step, 1), round(HEIGHT - 2 - (value - low) / span * (HEIGHT - 4), 1)))
    drawn = [run for run in runs if run]
    lines = ["M" + "L".join(f"{x:g} {y:g}" for x, y in run) for run in drawn]
    areas = [
        f"{line}L{run[-1][0]:g} {HEIGHT:g}L{run[0][0]:g} {HEIGHT:g}Z" for line, run in zip(lines, drawn, strict=True)
    ]
    return Spark("".join(lines), "".join(areas), drawn[-1][-1])
