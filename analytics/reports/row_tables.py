"""Rows of calls and CRM records as tables: what the user may see, narrowed as on the page they come from."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from analytics.questions import QuestionError
from analytics.reports import row_fields
from analytics.reports.asked import CALLS, Asked
from analytics.reports.row_fields import Field
from analytics.reports.tables import Column, Row, Table, Type
from analytics.reports.tables import Value as CellValue
from analytics.rows import KINDS, list_rows
from integrations.crm.models import CustomField, FieldType
from recordings.models import BulkChange, SalesCall
from recordings.pages.filters import CallFilters
from salesiq.people.models import User

ROWS_AT_ONCE = 2_000
UNSAID = "-"
# What only the list of calls can be narrowed by.
_OF_THE_LIST = ("q", "basis", "consent", "status")
_OF_CALLS = {
    "agents": "agent__in",
    "teams": "agent__team__in",
    "regions": "region__in",
    "sources": "source__in",
    "call_types": "call_type__in",
    "outcomes": "outcome__in",
    "languages": "language__in",
}
_TYPES: dict[str, Type] = {
    FieldType.NUMBER: Type.REAL,
    FieldType.DATE: Type.DAY,
    FieldType.BOOLEAN: Type.FLAG,
}


FIELDS: Mapping[str, tuple[Field, ...]] = {
    CALLS: row_fields.CALL_FIELDS,
    "deals": row_fields.DEAL_FIELDS,
    "leads": row_fields.LEAD_FIELDS,
    "activities": row_fields.ACTIVITY_FIELDS,
    "tasks": row_fields.TASK_FIELDS,
    "purchases": row_fields.PURCHASE_FIELDS,
    "customers": row_fields.CUSTOMER_FIELDS,
    "ad_costs": row_fields.AD_COST_FIELDS,
}


def title_of(kind: str) -> str:
    """What people call a kind of rows."""
    return _("Calls") if kind == CALLS else str(KINDS[kind].label)


def rows_table(asked: Asked, *, user: User) -> Table:
    """The rows of `asked` that `user` may see, with the columns they may see; newest first. Rows come on demand.

    Raises:
        QuestionError: there is no such kind, or a filter does not fit it.
    """
    if asked.kind not in FIELDS:
        values = {"kind": asked.kind, "known": ", ".join(FIELDS)}
        raise QuestionError(
            "kind", _("“%(kind)s” cannot be exported. Choose one of: figures, report, %(known)s.") % values
        )
    fields = [field for field in FIELDS[asked.kind] if field.needs is None or user.can(field.needs)]
    custom = _custom_fields(asked, user)
    rows = _calls(asked, user) if asked.kind == CALLS else _records(asked, user)
    return Table(
        name=asked.kind,
        title=title_of(asked.kind),
        columns=(*(field.column for field in fields), *map(_custom_column, custom)),
        rows=_values(rows, fields, custom),
        count=rows.order_by().count(),
    )


def _records(asked: Asked, user: User) -> QuerySet[Any]:
    """As the list of rows behind a figure shows them: the set `which` of the address, and what else narrows it."""
    kind = KINDS[asked.kind]
    which = asked.query.get("which") or next(iter(kind.sets))
    if which not in kind.sets:
        values = {"which": which, "known": ", ".join(kind.sets)}
        raise QuestionError("which", _("There is no set “%(which)s”. Choose one of: %(known)s.") % values)
    choices = {name: value for name in kind.choices if (value := asked.query.get(name))}
    found = list_rows(kind, kind.sets[which], asked.filters, user=user, choices=choices)
    return found.order_by(*kind.ordering)


def _calls(asked: Asked, user: User) -> QuerySet[Any]:
    """As the list of calls shows them, which knows of no industries and products."""
    query, filters = asked.query.copy(), asked.filters
    for name in set(query) - set(_OF_THE_LIST):
        del query[name]
    calls = CallFilters(query, user=user).narrow(SalesCall.objects.visible_to(user))
    if chosen := asked.query.get("chosen"):
        calls = calls.filter(pk__in=_chosen(chosen, user))
    if filters.client:
        calls = calls.filter(client=filters.client)
    if filters.products or filters.industries or filters.custom:
        name = "products" if filters.products else "industries" if filters.industries else "custom"
        raise QuestionError(name, _("Calls cannot be narrowed by “%(filter)s”. Take it out.") % {"filter": name})
    for name, lookup in _OF_CALLS.items():
        if values := getattr(filters, name):
            # Figures call the group of rows that do not say "-".
            calls = calls.filter(**{lookup: ["" if value == UNSAID else value for value in values]})
    zone = timezone.get_current_timezone()
    if filters.since:
        calls = calls.filter(started_at__gte=datetime.combine(filters.since, time(), zone))
    if filters.until:
        calls = calls.filter(started_at__lt=datetime.combine(filters.until + timedelta(days=1), time(), zone))
    return calls.order_by("-started_at", "-pk")


def _chosen(key: str, user: User) -> list[str]:
    """The calls that were chosen by hand in the back office's list."""
    try:
        found = BulkChange.objects.visible_to(user).get(pk=key)
    except (BulkChange.DoesNotExist, ValidationError):
        raise QuestionError("chosen", _("These calls were chosen by somebody else. Choose them anew.")) from None
    return list(found.calls)


def _custom_fields(asked: Asked, user: User) -> list[CustomField]:
    """The client's own columns; where rows of several clients come together, those of one."""
    if asked.kind == CALLS:
        return []
    known = CustomField.objects.visible_to(user).filter(kind=asked.kind)
    client = asked.filters.client or user.client_id
    return list(known.filter(client=client)) if client else []


def _custom_column(field: CustomField) -> Column:
    return Column(key=f"custom.{field.key}", title=field.label, type=_TYPES.get(field.type, Type.TEXT))


def _values(rows: QuerySet[Any], fields: list[Field], custom: list[CustomField]) -> Iterator[Row]:
    paths = [field.path for field in fields]
    own = ["custom"] if custom else []
    for values in rows.values_list(*paths, *own).iterator(chunk_size=ROWS_AT_ONCE):
        row = tuple(str(value) if field.path == "id" else value for field, value in zip(fields, values, strict=False))
        extra = values[-1] or {} if custom else {}
        yield (*row, *(_custom_value(field, extra.get(field.key)) for field in custom))


def _custom_value(field: CustomField, value: Any) -> CellValue:
    """As the column's type says; what does not fit it is left out, so that every cell of a column is of one type."""
    if value is None or value == "":
        return None
    match _TYPES.get(field.type, Type.TEXT):
        case Type.REAL:
            try:
                return float(Decimal(str(value)))
            except InvalidOperation:
                return None
        case Type.DAY:
            return parse_date(str(value)[:10])
        case Type.FLAG:
            return value if isinstance(value, bool) else None
    return str(value)
