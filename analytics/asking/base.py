"""Sums over base rows: one query for each kind of rows, whatever the number of measures."""

from datetime import date
from typing import Any

from django.db.models import DateField, Q, QuerySet
from django.db.models.functions import Trunc

from analytics.asking.asker import Asker
from analytics.asking.checking import filtered_dimensions
from analytics.asking.columns import Day, column_of, day_of
from analytics.asking.measuring import Summing, aggregates_of, sums_in
from analytics.metrics import DIMENSIONS, MISSING, Rows, Slot, Sums, Wanted
from analytics.questions import Filters, Grain
from integrations.crm.models import Activity, AdCost, Deal, DealStatus, Lead, Purchase, Task
from recordings.models import CallStatus, Objection, SalesCall

COUNTED_CALLS = (CallStatus.PUBLISHED, CallStatus.LOGGED)
_CLOSED = Q(status__in=(DealStatus.WON, DealStatus.LOST))

_MODELS: dict[Rows, tuple[Any, Q]] = {
    Rows.CALLS: (SalesCall, Q(status__in=COUNTED_CALLS)),
    Rows.OBJECTIONS: (Objection, Q(call__status__in=COUNTED_CALLS)),
    Rows.DEALS_CREATED: (Deal, Q()),
    Rows.DEALS_CLOSED: (Deal, _CLOSED),
    # A deal that was closed on an unknown day is not open, on whatever day.
    Rows.DEALS_OPEN: (Deal, ~_CLOSED | Q(closed_on__isnull=False)),
    Rows.LEADS: (Lead, Q()),
    Rows.ACTIVITIES: (Activity, Q()),
    Rows.TASKS_CREATED: (Task, Q()),
    Rows.TASKS_DONE: (Task, Q(done_on__isnull=False)),
    Rows.TASKS_DUE: (Task, Q(due_on__isnull=False)),
    Rows.PURCHASES: (Purchase, Q()),
    Rows.AD_COSTS: (AdCost, Q()),
}


def read_base_sums(wanted: Wanted, *, asker: Asker) -> dict[Slot, dict[str, Sums]]:
    """The sums of `wanted`, from rows that the asker may see. One query."""
    rows = filtered_rows(wanted.rows, wanted.filters, asker=asker)
    rows = in_period(rows, day_of(wanted.rows), wanted.filters, asker)
    return summed(rows, wanted, asker=asker, day=day_of(wanted.rows))


def filtered_rows(rows: Rows, filters: Filters, *, asker: Asker) -> QuerySet[Any]:
    """Rows that the asker may see and the filters let through, of whatever day."""
    model, condition = _MODELS[rows]
    found: QuerySet[Any] = model.objects.visible_to(asker.user).filter(condition)
    if asker.client is not None and asker.user.is_superuser:
        found = found.filter(**{f"{'call__' if rows == Rows.OBJECTIONS else ''}client": asker.client})
    for number, (parameter, dimension) in enumerate(filtered_dimensions(filters)):
        values = filters.custom[parameter.removeprefix("custom.")] if dimension not in DIMENSIONS else None
        wanted = values if values is not None else getattr(filters, parameter)
        name = f"filtered_{number}"
        found = found.alias(**{name: column_of(rows, dimension, asker)}).filter(_one_of(name, wanted))
    return found


def in_period(rows: QuerySet[Any], day: Day, filters: Filters, asker: Asker) -> QuerySet[Any]:
    """Rows whose day is one of the period's."""
    if filters.since is not None:
        rows = rows.filter(**{f"{day.path}__gte": asker.begin(filters.since) if day.is_moment else filters.since})
    if filters.until is not None:
        if day.is_moment:
            return rows.filter(**{f"{day.path}__lt": asker.end(filters.until)})
        return rows.filter(**{f"{day.path}__lte": filters.until})
    return rows


def summed(
    rows: QuerySet[Any], wanted: Wanted, *, asker: Asker, day: Day, more: dict[str, Summing] | None = None
) -> dict[Slot, dict[str, Sums]]:
    """The sums over `rows` by group and step; rows without a day are in no step."""
    aggregates = aggregates_of(wanted.measures, asker, more)
    groups: dict[str, Any] = {}
    if wanted.by:
        groups["group_key"] = column_of(wanted.rows, wanted.by, asker)
    if wanted.grain:
        rows = rows.filter(**{f"{day.path}__isnull": False})
        groups["step"] = _truncated(day, wanted.grain, asker)
    if not groups:
        return {("", None): sums_in(rows.aggregate(**aggregates), wanted.measures)}
    grouped = rows.order_by().annotate(**groups).values(*groups).annotate(**aggregates)
    return {_slot(row, wanted): sums_in(row, wanted.measures) for row in grouped}


def _truncated(day: Day, grain: Grain, asker: Asker) -> Any:
    zone: dict[str, Any] = {"tzinfo": asker.zone} if day.is_moment else {}
    return Trunc(day.path, grain.value, output_field=DateField(), **zone)


def _slot(row: dict[str, Any], wanted: Wanted) -> Slot:
    step: date | None = row.get("step")
    return (key_of(row["group_key"]) if wanted.by else "", step)


def key_of(value: Any) -> str:
    """The key of a group, from what the database gives."""
    return MISSING if value is None or value == "" else str(value)


def _one_of(name: str, values: Any) -> Q:
    """MISSING finds the rows that do not say."""
    said = [value for value in values if value != MISSING]
    condition = Q(**{f"{name}__in": said}) if said else Q(pk__in=[])
    return condition | Q(**{f"{name}__isnull": True}) if len(said) < len(values) else condition
