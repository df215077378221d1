"""Rows of decisions for tests; append, each with what it needs."""

from typing import Any

from decisions.models import AnalysisRun, Audience, Finding, FindingKind, RunKind, RunStatus
from decisions.runs.audiences import everyone_of
from decisions.tables.deals import today_of
from salesiq.people.models import Client
from tests.factories import make_client


def make_audience(*, client: Client | None = None) -> Audience:
    """That of the whole client."""
    return everyone_of(client or make_client())


def make_analysis(*, audience: Audience | None = None, kind: str = RunKind.WINRATE, **values: Any) -> AnalysisRun:
    audience = audience or make_audience()
    defaults = {"client": audience.client, "as_of": today_of(audience), "status": RunStatus.FINISHED}
    return AnalysisRun.objects.create(audience=audience, kind=kind, **{**defaults, **values})


def make_finding(*, audience: Audience | None = None, **values: Any) -> Finding:
    audience = audience or make_audience()
    today = today_of(audience)
    defaults = {
        "client": audience.client, "kind": FindingKind.ALERT, "key": "rate-region-apac", "code": "rate_dropped",
        "action": "look_at_segment", "certainty": 0.9, "first_seen_on": today, "last_seen_on": today,
    }  # fmt: skip
    return Finding.objects.create(audience=audience, **{**defaults, **values})
