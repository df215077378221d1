"""What changed since a day: conversion, cycle, size, cost, revenue per agent, velocity, each before and after."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.asking import ask
from analytics.charts import Entry, Table
from analytics.metrics import METRICS, Interval
from analytics.pages.behind import address_behind
from analytics.pages.fields import DayField, OptionForm
from analytics.pages.figures import tone_of
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Change, Comparison, Question, QuestionError

EFFECTS = ("conversion_rate", "lead_conversion_rate", "win_rate", "average_deal_size", "sales_cycle_days",
           "revenue_per_agent", "revenue")  # fmt: skip
COSTS = ("acquisition_cost", "cost_per_deal")
VELOCITY = ("pipeline_velocity",)
OF_ROI = OF_ALL & {"agent", "team", "region", "source"}


class RoiOptions(OptionForm):
    day = DayField(label=gettext_lazy("Before and after"))


def turning_day(look: Look) -> date:
    """The chosen day, else the middle of the period; never one that leaves no day after it."""
    until = min(look.filters.until or look.today, look.today)
    since = look.filters.since or until - timedelta(days=364)
    chosen: date | None = look.option("day", None)
    return min(chosen or since + (until - since) / 2 + timedelta(days=1), until)


def _answer(look: Look, metrics: tuple[str, ...]) -> Answer | None:
    """From the day on, against as many days before it."""
    day, until = turning_day(look), min(look.filters.until or look.today, look.today)
    filters = replace(look.filters, since=day, until=until)
    try:
        answer = ask(Question(metrics=metrics, filters=filters, compare=Comparison.PRIOR), user=look.user)
    except QuestionError as error:
        look.problems.append(error.message)
        return None
    look.notes += [note for note in answer.notes if note not in look.notes]
    return answer


def _table(look: Look, answer: Answer) -> Table:
    numbers = look.numbers
    before = answer.question.filters.before(Comparison.PRIOR)
    earlier = replace(look, filters=before or look.filters)
    later = replace(look, filters=answer.question.filters)
    # What a reader may not see has no change either; the answer's note says so.
    rows = tuple(_row(earlier, later, cell, cell.change) for cell in answer.cells if cell.change)
    since, until = answer.question.filters.since, answer.question.filters.until
    return Table(
        (
            _("Figure"),
            numbers.period(before.since, before.until) if before else "",
            numbers.period(since, until),
            _("Change"),
            _("Interval of the change (95 %)"),
            _("What it says"),
        ),
        rows,
        texts=(5,),
    )


def _row(earlier: Look, later: Look, cell: Cell, change: Change) -> tuple[Entry, ...]:
    numbers, metric = later.numbers, METRICS[cell.metric]
    unit = metric.unit
    return (
        Entry(str(metric.name)),
        Entry(numbers.figure(unit, change.prior), address_behind(earlier, cell.metric), not change.prior.enough),
        Entry(numbers.figure(unit, cell.figure), address_behind(later, cell.metric), not cell.figure.enough),
        Entry(numbers.change(unit, change) or "–"),
        Entry(numbers.change_interval(unit, change) or "–"),
        Entry(_verdict(cell)),
    )


def _verdict(cell: Cell) -> str:
    change, metric = cell.change, METRICS[cell.metric]
    if change is None or change.absolute is None:
        return _("not known")
    if metric.interval == Interval.NONE:
        return _("a total: no interval")
    if change.is_real is None or not (cell.figure.enough and change.prior.enough):
        return _("too few to say")
    tone = tone_of(change, metric.better)
    return {"good": _("better"), "bad": _("worse")}.get(tone, _("may be chance"))


def costs(look: Look) -> dict[str, Any]:
    """Costs have a source alone: with other filters they are not asked for."""
    if look.filters.agents or look.filters.teams or look.filters.regions:
        look.notes.append(_("Costs belong to sources alone: they are shown without any other filter."))
        return {}
    answer = _answer(look, COSTS)
    return {"table": _table(look, answer) if answer else Table(), "table_title": _("Costs"), "table_id": "costs"}


def velocity(look: Look) -> dict[str, Any]:
    answer = _answer(look, VELOCITY)
    table = _table(look, answer) if answer else Table()
    return {"table": table, "table_title": _("Velocity"), "table_id": "velocity"}


@analytics_page("roi", shown=OF_ROI, options=RoiOptions, parts={"costs": costs, "velocity": velocity})
def roi(look: Look) -> dict[str, Any]:
    answer = _answer(look, EFFECTS)
    return {
        "table": _table(look, answer) if answer else Table(),
        "table_title": _("Before and after %(day)s") % {"day": look.numbers.day(turning_day(look))},
        "table_id": "effects",
    }
