"""Leads as they came in: what model `lead_conversion` learns from."""

from collections.abc import Collection
from datetime import date
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Exists, F, Min, OuterRef
from django.db.models.functions import Coalesce
from numpy.typing import NDArray

from analytics.asking.columns import said
from analytics.metrics import Rows
from decisions.models import Target
from decisions.prediction.targets.reading import Columns, custom_columns, dimension_columns, read_columns
from decisions.prediction.targets.rows import TargetRows
from integrations.crm.models import Deal, Lead, LeadStatus

DIMENSIONS = ("agent", "team", "region", "source", "campaign", "industry", "company", "weekday")
NUMBERS: dict[str, Any] = {
    "employees": F("company__employees"),
    "annual_revenue": F("company__annual_revenue"),
    "founded": F("company__founded"),
}
# What a lead says of itself only once it has moved on, or ended.
LATER = {
    "status": "after_outcome",
    "converted_on": "after_outcome",
    "days_to_conversion": "duration",
    "activities": "last_activity",
    "last_activity": "last_activity",
}
# A lead that nobody closed counts as lost once it has waited as long as 95 of 100 that became deals did.
SHARE_OF_WAITS = 0.95
SHORTEST_WAIT, LONGEST_WAIT, USUAL_WAIT = 14, 365, 90
FEWEST_WAITS = 20
OPEN = (LeadStatus.NEW, LeadStatus.WORKING, LeadStatus.QUALIFIED)


def read_leads(client: UUID, ids: Collection[UUID] | None = None, *, today: date) -> TargetRows:
    """Leads of the client, all or those of `ids`. Which open ones count as lost depends on `today`."""
    deals = Deal.objects.filter(lead=OuterRef("pk")).order_by()
    first = deals.values("lead").annotate(first=Min("created_on")).values("first")
    rows = Lead.objects.filter(client=client).annotate(
        has_deal=Exists(deals), became_on=Coalesce(F("converted_on"), first)
    )
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    own_groups, own_numbers = custom_columns(client, Rows.LEADS)
    groups = {**dimension_columns(Rows.LEADS, DIMENSIONS), "country": said("company__country"), **own_groups}
    plain = ("status", "created_on", "became_on", "has_deal")
    return _target_rows(read_columns(rows, plain=plain, groups=groups, numbers={**NUMBERS, **own_numbers}), today)


def _target_rows(read: Columns, today: date) -> TargetRows:
    created, became = read.days("created_on"), read.days("became_on")
    status = np.array(read.plain["status"], dtype="U12")
    converted = (status == LeadStatus.CONVERTED) | np.array(read.plain["has_deal"], dtype=bool)
    lost = ~converted & (status == LeadStatus.DISQUALIFIED)
    waited = (np.datetime64(today) - created).astype("timedelta64[D]").astype(np.float64)
    wait = longest_wait((became - created)[converted])
    stale = ~converted & ~lost & (waited >= wait)
    if not (lost | stale).any() and len(np.unique(created)) == 1:
        stale = ~converted  # of a file without days, all put on one: what has not become a deal so far
    came = np.where(converted, 1.0, np.where(lost | stale, 0.0, np.nan))
    known = np.where(converted, became, np.where(stale, created + np.timedelta64(wait, "D"), created))
    return TargetRows(
        target=Target.LEAD_CONVERSION, ids=read.ids, came_true=came, decided=created, known=known,
        groups=read.groups, numbers=read.numbers, later=LATER,
    )  # fmt: skip


def longest_wait(waits: NDArray[np.timedelta64]) -> int:
    """Days after which a lead that has not become a deal counts as lost."""
    days = waits[~np.isnat(waits)].astype("timedelta64[D]").astype(np.float64)
    if len(days) < FEWEST_WAITS:
        return USUAL_WAIT
    return int(np.clip(np.ceil(np.quantile(days, SHARE_OF_WAITS)), SHORTEST_WAIT, LONGEST_WAIT))
