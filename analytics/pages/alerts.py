"""What somebody should look at today, as lists of the rows themselves: nothing is guessed, nothing is scored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from analytics.pages.look import Look
from analytics.rows import KINDS, list_rows
from analytics.rows.kinds import SILENT_DAYS
from recordings.models import FollowUp

SHOWN = 6


@dataclass(frozen=True, slots=True)
class Item:
    text: str
    sub: str
    fact: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Alert:
    """`n` rows in all, the first of them shown; `url` leads to the rest."""

    title: str
    says: str
    n: int
    items: tuple[Item, ...]
    url: str = ""


def alerts(look: Look) -> list[Alert]:
    """Deals past their day, deals nobody touched, tasks and promises overdue: two queries each at most."""
    return [_late_deals(look), _silent_deals(look), _overdue_tasks(look), _overdue_promises(look)]


def _rows(look: Look, kind: str, which: str) -> QuerySet[Any]:
    return list_rows(KINDS[kind], KINDS[kind].sets[which], look.filters, user=look.user)


def _late_deals(look: Look) -> Alert:
    rows = _rows(look, "deals", "late").order_by(F("value").desc(nulls_last=True), "pk")
    numbers, found = look.numbers, list(rows[:SHOWN])
    items = [
        Item(_name(deal), _owner(deal), _("expected %(day)s") % {"day": numbers.day(deal.expected_close_on)})
        for deal in found
    ]
    says = _("Open, though they were expected to close by now; the largest first.")
    return Alert(_("Deals past their day"), says, _count(rows, found), tuple(items),
                 look.rows_url("deals", which="late"))  # fmt: skip


def _silent_deals(look: Look) -> Alert:
    rows = _rows(look, "deals", "silent").order_by(F("value").desc(nulls_last=True), "pk")
    found = list(rows[:SHOWN])
    items = [Item(_name(deal), _owner(deal), deal.stage) for deal in found]
    says = _("Open, and for %(days)d days nothing was written down about them.") % {"days": SILENT_DAYS}
    return Alert(
        _("Deals nobody touched"), says, _count(rows, found), tuple(items), look.rows_url("deals", which="silent")
    )


def _overdue_tasks(look: Look) -> Alert:
    rows = _rows(look, "tasks", "overdue").order_by("due_on", "pk")
    numbers, found = look.numbers, list(rows[:SHOWN])
    items = [Item(task.subject, _owner(task), _("due %(day)s") % {"day": numbers.day(task.due_on)}) for task in found]
    return Alert(_("Tasks overdue"), _("Not done on their day; the oldest first."), _count(rows, found), tuple(items),
                 look.rows_url("tasks", which="overdue"))  # fmt: skip


def _overdue_promises(look: Look) -> Alert:
    rows = FollowUp.objects.visible_to(look.user).filter(done_at=None, due__lt=look.today, by="agent")
    if look.filters.client:
        rows = rows.filter(call__client=look.filters.client)
    if look.filters.agents:
        rows = rows.filter(call__agent__in=look.filters.agents)
    if look.filters.teams:
        rows = rows.filter(call__agent__team__in=look.filters.teams)
    rows = rows.select_related("call__agent").order_by("due", "pk")
    numbers, found = look.numbers, list(rows[:SHOWN])
    items = [
        Item(promise.text, promise.call.agent.name if promise.call.agent else "",
             _("due %(day)s") % {"day": numbers.day(promise.due)}, reverse("call", args=[promise.call_id]))
        for promise in found if promise.due
    ]  # fmt: skip
    says = _("Heard in calls, and not marked as done.")
    return Alert(_("Promises overdue"), says, _count(rows, found), tuple(items))


def _count(rows: QuerySet[Any], found: Sequence[Any]) -> int:
    return len(found) if len(found) < SHOWN else rows.order_by().count()


def _name(deal: Any) -> str:
    """What a deal is called, else whose it would be."""
    return str(deal) or str(deal.company or deal.customer or _("A deal without a name"))


def _owner(row: Any) -> str:
    return str(row.owner.name) if row.owner else ""
