"""Answers as JSON: one body for API and command line. Shares are 0 to 1, money a number with two decimals."""

from decimal import Decimal
from typing import Any

from analytics.metrics import METRICS, Metric
from analytics.questions import Answer, Cell, Number, Question


def performance_document(answer: Answer) -> dict[str, Any]:
    """All metrics with all groups."""
    groups: dict[str, list[dict[str, Any]]] = {key: [] for key in answer.question.metrics}
    for cell in answer.cells:
        groups[cell.metric].append(_group(cell))
    metrics = [{**_metric(METRICS[key]), "groups": groups[key]} for key in answer.question.metrics]
    return {**_asked(answer), "metrics": metrics, "notes": list(answer.notes)}


def trend_document(answer: Answer) -> dict[str, Any]:
    """The course of the one metric that was asked for, for each group."""
    (key,) = answer.question.metrics
    series = [
        {"key": group, "label": cells[0].label, "points": [_point(cell) for cell in cells]}
        for group, cells in answer.groups(key).items()
    ]
    return {
        **_asked(answer), "grain": answer.question.grain, **_metric(METRICS[key]),
        "series": series, "notes": list(answer.notes),
    }  # fmt: skip


def _asked(answer: Answer) -> dict[str, Any]:
    question: Question = answer.question
    since, until = question.filters.since, question.filters.until
    return {
        "since": since.isoformat() if since else None,
        "until": until.isoformat() if until else None,
        "by": question.by,
        "compare": question.compare.value if question.compare else None,
        "currency": answer.currency,
    }


def _metric(metric: Metric) -> dict[str, Any]:
    return {
        "metric": metric.key,
        "name": str(metric.name),
        "unit": metric.unit.value,
        "better": metric.better.value,
        "minimum": metric.minimum,
    }


def _group(cell: Cell) -> dict[str, Any]:
    return {"key": cell.key, "label": cell.label, **_figure(cell)}


def _point(cell: Cell) -> dict[str, Any]:
    return {"start": cell.start.isoformat() if cell.start else None, **_figure(cell)}


def _figure(cell: Cell) -> dict[str, Any]:
    figure, change = cell.figure, cell.change
    return {
        "value": _number(figure.value),
        "n": figure.n,
        "low": figure.low,
        "high": figure.high,
        "enough": figure.enough,
        "prior": _number(change.prior.value) if change else None,
        "prior_n": change.prior.n if change else None,
        "change": _number(change.absolute) if change else None,
        "change_relative": change.relative if change else None,
        "change_low": change.low if change else None,
        "change_high": change.high if change else None,
        "change_is_real": change.is_real if change else None,
    }


def _number(value: Number | None) -> int | float | None:
    return float(value) if isinstance(value, Decimal) else value
