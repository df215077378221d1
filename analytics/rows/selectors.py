"""Reading the rows behind a figure: the same rows that the metrics count, by the same conditions."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from analytics.asking.asker import Asker, asker_of
from analytics.asking.base import filtered_rows, in_period
from analytics.asking.checking import check_question
from analytics.asking.columns import day_of
from analytics.metrics import Rows
from analytics.questions import Filters, Question
from analytics.rows.kinds import RowKind, RowSet
from integrations.crm.models import DealStatus
from salesiq.people.models import Customer, User

_CLOSED = Q(status__in=(DealStatus.WON, DealStatus.LOST))


def list_rows(
    kind: RowKind, chosen: RowSet, filters: Filters, *, user: User, choices: Mapping[str, str] | None = None
) -> QuerySet[Any]:
    """Rows of one set that `user` may see, with what their columns show: one query. `choices` by names of the kind.

    Raises QuestionError for a filter that these rows do not have.
    """
    check_question(Question(metrics=(kind.metric,), filters=filters), user=user)
    asker = asker_of(user, filters)
    rows = chosen.narrow(_rows(chosen, filters, asker), asker.today)
    for name, value in (choices or {}).items():
        rows = rows.filter(**{kind.choices[name]: value})
    return rows.select_related(*kind.related) if kind.related else rows


def sum_rows(kind: RowKind, rows: QuerySet[Any]) -> tuple[int, dict[str, Decimal | None]]:
    """How many, and the sums of the kind's totals: one query."""
    sums = rows.order_by().aggregate(n=Count("pk"), **{f"sum_{name}": Sum(name) for name in kind.totals})
    return sums["n"], {name: sums[f"sum_{name}"] for name in kind.totals}


def _rows(chosen: RowSet, filters: Filters, asker: Asker) -> QuerySet[Any]:
    if chosen.rows == Rows.CUSTOMERS:
        return _customers(_met(filters, asker), asker)
    if chosen.rows == Rows.NEW_CUSTOMERS:
        return _new_customers(filters, asker)
    found = filtered_rows(chosen.rows, filters, asker=asker)
    if chosen.is_of_today:
        return found
    if chosen.rows == Rows.DEALS_OPEN:
        return _open_deals(found, filters, asker)
    if chosen.rows == Rows.AD_COSTS:
        return _touching(found, filters)
    return in_period(found, day_of(chosen.rows), filters, asker)


def _open_deals(found: QuerySet[Any], filters: Filters, asker: Asker) -> QuerySet[Any]:
    """Created by the end of the period and not closed by then."""
    until = filters.until or asker.today
    begun = found.filter(Q(created_on__lte=until) | Q(created_on__isnull=True))
    return begun.exclude(_CLOSED & Q(closed_on__lte=until))


def _touching(found: QuerySet[Any], filters: Filters) -> QuerySet[Any]:
    if filters.since:
        found = found.filter(until__gte=filters.since)
    return found.filter(since__lte=filters.until) if filters.until else found


def _of(rows: Rows, filters: Filters, asker: Asker) -> QuerySet[Any]:
    return in_period(filtered_rows(rows, filters, asker=asker), day_of(rows), filters, asker)


def _met(filters: Filters, asker: Asker) -> list[QuerySet[Any]]:
    return [_of(rows, filters, asker) for rows in (Rows.CALLS, Rows.DEALS_CREATED, Rows.PURCHASES)]


def _bought(filters: Filters, asker: Asker) -> list[QuerySet[Any]]:
    won = _of(Rows.DEALS_CLOSED, filters, asker).filter(status=DealStatus.WON)
    return [won, _of(Rows.PURCHASES, filters, asker)]


def _customers(sources: list[QuerySet[Any]], asker: Asker) -> QuerySet[Any]:
    """Those whom `sources`, rows that the asker may see, name."""
    named = [Q(pk__in=rows.filter(customer__isnull=False).order_by().values("customer")) for rows in sources]
    found = Customer.objects.filter(Q(*named, _connector=Q.OR))
    return found.filter(client=asker.client) if asker.client is not None else found


def _new_customers(filters: Filters, asker: Asker) -> QuerySet[Any]:
    buyers = _customers(_bought(filters, asker), asker)
    if filters.since is None:
        return buyers
    ever = Filters(client=filters.client)
    day = filters.since
    earlier = [
        rows.filter(**{f"{path}__lt": day}).filter(customer__isnull=False).order_by().values("customer")
        for rows, path in zip(_bought(ever, asker), ("closed_on", "bought_on"), strict=True)
    ]
    return buyers.exclude(Q(*[Q(pk__in=each) for each in earlier], _connector=Q.OR))
