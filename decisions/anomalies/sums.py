"""Calls added up by agent and day: one query."""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, TruncDate

from decisions.anomalies.tables import DaySums
from decisions.models import Audience
from recordings.models import CallStatus, Outcome, SalesCall

COUNTED = (CallStatus.PUBLISHED, CallStatus.LOGGED)
_SUMS = ("calls", "known", "answered", "reached", "converted", "quality_n", "quality_sum", "quality_squares",
         "duration_n", "duration_sum", "duration_squares", "talk_n", "talk_sum", "talk_squares")  # fmt: skip


def load_sums(audience: Audience, *, since: date, until: date) -> DaySums:
    """Calls that began on these days, both inclusive, by the client's clock."""
    zone = ZoneInfo(audience.client.time_zone or "UTC")
    first, after = (datetime.combine(day, time(), zone) for day in (since, until + timedelta(days=1)))
    calls = SalesCall.objects.filter(
        client=audience.client_id, status__in=COUNTED, started_at__gte=first, started_at__lt=after
    )
    if not audience.is_everyone:
        calls = calls.filter(agent__team__in=audience.teams.values("pk"))
    by_day = calls.annotate(local=TruncDate("started_at", tzinfo=zone), talk=_talk(), quality=_number("quality_score"))
    rows = list(by_day.order_by().values_list("agent", "local").annotate(**_measures()).order_by("local"))
    names = sorted({str(row[0] or "") for row in rows})
    places = {name: place for place, name in enumerate(names)}
    columns = np.array([[float(value or 0) for value in row[2:]] for row in rows]).reshape(len(rows), len(_SUMS))
    return DaySums(
        tuple(names),
        np.array([places[str(row[0] or "")] for row in rows], dtype=np.intp),
        np.array([row[1] for row in rows], dtype="datetime64[D]"),
        {name: columns[:, place] for place, name in enumerate(_SUMS)},
    )


def _talk() -> Any:
    roles = KeyTransform("agent", KeyTransform("roles", "analysis__talk"))
    return Cast(KeyTextTransform("ratio", roles), FloatField())


def _number(path: str) -> Any:
    return Cast(F(path), FloatField())


def _measures() -> dict[str, Any]:
    reached = ~Q(outcome="") & ~Q(outcome=Outcome.NO_ANSWER)
    made: dict[str, Any] = {
        "calls": Count("pk"), "known": Count("pk", filter=~Q(outcome="")),
        "answered": Count("pk", filter=reached), "reached": Count("pk", filter=reached),
        "converted": Count("pk", filter=Q(outcome=Outcome.CONVERTED)),
    }  # fmt: skip
    for name, path in (("quality", "quality"), ("duration", "call_duration"), ("talk", "talk")):
        made |= {f"{name}_n": Count(path), f"{name}_sum": Sum(path), f"{name}_squares": Sum(F(path) * F(path))}
    return made
