"""The way from a figure to the rows that it rests on, as an address."""

from collections.abc import Mapping
from typing import Any

from analytics.metrics import DIMENSIONS, MEASURES, METRICS, MISSING
from analytics.pages.filters import CUSTOM_PREFIX, NARROWING
from analytics.pages.look import Look

# The name in an address of what a dimension filters.
PARAMETERS = {
    dimension: name
    for dimension, each in DIMENSIONS.items()
    for name, target in NARROWING.items()
    if each.filter == target
}
# Dimensions that a list of rows narrows by besides the filters.
_OF_LISTS = {"stage": "stage", "campaign": "campaign", "activity_type": "activity"}
# Which set of rows a measure counts, as the page of rows names it; sets not named here are its usual ones.
_SETS = {
    "deals_created": "created",
    "deals_closed": "closed",
    "deals_closed.won": "won",
    "deals_closed.won_value": "won",
    "deals_closed.cycle": "won",
    "deals_closed.lost": "lost",
    "deals_closed.lost_value": "lost",
    "deals_open": "open",
    "tasks_done": "done",
    "tasks_due": "late",
    "new_customers": "new",
}
# Metrics whose sums say more than the rows that they are divided by.
_OTHERS: Mapping[str, tuple[str, str]] = {
    "revenue_per_agent": ("deals", "won"),
    **dict.fromkeys(("cost_per_call", "cost_per_lead", "cost_per_deal", "acquisition_cost"), ("ad_costs", "")),
}
_TYPES = {"emails": "email", "meetings": "meeting", "proposals": "proposal", "demos": "demo", "calls_logged": "call"}


def rows_behind(metric: str) -> tuple[str, str]:
    """Kind of rows and set of them that a metric rests on; the set is empty where it is the usual one."""
    if metric in _OTHERS:
        return _OTHERS[metric]
    measure = MEASURES[METRICS[metric].rests_on]
    return measure.rows.kind, _SETS.get(measure.key, _SETS.get(measure.rows.value, ""))


def narrowed_to(dimension: str, key: str, kind: str) -> dict[str, str] | None:
    """What narrows rows of a kind to one group, as an address has it; None for a group that no filter finds."""
    if not dimension:
        return {}
    if dimension.startswith(CUSTOM_PREFIX):
        return None if key == MISSING or kind == "calls" else {dimension: key}
    parameter = PARAMETERS.get(dimension) or _OF_LISTS.get(dimension)
    if not parameter or not key or (key == MISSING and (kind == "calls" or dimension in _OF_LISTS)):
        return None
    return {parameter: key}


def address_behind(look: Look, metric: str, *, by: str = "", key: str = "", **narrowed: Any) -> str:
    """The rows that the figure of `metric` rests on, for one group of dimension `by`; "" where there is no list.

    `narrowed` are filters of the address that replace those of the look: since=…, until=…
    """
    kind, which = rows_behind(metric)
    group = narrowed_to(by, key, kind)
    if group is None:
        return ""
    plain = {name: value for name, value in (("which", which), ("activity", _TYPES.get(metric, ""))) if value}
    return look.rows_url(kind, **{**plain, **narrowed, **group})
