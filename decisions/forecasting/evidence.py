"""Reads what the record says of each open deal."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Max

from decisions.forecasting.adjusting import Evidence
from decisions.models import Audience
from decisions.tables.deals import deals_of
from integrations.crm.models import Activity, DealStatus, Task

_AT_ONCE = 5_000


def read_evidence(audience: Audience, as_of: date) -> dict[UUID, Evidence]:
    """Of each open deal of the audience, what had happened by the end of `as_of`. Five queries."""
    zone = ZoneInfo(audience.client.time_zone or "UTC")
    end = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), tzinfo=zone)
    deals = deals_of(audience).filter(status=DealStatus.OPEN).order_by()
    wanted = deals.values("pk")
    done, texts = _activities(wanted, end, zone)
    tasks = Task.objects.filter(deal__in=wanted, done_on__isnull=True).order_by()
    open_tasks = dict(tasks.values_list("deal_id").annotate(Count("pk")))
    called, rivals = _calls(deals, end)
    made = {}
    fields = ("pk", "custom", "expected_close_on", "owner_id")
    for pk, custom, expected, owner in deals.values_list(*fields).iterator(chunk_size=_AT_ONCE):
        days = [*done[pk].values(), *([called[pk].astimezone(zone).date()] if pk in called else [])]
        made[pk] = Evidence(
            activities=done[pk], texts=tuple(texts[pk]), custom=custom or {}, touched=max(days, default=None),
            open_tasks=open_tasks.get(pk, 0), competitor_calls=rivals.get(pk, 0), expected_on=expected,
            has_owner=owner is not None,
        )  # fmt: skip
    return made


def _activities(
    wanted: Any, end: datetime, zone: ZoneInfo
) -> tuple[dict[UUID, dict[str, date]], dict[UUID, list[str]]]:
    done: dict[UUID, dict[str, date]] = defaultdict(dict)
    texts: dict[UUID, list[str]] = defaultdict(list)
    rows = Activity.objects.filter(deal__in=wanted, happened_at__lt=end).order_by("happened_at")
    for deal, type_, moment, subject, outcome in rows.values_list(
        "deal_id", "type", "happened_at", "subject", "outcome"
    ).iterator(chunk_size=_AT_ONCE):
        done[deal][type_] = moment.astimezone(zone).date()
        if subject or outcome:
            texts[deal].append(f"{subject} {outcome}".lower())
    return done, texts


def _calls(deals: Any, end: datetime) -> tuple[dict[UUID, datetime], dict[UUID, int]]:
    """Moment of each deal's last call, and in how many a competitor was named."""
    last = dict(deals.filter(calls__started_at__lt=end).values_list("pk").annotate(Max("calls__started_at")))
    # In one filter: of two, each would be true of another call of the deal.
    named = deals.filter(calls__started_at__lt=end, calls__entities__kind="competitor")
    return last, dict(named.values_list("pk").annotate(Count("calls", distinct=True)))
