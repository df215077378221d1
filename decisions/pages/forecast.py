"""What will be won this quarter, the next and this year: how sure, by which method and why, from which deals."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Numbers, Table
from analytics.metrics import Unit
from analytics.questions import Grain
from decisions.models import Confidence, RunKind
from decisions.pages.drawing import Fan, Step, draw_fan
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.methods import method_name, stage_kind_name, why_used
from decisions.pages.names import names_of
from decisions.pages.outlook import outlooks_of, period_name
from decisions.pages.words import bounded, figure_of

Document = Mapping[str, Any]


@decision_page("forecast", kinds=(RunKind.FORECAST,))
def forecast(reading: Reading) -> dict[str, Any]:
    document, numbers = reading.document(RunKind.FORECAST), reading.numbers
    if document is None:
        return {}
    runs = [reading.served(RunKind.FORECAST)]
    names = names_of(reading.client, pairs_of_notes(runs))
    return {
        "outlooks": outlooks_of(document, numbers),
        "used": method_name(document["used"]),
        "why": why_used(document["why"], numbers),
        "course": _course(document, numbers),
        "methods": _methods(document, numbers),
        "stages": _stages(document, numbers),
        "accuracy": _accuracy(document, numbers),
        "open": _open(document, numbers),
        "deals_url": reading.url("analytics-forecast-deals"),
        "doubts": doubts_of(runs, names, numbers),
    }


def _course(document: Document, numbers: Numbers) -> Chart:
    steps = tuple(
        Step(
            label=numbers.step(date.fromisoformat(each["start"]), Grain.MONTH),
            actual=each["actual"], value=each["value"], low=each["low95"], high=each["high95"],
        )
        for each in document["course"]
    )  # fmt: skip
    note = _("The band holds what comes true in 95 of 100 cases, if the future is like the past.")
    return draw_fan(
        Fan(id="forecast-course", title=_("Revenue by month"), unit=Unit.MONEY, steps=steps, note=note), numbers
    )


def _methods(document: Document, numbers: Numbers) -> Table:
    """One row per method, one column per period."""
    periods = list(dict.fromkeys(each["period"] for each in document["methods"]))
    found = {(each["method"], each["period"]): each for each in document["methods"]}
    rows = []
    for method in dict.fromkeys(each["method"] for each in document["methods"]):
        row = [Entry(f"{method_name(method)} ({_('used')})" if method == document["used"] else method_name(method))]
        for period in periods:
            each = found.get((method, period))
            figure = (
                bounded(each["value"], each.get("low95"), each.get("high95")) if each else bounded(None, None, None)
            )
            row.append(Entry(numbers.figure(Unit.MONEY, figure)))
        rows.append(tuple(row))
    return Table((_("Method"), *(period_name(period) for period in periods)), tuple(rows))


def _stages(document: Document, numbers: Numbers) -> Table:
    several = len({each["pipeline"] for each in document["stages"]}) > 1
    rows = []
    for each in document["stages"]:
        observed = figure_of(each["observed"]) if each.get("observed") else bounded(None, None, None, 0)
        rows.append(
            (
                Entry(f"{each['pipeline']}: {each['stage']}" if several and each["pipeline"] else each["stage"]),
                Entry(stage_kind_name(each["kind"])),
                Entry(numbers.value(Unit.SHARE, each["chance"])),
                Entry(numbers.figure(Unit.SHARE, observed), "", not observed.enough),
                Entry(numbers.count(each["deals"])),
                Entry(numbers.value(Unit.MONEY, each["value"])),
                Entry(numbers.value(Unit.MONEY, each["expected"])),
            )
        )
    head = (_("Stage"), _("Counts as"), _("Chance in the table"), _("Won in your own record"), _("Open deals"),
            _("Value"), _("Expected"))  # fmt: skip
    return Table(head, tuple(rows), texts=(1,))


def _accuracy(document: Document, numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(method_name(each["method"])),
            Entry(period_name(str(each["horizon"]))),
            Entry(numbers.value(Unit.SHARE, each["mape"])),
            Entry(numbers.count(each["n"])),
        )
        for each in document["accuracy"]
    )
    return Table((_("Method"), _("How far ahead"), _("Mean error"), _("Forecasts compared")), rows, texts=(1,))


def _open(document: Document, numbers: Numbers) -> dict[str, Any]:
    deals = document["deals"]
    if not deals:
        return {}
    return {
        "n": numbers.count(deals["n"]),
        "value": numbers.value(Unit.MONEY, deals["value"]),
        "expected": numbers.value(Unit.MONEY, deals["expected"]),
        "by_confidence": [
            (str(label), _count(deals["by_confidence"][key], numbers))
            for key, label in Confidence.choices
            if key in (deals.get("by_confidence") or {})
        ],
    }


def _count(n: Any, numbers: Numbers) -> str:
    return numbers.count(n["n"] if isinstance(n, Mapping) else n)
