"""Grades: scores of 0 to 100 in five classes of twenty, for words and comparisons."""

from __future__ import annotations

from decimal import Decimal

# The least score of each grade, the best first.
GRADES: tuple[tuple[str, int], ...] = (("A", 80), ("B", 60), ("C", 40), ("D", 20), ("E", 0))
GRADE_NAMES = tuple(name for name, _ in GRADES)


def grade_of(total: float | Decimal) -> str:
    """`A` from 80, `B` from 60, `C` from 40, `D` from 20, else `E`."""
    return next((name for name, least in GRADES if total >= least), "E")
