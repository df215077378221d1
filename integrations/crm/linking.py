"""Which calls were about which deals: those with the deal's customer while it was open, and a little around it."""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from integrations.crm.models import Deal
from recordings.models import SalesCall
from salesiq.people.models import Client

# A first call comes before somebody opens the deal, and thanks after it is closed.
BEFORE, AFTER = timedelta(days=30), timedelta(days=14)
AT_ONCE = 1000


def link_call(call: SalesCall) -> int:
    """Link `call` to the deals of its customer that were open then; return how many links are new."""
    if call.customer_id is None:
        return 0
    return _link(call.client, Deal.objects.filter(client=call.client_id, customer=call.customer_id), calls=[call.pk])


def link_since(*, client: Client, since: datetime) -> int:
    """Link deals and calls of which one came in or changed since then; return how many links are new.

    Links that are there stay, those made by hand too; what was unlinked by hand is not linked again. May run again.
    """
    changed = Q(updated_at__gte=since) | Q(customer__calls__created_at__gte=since)
    return _link(client, Deal.objects.filter(changed, client=client, customer__isnull=False))


def remember_by_hand(*, deal: Deal, before: Collection[UUID]) -> None:
    """Somebody changed by hand which calls `deal` is linked to, from `before` to what is there now: those they took
    away stay away, those they gave may be linked by rule again."""
    now = list(deal.calls.all())
    deal.calls_refused.add(*SalesCall.objects.filter(pk__in=set(before) - {call.pk for call in now}))
    deal.calls_refused.remove(*now)


def _link(client: Client, deals: "QuerySet[Deal]", calls: list[UUID] | None = None) -> int:
    through = Deal.calls.through
    before = through.objects.filter(deal__client=client).count()
    pairs = iter(_pairs(client, deals, calls))
    while batch := list(islice(pairs, AT_ONCE)):
        rows = [through(deal_id=deal, salescall_id=call) for deal, call in batch]
        through.objects.bulk_create(rows, ignore_conflicts=True)
    return through.objects.filter(deal__client=client).count() - before


def _pairs(client: Client, deals: "QuerySet[Deal]", calls: list[UUID] | None) -> Iterator[tuple[UUID, UUID]]:
    zone = ZoneInfo(client.time_zone)
    rows = deals.filter(customer__calls__isnull=False, customer__calls__client=client)
    if calls is not None:
        rows = rows.filter(customer__calls__in=calls)
    named = rows.annotate(call=F("customer__calls"), at=F("customer__calls__started_at")).order_by()
    refused = Deal.calls_refused.through.objects.filter(deal=OuterRef("pk"), salescall=OuterRef("call"))
    named = named.filter(~Exists(refused))
    for deal, call, at, created, closed in named.values_list("pk", "call", "at", "created_on", "closed_on").distinct():
        if was_about(at.astimezone(zone).date(), created, closed):
            yield deal, call


def was_about(day: date, created: date | None, closed: date | None) -> bool:
    """Whether a call on `day` with the customer of a deal was about it; a day that is not known bounds nothing."""
    return (created is None or created - day <= BEFORE) and (closed is None or day - closed <= AFTER)
