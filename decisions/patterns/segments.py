"""Agents and segments of calls as what a comparison holds equal. Pure."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from decisions.patterns.regression import Controls
from decisions.tables.columns import Coded

# A level of a segment has an effect of its own with this many calls; the rest share one.
FEWEST_OF_LEVEL, MOST_LEVELS = 20, 12
AGENT, QUARTER = "agent", "quarter"
Floats = NDArray[np.float64]


def hold_equal(
    agent: Coded, segments: Mapping[str, Coded], day: NDArray[np.datetime64], cluster: NDArray[np.int64]
) -> tuple[Controls, list[str]]:
    """Controls of calls that stand in order of agent, and the names of what of it varies. Calls without an agent are
    as if of one agent. Quarters are held equal too, since scripts and win rates change with time."""
    columns = {**segments, QUARTER: quarter_of(day)}
    made = {name: _indicators(column.codes) for name, column in columns.items()}
    numbers = np.unique(agent.codes, return_inverse=True)[1]
    names = [AGENT] if numbers.max(initial=0) else []
    names += [name for name, each in made.items() if each.shape[1]]
    stacked = np.column_stack(list(made.values())) if made else np.zeros((len(day), 0))
    return Controls(numbers, stacked, cluster), names


def quarter_of(day: NDArray[np.datetime64]) -> Coded:
    months = day.astype("datetime64[M]").astype(np.int64)
    levels, codes = np.unique(months // 3, return_inverse=True)
    return Coded(codes.astype(np.int32), tuple(str(level) for level in levels))


def _indicators(codes: NDArray[np.int32]) -> Floats:
    """One column a level beside the most frequent one; rare levels share a column. No answer is a level."""
    _levels, places, counts = np.unique(codes, return_inverse=True, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    kept = [level for level in order[:MOST_LEVELS] if counts[level] >= FEWEST_OF_LEVEL]
    others = np.isin(places, kept, invert=True)
    columns = [places == level for level in kept[1:]]
    if others.sum() >= FEWEST_OF_LEVEL and kept:
        columns.append(others)
    return np.column_stack(columns).astype(np.float64) if columns else np.zeros((len(codes), 0))
