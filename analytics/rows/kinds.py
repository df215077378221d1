"""The kinds of rows that stand behind figures. A figure links to a kind and a set of it: deals, won."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from analytics.metrics import Rows
from analytics.rows import columns as of
from analytics.rows.columns import Column
from integrations.crm.models import Activity, Deal, DealStageChange, DealStatus, LeadStatus

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

SILENT_DAYS = 30
Narrow = Callable[[QuerySet[Any], date], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowSet:
    """Rows that one figure counts: those of `rows` by their day, as the metrics count them, narrowed further.

    `is_of_today`: whatever the period, as things stand now.
    """

    label: "str | StrPromise"
    rows: Rows
    narrow: Narrow = lambda rows, today: rows
    is_of_today: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RowKind:
    """`sets` by their name in the address, the usual one first. `totals` are sums shown above the list.

    `choices` are further names of the address and the columns that they narrow; `admin` is the screen of one row.
    """

    label: "str | StrPromise"
    metric: str
    sets: Mapping[str, RowSet]
    columns: tuple[Column, ...]
    ordering: tuple[str, ...]
    related: tuple[str, ...] = ()
    totals: Mapping[str, "str | StrPromise"] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    admin: str = ""


def _where(**lookups: Any) -> Narrow:
    return lambda rows, today: rows.filter(**lookups)


def _late_tasks(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    return rows.filter(Q(due_on__lt=today) & (Q(done_on=None) | Q(done_on__gt=F("due_on"))))


def _overdue(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    return rows.filter(done_on=None, due_on__lt=today)


def _late_deals(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    return rows.filter(status=DealStatus.OPEN, expected_close_on__lt=today)


def _silent_deals(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """Neither created, nor moved, nor worked on: whatever is known of a deal counts."""
    since = today - timedelta(days=SILENT_DAYS)
    moved = DealStageChange.objects.filter(deal=OuterRef("pk"), entered_on__gte=since)
    worked = Activity.objects.filter(deal=OuterRef("pk"), happened_at__date__gte=since)
    old = Q(created_on__lt=since) | Q(created_on__isnull=True)
    return rows.filter(old, ~Exists(moved), ~Exists(worked), status=DealStatus.OPEN)


def _with_deal(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    """As the metric counts them: marked so, or named by a deal."""
    has_deal = Exists(Deal.objects.filter(lead=OuterRef("pk")))
    return rows.filter(Q(status=LeadStatus.CONVERTED) | Q(converted_on__isnull=False) | Q(has_deal))


def _with_won_deal(rows: QuerySet[Any], today: date) -> QuerySet[Any]:
    return rows.filter(Exists(Deal.objects.filter(lead=OuterRef("pk"), status=DealStatus.WON)))


_OPEN_LEADS = (LeadStatus.NEW, LeadStatus.WORKING, LeadStatus.QUALIFIED)
_CLOSED = Rows.DEALS_CLOSED

KINDS: Mapping[str, RowKind] = {
    "deals": RowKind(
        label=_("Deals"),
        metric="deals_created",
        sets={
            "created": RowSet(label=_("Created in the period"), rows=Rows.DEALS_CREATED),
            "closed": RowSet(label=_("Closed in the period"), rows=_CLOSED),
            "won": RowSet(label=_("Won in the period"), rows=_CLOSED, narrow=_where(status=DealStatus.WON)),
            "lost": RowSet(label=_("Lost in the period"), rows=_CLOSED, narrow=_where(status=DealStatus.LOST)),
            "open": RowSet(label=_("Open at the end of the period"), rows=Rows.DEALS_OPEN),
            "late": RowSet(
                label=_("Open past the expected day"), rows=Rows.DEALS_CREATED, narrow=_late_deals, is_of_today=True
            ),
            "silent": RowSet(
                label=_("Open, and nothing written down for 30 days"),
                rows=Rows.DEALS_CREATED,
                narrow=_silent_deals,
                is_of_today=True,
            ),
        },
        columns=of.DEALS,
        ordering=("-created_on", "-id"),
        related=("company", "customer", "owner__team", "product"),
        totals={"value": _("Value")},
        choices={"stage": "stage", "pipeline": "pipeline", "status": "status"},
        admin="crm_deal",
    ),
    "leads": RowKind(
        label=_("Leads"),
        metric="leads",
        sets={
            "created": RowSet(label=_("Created in the period"), rows=Rows.LEADS),
            "open": RowSet(label=_("Still open"), rows=Rows.LEADS, narrow=_where(status__in=_OPEN_LEADS)),
            "converted": RowSet(label=_("Became a deal"), rows=Rows.LEADS, narrow=_with_deal),
            "won": RowSet(label=_("With a won deal"), rows=Rows.LEADS, narrow=_with_won_deal),
        },
        columns=of.LEADS,
        ordering=("-created_on", "-id"),
        related=("company", "customer", "owner__team"),
        choices={"status": "status", "campaign": "campaign"},
        admin="crm_lead",
    ),
    "activities": RowKind(
        label=_("Activities"),
        metric="activities",
        sets={"all": RowSet(label=_("In the period"), rows=Rows.ACTIVITIES)},
        columns=of.ACTIVITIES,
        ordering=("-happened_at", "-id"),
        related=("owner__team", "deal", "customer", "company"),
        choices={"activity": "type"},
        admin="crm_activity",
    ),
    "tasks": RowKind(
        label=_("Tasks"),
        metric="tasks_created",
        sets={
            "created": RowSet(label=_("Created in the period"), rows=Rows.TASKS_CREATED),
            "done": RowSet(label=_("Done in the period"), rows=Rows.TASKS_DONE),
            "late": RowSet(label=_("Due in the period and not done in time"), rows=Rows.TASKS_DUE, narrow=_late_tasks),
            "open": RowSet(
                label=_("Open today"), rows=Rows.TASKS_CREATED, narrow=_where(done_on=None), is_of_today=True
            ),
            "overdue": RowSet(label=_("Overdue today"), rows=Rows.TASKS_CREATED, narrow=_overdue, is_of_today=True),
        },
        columns=of.TASKS,
        ordering=("due_on", "id"),
        related=("owner__team", "deal", "customer"),
        admin="crm_task",
    ),
    "purchases": RowKind(
        label=_("Purchases"),
        metric="purchases",
        sets={"all": RowSet(label=_("In the period"), rows=Rows.PURCHASES)},
        columns=of.PURCHASES,
        ordering=("-bought_on", "-id"),
        related=("customer", "company", "product"),
        totals={"value": _("Value")},
        admin="crm_purchase",
    ),
    "customers": RowKind(
        label=_("Customers"),
        metric="customers",
        sets={
            "active": RowSet(label=_("With a call, deal or purchase in the period"), rows=Rows.CUSTOMERS),
            "new": RowSet(label=_("Bought for the first time in the period"), rows=Rows.NEW_CUSTOMERS),
        },
        columns=of.CUSTOMERS,
        ordering=("name", "id"),
        admin="people_customer",
    ),
    "ad_costs": RowKind(
        label=_("Advertising costs"),
        metric="ad_cost",
        sets={"all": RowSet(label=_("Of days in the period"), rows=Rows.AD_COSTS)},
        columns=of.AD_COSTS,
        ordering=("-since", "-id"),
        totals={"value": _("Value")},
        choices={"campaign": "campaign"},
        admin="crm_adcost",
    ),
}
