"""What won deals of a group are worth, so that findings can be ranked by the money at stake."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

import numpy as np
from numpy.typing import NDArray

from analytics.metrics import CUSTOM, DIMENSIONS
from decisions.advice.drafts import QUARTER_DAYS
from decisions.advice.reading import Facts
from decisions.tables import DealTable

FEWEST_VALUES = 5


def worth_of(facts: Facts, groups: Mapping[str, str], deals: float, document: Mapping[str, Any]) -> float | None:
    """The value of so many won deals of a group in a quarter, by the mean of those that were won there; None where
    values are not known. `deals` are those of the document's days."""
    days = _days_of(document)
    mean = mean_value(facts.deals, groups)
    if mean is None or days is None:
        return None
    return round(mean * deals * QUARTER_DAYS / days, 2)


def mean_value(table: DealTable, groups: Mapping[str, str]) -> float | None:
    """Of the won deals of a group, else of all won deals where those of the group are too few."""
    won = (table.won == 1) & ~np.isnan(table.value)
    for rows in (won & rows_of(table, groups), won):
        if rows.sum() >= FEWEST_VALUES:
            return float(table.value[rows].mean())
    return None


def rows_of(table: DealTable, groups: Mapping[str, str]) -> NDArray[np.bool_]:
    """A mask of the deals of a group."""
    rows = np.ones(len(table), dtype=bool)
    for dimension, key in groups.items():
        column = table.groups.get(dimension)
        if column is None or key not in column.levels:
            return np.zeros(len(table), dtype=bool)
        rows &= column.codes == column.levels.index(key)
    return rows


def query_of(groups: Mapping[str, str], document: Mapping[str, Any]) -> str:
    """The filters of a page that shows these deals."""
    named = {
        dimension: key for dimension, key in groups.items()
        if dimension.startswith(CUSTOM) or (dimension in DIMENSIONS and DIMENSIONS[dimension].filter)
    }  # fmt: skip
    days = {name: document.get(name) for name in ("since", "until") if document.get(name)}
    return urlencode({**named, **days})


def _days_of(document: Mapping[str, Any]) -> int | None:
    try:
        since, until = (date.fromisoformat(str(document.get(name))) for name in ("since", "until"))
    except ValueError:
        return None
    return max(1, (until - since).days + 1)
