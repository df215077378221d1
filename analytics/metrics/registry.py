"""All metrics, and what can be asked of each. Pure."""

from analytics.metrics.dimensions import CUSTOM, DIMENSIONS, custom_kinds_of, dimensions_of
from analytics.metrics.kinds import Metric, Rows
from analytics.metrics.measures import MEASURES
from analytics.metrics.of_calls import OF_CALLS
from analytics.metrics.of_deals import OF_DEALS
from analytics.metrics.of_work import OF_WORK

METRICS: dict[str, Metric] = {metric.key: metric for metric in (*OF_CALLS, *OF_DEALS, *OF_WORK)}


def rows_of(metric: Metric) -> tuple[Rows, ...]:
    """The rows it is computed from, each once, in order."""
    return tuple(dict.fromkeys(MEASURES[key].rows for key in metric.measures))


def dimensions_for(metric: Metric) -> tuple[str, ...]:
    """Keys of DIMENSIONS it can be split and filtered by: those that all its rows have."""
    kept = frozenset.intersection(*(dimensions_of(rows) for rows in rows_of(metric)))
    return tuple(key for key in DIMENSIONS if key in kept)


def custom_kinds_for(metric: Metric) -> tuple[str, ...]:
    """Kinds of record whose custom fields it can be split and filtered by."""
    first, *others = (custom_kinds_of(rows) for rows in rows_of(metric))
    return tuple(kind for kind in first if all(kind in other for other in others))


def can_be_asked_by(metric: Metric, dimension: str) -> bool:
    """Whether `metric` has the dimension: a key of DIMENSIONS or "custom.<kind>.<key>"."""
    if dimension.startswith(CUSTOM):
        return dimension.removeprefix(CUSTOM).split(".", 1)[0] in custom_kinds_for(metric)
    return dimension in dimensions_for(metric)
