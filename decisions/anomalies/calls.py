"""Single calls of the last days against those of the year before."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from decisions.anomalies.tails import FIGURES, LOGGED, Scored, score_calls
from decisions.models import Audience
from decisions.tables.calls import load_calls
from decisions.tables.heard import measure

# So many calls before to one looked at: fewer could not tell a single call from one in so many by chance.
_BEFORE_TO_ONE = 25
_DAYS = (7, 3, 1)


@dataclass(frozen=True, slots=True)
class LookedCalls:
    """Calls looked at: their ids and days, and what was observed of the figure that lies farthest out. `since` is the
    first of their days."""

    ids: tuple[UUID, ...]
    day: NDArray[np.datetime64]
    observed: NDArray[np.float64]
    scored: Scored
    since: date


def look_at_calls(audience: Audience, *, since: date, until: date) -> LookedCalls | None:
    """Of the last seven days, or fewer where calls are too few to tell so many. None where they tell nothing. Four
    queries."""
    calls = measure(audience, load_calls(audience, since=since, until=until), since=since, until=until)
    for days in _DAYS:
        first = until - timedelta(days=days - 1)
        recent = calls.day >= np.datetime64(first)
        if (~recent).sum() >= _BEFORE_TO_ONE * recent.sum() or days == _DAYS[-1]:
            break
    figures = {name: calls.figures[name] for name in FIGURES}
    scored = score_calls(figures, calls.groups["agent"].codes.astype(np.intp), recent, LOGGED)
    if scored is None:
        return None
    rows = np.flatnonzero(recent)
    observed = np.array([figures[name][row] for name, row in zip(scored.figure, rows, strict=True)])
    return LookedCalls(tuple(calls.ids[row] for row in rows), calls.day[rows], observed, scored, first)
