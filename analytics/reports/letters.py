"""What a scheduled report says in the letter itself, so that the most important needs no opening of files."""

from dataclasses import dataclass

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from analytics.metrics import METRICS
from analytics.questions import Cell
from analytics.reports.asked import REPORT
from analytics.reports.chosen import filters_in_words
from analytics.reports.formats import Format
from analytics.reports.making import Order, user_of
from analytics.reports.overview import CARDS, Overview
from analytics.reports.words import change_in_words, is_good, period_in_words, value_in_words


@dataclass(frozen=True, slots=True)
class ReportLetter:
    subject: str
    text: str
    html: str


def letter_of(order: Order, *, name: str) -> ReportLetter:
    """In the language and time zone that are active. Raises as `making.check_order`."""
    user, asked = user_of(order), order.asked
    filters = asked.filters
    lines = []
    if order.kind == REPORT:
        overview = Overview(order.client, user, filters, asked.comparison, asked.grain)
        answer = overview.ask(*CARDS, compare=True)
        lines = [_line(cell, answer.currency) for cell in answer.cells if cell.figure.n or cell.figure.value]
    context = {
        "name": name,
        "client": order.client,
        "period": period_in_words(filters.since, filters.until),
        "chosen": filters_in_words(filters, user=user),
        "lines": lines,
        "format": Format(order.format).label,
        "owner": user.get_full_name() or user.get_username(),
    }
    return ReportLetter(
        subject=_("%(name)s: %(period)s") % {"name": name, "period": context["period"]},
        text=render_to_string("analytics/mail/report.txt", context),
        html=render_to_string("analytics/mail/report.html", context),
    )


def _line(cell: Cell, currency: str) -> dict[str, object]:
    metric = METRICS[cell.metric]
    return {
        "name": metric.name,
        "value": value_in_words(cell.figure.value, metric.unit, currency=currency),
        "change": change_in_words(cell.change, metric.unit, currency=currency),
        "is_good": is_good(cell.metric, cell.change),
    }
