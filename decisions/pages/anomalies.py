"""What is unusual: calls, agents and days, each with what was expected, and how many false alarms to reckon with."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.charts import Entry, Numbers, Table
from analytics.metrics import METRICS, Unit
from decisions.models import AnalysisRun, Anomaly, AnomalyKind, RunKind
from decisions.pages.drawing.odds import chance_of
from decisions.pages.features import measure_name
from decisions.pages.frame import Reading, decision_page
from decisions.pages.gate import doubts_of, pairs_of_notes
from decisions.pages.names import names_of
from decisions.pages.unusual_words import about, promise, verdict
from decisions.pages.words import bounded, period_of

MOST_SHOWN = 100


@decision_page("anomalies", kinds=(RunKind.ANOMALIES,))
def anomalies(reading: Reading) -> dict[str, Any]:
    run, numbers = reading.served(RunKind.ANOMALIES), reading.numbers
    if run is None or not run.result:
        return {}
    rows = Anomaly.objects.visible_to(reading.user).filter(run=run).order_by("q_value", "pk")
    found = list(rows.select_related("agent", "call__customer", "call__agent")[:MOST_SHOWN])
    names = names_of(reading.client, pairs_of_notes([run]))
    tables = [
        (AnomalyKind(kind).label, kind, _table(reading, [each for each in found if each.kind == kind]), about(kind))
        for kind in AnomalyKind.values
    ]
    return {
        "promise": promise(max((each["false_alarms"] for each in run.result["kinds"]), default=0.0)),
        "found": rows.count() if len(found) == MOST_SHOWN else len(found),
        "shown": len(found),
        "period": period_of(run.result, numbers),
        "tables": [each for each in tables if each[2].rows],
        "looked_at": _looked_at(run, numbers),
        "doubts": doubts_of([run], names, numbers),
    }


def _table(reading: Reading, found: list[Anomaly]) -> Table:
    numbers = reading.numbers
    rows = []
    for each in found:
        unit = _unit(each.measure)
        rows.append(
            (
                Entry(_name(each, numbers), _url(reading, each)),
                Entry(measure_name(each.measure, each.kind)),
                Entry(numbers.value(unit, each.observed)),
                Entry(numbers.figure(unit, bounded(each.expected, each.low, each.high))),
                Entry(numbers.day(each.day) if each.day else "–"),
                Entry(chance_of(each.q_value, numbers)),
            )
        )
    head = (_("What"), _("Figure"), _("Observed"), _("Expected"), _("Day"), _("Corrected p"))
    return Table(head, tuple(rows), texts=(1,))


def _unit(measure: str) -> Unit:
    metric = METRICS.get(measure)
    return metric.unit if metric else Unit.RATIO


def _name(each: Anomaly, numbers: Numbers) -> str:
    if each.call is not None:
        return str(each.call)
    if each.agent is not None:
        return each.agent.name
    return numbers.day(each.day) if each.day else _("All together")


def _url(reading: Reading, each: Anomaly) -> str:
    if each.call is not None:
        return reverse("call", args=[each.call_id])
    if each.agent is not None:
        return reading.url("analytics-agent", each.agent_id)
    if each.day is not None:
        return reading.url("calls", since=each.day.isoformat(), until=each.day.isoformat())
    return ""


def _measured(kind: str, measure: str) -> str:
    """e.g. "Day: Calls"; the kind alone where nothing of it could be looked at."""
    return f"{kind}: {measure}" if measure else kind


def _looked_at(run: AnalysisRun, numbers: Numbers) -> Table:
    kinds = dict(AnomalyKind.choices)
    rows = tuple(
        (
            Entry(_measured(str(kinds.get(each["kind"], each["kind"])), measure_name(each["measure"], each["kind"]))),
            Entry(numbers.count(each["looked_at"])),
            Entry(numbers.count(each["found"])),
            Entry(numbers.value(Unit.SHARE, each["false_alarms"])),
            Entry(verdict(each.get("says", ""))),
        )
        for each in run.result["kinds"]
    )
    head = (_("Looked at"), _("How many"), _("Unusual"), _("False alarms among them, at most"), _("Verdict"))
    return Table(head, rows, texts=(4,))
