"""Deals as they were known when somebody engaged: what model `deal_win` learns from."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import F

from analytics.asking.columns import said
from analytics.asking.expressions import DaysBetween
from analytics.metrics import Rows
from decisions.models import Target
from decisions.prediction.targets.reading import Columns, custom_columns, dimension_columns, read_columns
from decisions.prediction.targets.rows import TargetRows
from integrations.crm.models import Deal, DealStatus

DIMENSIONS = ("agent", "team", "region", "source", "product", "product_line", "industry", "company", "campaign")
NUMBERS: dict[str, Any] = {
    "value": F("value"),
    "employees": F("company__employees"),
    "annual_revenue": F("company__annual_revenue"),
    "founded": F("company__founded"),
    "list_price": F("product__price"),
    "days_since_lead": DaysBetween(F("created_on"), F("lead__created_on")),
}
# What a deal says of itself only once it has moved on, or ended.
LATER = {
    "status": "after_outcome",
    "stage": "after_outcome",
    "lost_reason": "after_outcome",
    "closed_on": "after_outcome",
    "sales_cycle_days": "duration",
    "expected_close_on": "known_after",
    "activities": "last_activity",
    "last_activity": "last_activity",
}


def read_deals(client: UUID, ids: Collection[UUID] | None = None) -> TargetRows:
    """Deals of the client, all or those of `ids`."""
    rows = Deal.objects.filter(client=client)
    if ids is not None:
        rows = rows.filter(pk__in=ids)
    own_groups, own_numbers = custom_columns(client, Rows.DEALS_CREATED)
    groups = {
        **dimension_columns(Rows.DEALS_CREATED, DIMENSIONS),
        "country": said("company__country"), "parent_company": F("company__parent"), "pipeline": said("pipeline"),
        **own_groups,
    }  # fmt: skip
    read = read_columns(
        rows, plain=("status", "created_on", "closed_on"), groups=groups, numbers={**NUMBERS, **own_numbers}
    )
    return _target_rows(read)


def _target_rows(read: Columns) -> TargetRows:
    came = {DealStatus.WON.value: 1.0, DealStatus.LOST.value: 0.0}
    return TargetRows(
        target=Target.DEAL_WIN,
        ids=read.ids,
        came_true=np.array([came.get(status, np.nan) for status in read.plain["status"]], dtype=np.float64),
        decided=read.days("created_on"),
        known=read.days("closed_on"),
        groups=read.groups,
        numbers=read.numbers,
        later=LATER,
    )
