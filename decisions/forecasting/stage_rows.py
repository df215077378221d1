"""The stage table beside what came of the deals that passed each stage."""

from datetime import date
from typing import Any

import numpy as np

from decisions.documents import Rate
from decisions.forecasting.history import FAR, History, day_number
from decisions.forecasting.reading import Book, stage_of
from decisions.models import Audience, StageChance
from decisions.statistics.shares import rate_of


def stage_rows(book: Book, audience: Audience, as_of: date) -> list[dict[str, Any]]:
    """[{pipeline, stage, kind, chance, is_guessed, observed, deals, value, expected}], as the table has its stages."""
    day = day_number(as_of)
    known = book.history.known_on(day, with_values=True)
    number_of = {key: number for number, key in enumerate(book.stages)}
    open_rows = np.flatnonzero(np.isnan(book.table.won))
    at = np.array([number_of.get(stage_of(book, int(row)), -1) for row in open_rows], dtype=np.int64)
    rows = []
    for row in StageChance.objects.filter(client=audience.client_id):
        number = number_of.get((row.pipeline, row.stage))
        if number is None:  # came into the table since the book was read
            continue
        values = book.table.value[open_rows[at == number]]
        total = float(np.nansum(values))
        rows.append({
            "pipeline": row.pipeline, "stage": row.stage, "kind": row.kind, "chance": float(row.chance),
            "is_guessed": row.is_guessed, "observed": _observed(known, number), "deals": len(values),
            "value": round(total, 2), "expected": round(total * float(row.chance), 2),
        })  # fmt: skip
    return rows


def _observed(known: History, number: int) -> Rate:
    """Of the deals that entered the stage and are closed."""
    passed = np.unique(known.moves[known.moves[:, 1] == number, 0])
    closed = passed[known.closed[passed] != FAR]
    return rate_of(int(known.won[closed].sum()), len(closed))
