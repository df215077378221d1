"""Unusual calls, agents and days, as an analysis that runs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from decisions.anomalies.finding import FALSE_ALARMS, Unusual, find_unusual
from decisions.documents import AnomaliesDocument
from decisions.models import Anomaly, AnomalyKind, Audience, RunKind
from decisions.runs.registry import CannotAnswerError, Outcome, QualityNote
from decisions.runs.services import working_run
from recordings.models import SalesCall
from salesiq.people.models import Agent


def analyse(
    audience: Audience, *, as_of: date, question: Mapping[str, Any], progress: Callable[[float], None]
) -> Outcome:
    """See `decisions.documents.AnomaliesDocument`. `question` may give `false_alarms`, 0.001 to 0.5 (otherwise 0.05).

    Where a run of this question is under way its anomalies are kept as rows, instead of those it had; else nothing is
    kept.

    Raises:
        CannotAnswerError: the share of false alarms is no such share.
    """
    false_alarms = _share_of(question)
    unusual, kinds = find_unusual(audience, as_of=as_of, false_alarms=false_alarms, progress=progress)
    _keep(audience, question, unusual)
    document: AnomaliesDocument = {
        "since": min(row["since"] for row in kinds), "until": (as_of - timedelta(days=1)).isoformat(), "kinds": kinds,
    }  # fmt: skip
    rows = sum(row["looked_at"] for row in kinds)
    return Outcome(dict(document), [_too_little(row) for row in kinds if row["says"] == "too_little"], rows)


def _share_of(question: Mapping[str, Any]) -> float:
    try:
        share = float(question.get("false_alarms", FALSE_ALARMS))
    except (TypeError, ValueError):
        share = 0.0
    if not 0.001 <= share <= 0.5:
        raise CannotAnswerError(_("Write the share of false alarms as a number from 0.001 to 0.5."))
    return share


def _keep(audience: Audience, question: Mapping[str, Any], unusual: Sequence[Unusual]) -> None:
    with transaction.atomic():
        run = working_run(audience, RunKind.ANOMALIES, question)
        if run is None:
            return
        Anomaly.objects.filter(run=run).delete()
        calls = set(
            SalesCall.objects.filter(pk__in=[each.call for each in unusual if each.call]).values_list("pk", flat=True)
        )
        agents = set(
            Agent.objects.filter(pk__in=[each.agent for each in unusual if each.agent]).values_list("pk", flat=True)
        )
        Anomaly.objects.bulk_create(
            Anomaly(
                client_id=audience.client_id, audience=audience, run=run, kind=each.kind, call_id=each.call,
                agent_id=each.agent, day=each.day, measure=each.measure, observed=each.observed,
                expected=each.expected, low=each.low, high=each.high, p_value=each.p, q_value=each.q,
            )
            for each in unusual
            if each.call in {None, *calls} and each.agent in {None, *agents}
        )  # fmt: skip


def _too_little(row: Mapping[str, Any]) -> QualityNote:
    codes = {AnomalyKind.CALL: "calls_before_too_few", AnomalyKind.AGENT: "months_before_too_few"}
    code = codes.get(row["kind"], "days_before_too_few")
    return {"code": code, "severity": "info", "n": 0, "of": 0, "figures": {}, "touches": [row["kind"]]}
