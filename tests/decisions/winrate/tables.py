"""Tables of deals for tests of pure statistics."""

from datetime import date
from uuid import UUID

import numpy as np

from decisions.tables import DealTable
from tests.decisions.columns import coded

FIRST_DAY = np.datetime64("2025-01-01")


def table_of(won, *, closed=None, created=None, value=None, numbers=None, **groups) -> DealTable:
    """Deals with these outcomes; a day of closing each, the groups by dimension."""
    n = len(won)
    closed = np.array(closed if closed is not None else FIRST_DAY + np.arange(n) % 90, dtype="datetime64[D]")
    nothing = coded([None] * n)
    groups = {key.replace("__", "."): coded(values) for key, values in groups.items()}
    return DealTable(
        ids=tuple(UUID(int=place) for place in range(n)),
        won=np.array(won, dtype=np.float64),
        created=np.array(created if created is not None else closed - 30, dtype="datetime64[D]"),
        closed=closed,
        expected=np.full(n, "NaT", dtype="datetime64[D]"),
        value=np.array(value if value is not None else np.full(n, 100.0), dtype=np.float64),
        stage=nothing,
        pipeline=nothing,
        groups={"agent": nothing, **groups},
        numbers=numbers or {},
    )


def day(text: str) -> date:
    return date.fromisoformat(text)
