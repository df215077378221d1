"""What was said on each day is kept, and what came of it beside it once the period is over."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q, Sum

from decisions.forecasting.periods import periods_of
from decisions.models import Audience, ForecastSnapshot
from decisions.tables.deals import deals_of
from integrations.crm.models import DealStatus

# What somebody writes down after the end of a period counts for so long.
_LATE = timedelta(days=92)


@transaction.atomic
def keep_snapshots(audience: Audience, *, as_of: date, methods: Sequence[Mapping[str, Any]]) -> None:
    """One row per method and period; written again on the same day it replaces the earlier one."""
    periods = {period.name: period for period in periods_of(as_of)}
    rows = [
        ForecastSnapshot(
            client_id=audience.client_id, audience=audience, as_of=as_of, since=periods[row["period"]].since,
            until=periods[row["period"]].until, method=row["method"], value=_cents(row["value"]),
            low=_decimal(row["low95"]), high=_decimal(row["high95"]),
        )
        for row in methods
    ]  # fmt: skip
    ForecastSnapshot.objects.filter(audience=audience, as_of=as_of).delete()
    ForecastSnapshot.objects.bulk_create(rows)
    _fill_actual(audience, as_of)


def _fill_actual(audience: Audience, as_of: date) -> None:
    over = ForecastSnapshot.objects.filter(audience=audience, until__lt=as_of).order_by()
    over = over.filter(Q(actual__isnull=True) | Q(until__gte=as_of - _LATE))
    for since, until in over.values_list("since", "until").distinct():
        won = deals_of(audience).filter(status=DealStatus.WON, closed_on__gte=since, closed_on__lte=until)
        actual = won.aggregate(total=Sum("value"))["total"] or Decimal(0)
        over.filter(since=since, until=until).update(actual=actual)


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else _cents(value)


def _cents(value: float) -> Decimal:
    return Decimal(str(value)).quantize(Decimal("0.01"))
