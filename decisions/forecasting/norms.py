"""What is usual for a client's deals."""

from collections import defaultdict
from collections.abc import Mapping
from uuid import UUID

import numpy as np

from decisions.forecasting.adjusting import Evidence
from decisions.forecasting.history import FAR
from decisions.forecasting.methods import MIN_CLOSED, Sight
from decisions.forecasting.open_rows import OpenDeals
from decisions.forecasting.reading import Book, StageKey
from decisions.forecasting.risks import QUALIFYING, Norms


def average_of(sight: Sight) -> float | None:
    """Mean days from beginning to winning."""
    won = sight.history.won
    return float((sight.history.closed - sight.history.created)[won].mean()) if won.any() else None


def norms_of(book: Book, sight: Sight, deals: OpenDeals, evidence: Mapping[UUID, Evidence]) -> Norms:
    known = sight.history
    took = (known.closed - known.created)[known.won]
    value = np.where(np.isnan(book.table.value[deals.places]), deals.usual, book.table.value[deals.places])
    expected = (value * np.where(np.isnan(deals.record), 0.0, deals.record))[~np.isnan(value)]
    return Norms(
        oldest=float(np.quantile(took, 0.9)) if len(took) >= MIN_CLOSED else None,
        in_stage=_stays(book, sight), keeps_activity=any(each.touched is not None for each in evidence.values()),
        keeps_tasks=any(each.open_tasks for each in evidence.values()), qualifying=_qualifying(evidence),
        large=float(np.quantile(expected, 0.9)) if len(expected) else 0.0,
    )  # fmt: skip


def _qualifying(evidence: Mapping[UUID, Evidence]) -> frozenset[str]:
    """Parts of the qualification for which the client keeps a field of its own."""
    keys = {key.lower() for each in evidence.values() for key in each.custom}
    return frozenset(part for part in QUALIFYING if any(part in key for key in keys))


def _stays(book: Book, sight: Sight) -> dict[StageKey, float]:
    """Days that three of four deals stay in a stage at most, from stays that ended; of stages left ten times."""
    known, days = sight.history, defaultdict(list)
    moves = known.moves
    for here, (deal, stage, day) in enumerate(moves):
        last = here + 1 == len(moves) or moves[here + 1][0] != deal
        left = known.closed[deal] if last else moves[here + 1][2]
        if left != FAR:
            days[int(stage)].append(int(left - day))
    return {book.stages[stage]: float(np.quantile(of, 0.75)) for stage, of in days.items() if len(of) >= MIN_CLOSED}
