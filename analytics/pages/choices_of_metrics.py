"""What pages let one choose of metrics, dimensions and steps, in groups."""

from collections.abc import Iterable
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.metrics import DIMENSIONS, METRICS, Metric, rows_of
from analytics.questions import Grain

Choices = list[tuple[str | Promise, Any]]
KINDS: dict[str, str | Promise] = {
    "calls": _("Calls"),
    "deals": _("Deals"),
    "leads": _("Leads"),
    "activities": _("Activities"),
    "tasks": _("Tasks"),
    "customers": _("Customers"),
    "purchases": _("Purchases"),
    "ad_costs": _("Advertising"),
}
GRAINS: list[tuple[str, Any]] = [
    ("", _("As suits the period")),
    (Grain.DAY.value, _("Day")),
    (Grain.WEEK.value, _("Week")),
    (Grain.MONTH.value, _("Month")),
    (Grain.QUARTER.value, _("Quarter")),
    (Grain.YEAR.value, _("Year")),
]
# Dimensions that a course can be split by and still be read.
SPLITS = (
    "agent",
    "team",
    "region",
    "source",
    "call_type",
    "outcome",
    "language",
    "product",
    "product_line",
    "industry",
)


def metric_choices(metrics: Iterable[Metric], *, first: str) -> Choices:
    """Metrics in groups by the rows they rest on; `first` is what is chosen without a choice."""
    groups: dict[str, list[tuple[str, Any]]] = {}
    for metric in metrics:
        kind = rows_of(metric)[0].kind
        key = "" if metric.key == first else metric.key
        groups.setdefault(kind, []).append((key, metric.name))
    return [(KINDS.get(kind, kind), choices) for kind, choices in groups.items()]


def split_choices(*, nothing: Any) -> list[tuple[str, Any]]:
    return [("", nothing), *((key, DIMENSIONS[key].name) for key in SPLITS)]


def metric_of(chosen: str, *, first: str) -> Metric:
    return METRICS[chosen or first]
