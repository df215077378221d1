"""Each metric stands once, whole, and is documented."""

from pathlib import Path

import pytest

from analytics.metrics import DIMENSIONS, MEASURES, METRICS, Interval, Kind, Rows, dimensions_for, rows_of
from analytics.metrics.document import metrics_document
from analytics.metrics.of_calls import OF_CALLS
from analytics.metrics.of_deals import OF_DEALS
from analytics.metrics.of_work import OF_WORK

PAGE = Path(__file__).parents[2] / "docs" / "metrics.md"


def test_every_metric_stands_once():
    assert len(METRICS) == len([*OF_CALLS, *OF_DEALS, *OF_WORK])


@pytest.mark.parametrize("metric", METRICS.values(), ids=lambda metric: metric.key)
def test_a_metric_says_what_it_is_and_what_it_rests_on(metric):
    assert all(str(text) for text in (metric.name, metric.says, metric.formula, metric.counted_by))
    assert set(metric.measures) <= set(MEASURES)
    assert rows_of(metric) and dimensions_for(metric)
    needs_two = metric.kind == Kind.SHARE or (metric.kind == Kind.RATIO and metric.compute is None)
    assert needs_two <= bool(metric.denominator)
    assert (metric.interval != Interval.NONE) <= bool(metric.minimum)


def test_every_measure_is_used_and_every_kind_of_rows_is_asked():
    used = {key for metric in METRICS.values() for key in metric.measures}
    assert set(MEASURES) == used
    assert {measure.rows for measure in MEASURES.values()} == set(Rows)


def test_every_dimension_belongs_to_some_metric():
    assert set(DIMENSIONS) == {key for metric in METRICS.values() for key in dimensions_for(metric)}


def test_the_page_on_metrics_is_what_the_registry_says():
    assert PAGE.read_text(encoding="utf-8") == metrics_document(), "manage.py metrics_document > docs/metrics.md"
