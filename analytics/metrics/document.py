"""docs/metrics.md, written from the registry: `manage.py metrics_document > docs/metrics.md`."""

from collections.abc import Iterator

from django.utils.translation import override

from analytics.metrics.dimensions import DIMENSIONS
from analytics.metrics.kinds import Better, Interval, Metric, Unit
from analytics.metrics.measures import MEASURES
from analytics.metrics.of_calls import OF_CALLS
from analytics.metrics.of_deals import OF_DEALS
from analytics.metrics.of_work import OF_WORK
from analytics.metrics.registry import custom_kinds_for, dimensions_for, rows_of

_HEAD = """# Metrics

Written by `manage.py metrics_document` from `analytics/metrics`; a test fails when it is stale.

Pages, API, reports and the command line all ask through `analytics.asking.ask`, so that one figure is the same
everywhere. Every figure comes with **n**, the number of rows it rests on. Below its **minimum** it is shown, and
nothing is ranked by it. `value` is nothing where there is nothing to divide by; counts and sums of no rows are 0.

Rows are those the reader may see: agents their own, managers those of their teams, administrators the client's.
Days are those of the client's time zone. Money is in the client's currency: a deal's amount by the exchange rate
of its day.

## Intervals

All are of 95 %. They say how far chance alone would move the figure, were such rows drawn again; not what rows
that were never recorded would say.

| | figure | change |
| --- | --- | --- |
| Wilson | of a share: score interval (1927), no continuity correction | Newcombe's hybrid score (1998) |
| Student | t interval of a mean, from n, sum and sum of squares, cut off at 0 | Welch (1947) |
| log ratio | won / lost: e^(ln ratio ± 1.96 √(1/won + 1/lost)) (Woolf 1955) | MOVER (Zou and Donner 2008) |
| none | counts, sums, and ratios of different kinds of rows | none |

A change is **real** when its interval excludes 0 and both figures rest on enough rows.

## Comparing

`prior` is as many days just before the period, `year` the same days a year before. Steps of a trend are paired
with those of the other period from the end: March 1 to 31 by month with February, not with the last days of
January.
"""


def metrics_document() -> str:
    """The whole page, in English."""
    with override("en"):
        parts = [_HEAD]
        for title, metrics in (
            ("Calls", OF_CALLS), ("Deals", OF_DEALS), ("Leads, work, purchases, customers, costs", OF_WORK),
        ):  # fmt: skip
            parts.append(f"## {title}\n")
            parts += ["\n".join(_about(metric)) for metric in metrics]
        parts += ["## Dimensions\n", *(f"- `{key}`: {dimension.name}" for key, dimension in DIMENSIONS.items())]
        parts.append("- `custom.<kind>.<key>`: a column of the client's own, e.g. `custom.deals.lead_score`")
    return "\n".join(parts) + "\n"


def _about(metric: Metric) -> Iterator[str]:
    yield f"### `{metric.key}`: {metric.name}\n"
    yield f"{metric.says}: **{metric.formula}**.\n"
    yield f"- Unit: {_UNITS[metric.unit]}; {_BETTER[metric.better]}"
    yield f"- Counted by: {metric.counted_by}"
    yield f"- Rows: {', '.join(dict.fromkeys(rows.kind for rows in rows_of(metric)))}; n: {_n(metric)}"
    yield f"- Interval: {_INTERVALS[metric.interval]}; minimum n: {metric.minimum or 'none'}"
    yield f"- Split and filtered by: {', '.join(dimensions_for(metric)) or 'nothing'}{_custom(metric)}"
    for sentence in metric.edge_cases:
        yield f"- {sentence}"
    yield ""


def _n(metric: Metric) -> str:
    return MEASURES[metric.rests_on].says


def _custom(metric: Metric) -> str:
    kinds = custom_kinds_for(metric)
    return f"; custom fields of {', '.join(kinds)}" if kinds else ""


_UNITS = {
    Unit.COUNT: "how many",
    Unit.SHARE: "share, 0 to 1",
    Unit.SECONDS: "seconds",
    Unit.MINUTES: "minutes",
    Unit.DAYS: "days",
    Unit.MONEY: "money",
    Unit.MONEY_PER_DAY: "money a day",
    Unit.SCORE: "points, 0 to 100",
    Unit.RATING: "points, 1 to 5",
    Unit.RATIO: "ratio",
}
_BETTER = {
    Better.HIGHER: "higher is better",
    Better.LOWER: "lower is better",
    Better.NEITHER: "neither high nor low is better as such",
}
_INTERVALS = {
    Interval.WILSON: "Wilson",
    Interval.STUDENT: "Student",
    Interval.LOG_RATIO: "log ratio",
    Interval.NONE: "none",
}
