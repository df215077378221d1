"""Each metric once: what it says, how it is computed, how surely it is known, and what it can be split by."""

from analytics.metrics.dimensions import CUSTOM, DIMENSIONS, custom_kinds_of, dimensions_of
from analytics.metrics.kinds import Better, Dimension, Interval, Kind, Measure, Metric, Rows, Unit
from analytics.metrics.measures import MEASURES
from analytics.metrics.registry import METRICS, can_be_asked_by, custom_kinds_for, dimensions_for, rows_of
from analytics.metrics.sums import MISSING, Slot, Sums, SumsReader, Table, Wanted

__all__ = [
    "CUSTOM",
    "DIMENSIONS",
    "MEASURES",
    "METRICS",
    "MISSING",
    "Better",
    "Dimension",
    "Interval",
    "Kind",
    "Measure",
    "Metric",
    "Rows",
    "Slot",
    "Sums",
    "SumsReader",
    "Table",
    "Unit",
    "Wanted",
    "can_be_asked_by",
    "custom_kinds_for",
    "custom_kinds_of",
    "dimensions_for",
    "dimensions_of",
    "rows_of",
]
