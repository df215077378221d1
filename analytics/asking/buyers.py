"""Different customers, over calls, deals and purchases together.

The database counts them over a UNION of the three, which Django's querysets cannot group: the parts are compiled by
Django, parameters and all, and only their frame is written here.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, DateField, F, QuerySet, Value
from django.db.models.functions import Cast, Coalesce, Trunc

from analytics.asking.asker import Asker
from analytics.asking.base import filtered_rows, in_period, key_of
from analytics.asking.columns import column_of, day_of
from analytics.metrics import Rows, Slot, Sums, Wanted
from analytics.questions import Filters
from integrations.crm.models import DealStatus

_IDS = ("agent", "team", "product", "company")
Part = tuple[str, tuple[Any, ...]]


def read_customers(wanted: Wanted, *, asker: Asker) -> dict[Slot, dict[str, Sums]]:
    """Different customers with a call, a new deal or a purchase in each step. One query."""
    parts = [_part(rows, wanted.filters, wanted, asker) for rows in (Rows.CALLS, Rows.DEALS_CREATED, Rows.PURCHASES)]
    union, params = _union(parts)
    if not union:
        return {}
    sql = f"SELECT group_key, step, COUNT(DISTINCT buyer) FROM ({union}) AS met GROUP BY group_key, step"  # noqa: S608  # nosec B608
    return _counted(sql, params, "customers.all", wanted)


def read_new_customers(wanted: Wanted, *, asker: Asker) -> dict[Slot, dict[str, Sums]]:
    """Buyers whose first won deal or purchase, of whatever kind, is one of the rows asked for. One query."""
    kinds = (Rows.DEALS_CLOSED, Rows.PURCHASES)
    bought, params = _union([_part(rows, wanted.filters, wanted, asker) for rows in kinds])
    ever = Filters(client=wanted.filters.client, until=wanted.filters.until)
    all_bought, all_params = _union([_part(rows, ever, wanted, asker) for rows in kinds])
    if not bought:
        return {}
    sql = (
        "SELECT bought.group_key, bought.step, COUNT(DISTINCT bought.buyer) "  # noqa: S608  # nosec B608
        f"FROM ({bought}) AS bought JOIN (SELECT buyer, MIN(day) AS day FROM ({all_bought}) AS every GROUP BY buyer) "
        "AS early ON early.buyer = bought.buyer AND early.day = bought.day GROUP BY bought.group_key, bought.step"
    )
    return _counted(sql, (*params, *all_params), "new_customers.all", wanted)


def _part(rows: Rows, filters: Filters, wanted: Wanted, asker: Asker) -> Part | None:
    """One kind of rows as (group_key, step, buyer, day); None where nobody may see any."""
    day = day_of(rows)
    found: QuerySet[Any] = in_period(filtered_rows(rows, filters, asker=asker), day, filters, asker).order_by()
    if rows == Rows.DEALS_CLOSED:
        found = found.filter(status=DealStatus.WON)
    buyer = F("customer") if rows == Rows.CALLS else Coalesce(F("customer"), F("company"))
    zone: dict[str, Any] = {"tzinfo": asker.zone} if day.is_moment else {}
    when = Cast(Trunc(day.path, wanted.grain or "day", output_field=DateField(), **zone), DateField())
    key = Cast(column_of(rows, wanted.by, asker), CharField()) if wanted.by else Value("", output_field=CharField())
    found = found.annotate(
        group_key=key,
        step=when if wanted.grain else Value(None, output_field=DateField()),
        buyer=buyer,
        day=Cast(Trunc(day.path, "day", output_field=DateField(), **zone), DateField()),
    ).filter(buyer__isnull=False)
    if wanted.grain:
        found = found.filter(**{f"{day.path}__isnull": False})
    try:
        sql, params = found.values_list("group_key", "step", "buyer", "day").query.sql_with_params()
    except EmptyResultSet:
        return None
    return sql, params


def _union(parts: list[Part | None]) -> Part:
    known = [part for part in parts if part is not None]
    columns = "group_key, step, buyer, day"
    selected = (f"SELECT {columns} FROM ({sql}) AS part{number}" for number, (sql, _params) in enumerate(known))  # noqa: S608  # nosec B608
    return " UNION ALL ".join(selected), tuple(value for _sql, params in known for value in params)


def _counted(sql: str, params: tuple[Any, ...], measure: str, wanted: Wanted) -> dict[Slot, dict[str, Sums]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    found: dict[Slot, dict[str, Sums]] = {}
    for key, step, n in rows:
        group = _key(key, wanted.by) if wanted.by else ""
        found[group, date.fromisoformat(str(step)[:10]) if step else None] = {measure: Sums(n)}
    return found


def _key(value: Any, by: str) -> str:
    """SQLite keeps ids without dashes."""
    return str(UUID(str(value))) if value and by in _IDS else key_of(value)
