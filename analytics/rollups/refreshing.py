"""Counting again what has changed. May be killed at any instruction, and run beside itself.

The unit of work is one client's month: its dirty keys go in the same transaction in which its sums are replaced by a
recount from the calls. A key that comes meanwhile is another row and stays, for its call may not have been seen yet.
"""

import time
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Q
from django.db.models.functions import TruncMonth
from django.utils import timezone

from analytics.models import AgentSums, ClientSums, Dimension, DirtyDay, Grain
from analytics.rollups.days import days_between, local_days
from analytics.rollups.facts import Span, among
from analytics.rollups.months import month_after
from analytics.rollups.storing import store_client_days, store_client_month, store_everything, store_of_agents
from analytics.rollups.values import as_date, as_uuid
from recordings.models import SalesCall
from recordings.privacy.retention_plan import zone_of
from salesiq.people.models import Client

_LOCK = 0x726F6C6C  # of pg_advisory_xact_lock: what the product locks in this way, "roll"
Key = tuple[UUID | None, date, bool, bool]
"""Agent, day, and whether it is for the whole month or for all agents."""
MANY = 300
"""More keys of one kind than are worth listing: all of them are counted."""

QUIET = timedelta(seconds=20)
"""So long nothing comes in when an import is over."""
AT_LATEST = timedelta(minutes=10)
"""So long keys wait for it."""


@dataclass(slots=True)
class Due:
    """What of one month of a client's own calendar is to be counted: these agents and days, or all of it."""

    agents: set[UUID | None] = field(default_factory=set)
    days: set[date] = field(default_factory=set)
    is_whole: bool = False


def refresh_rollups(*, client: UUID | None = None, seconds: float | None = None, spared: Collection[UUID] = ()) -> int:
    """Count what is dirty, newest months first, until nothing is or `seconds` are over; return how many keys went.

    Clients of `spared` are left for another time.
    """
    end = None if seconds is None else time.monotonic() + seconds
    done = 0
    while months := [each for each in dirty_months(client) if each[0] not in spared]:
        for owner, month in months:
            done += refresh_month(client=owner, month=month)
            if end is not None and time.monotonic() > end:
                return done
    return done


def clients_of_imports() -> set[UUID]:
    """Those that calls pour into at this moment: counted now, their months would have to be counted again.

    Many keys, or keys of many calls at once, the newest of the last seconds; none that has waited for long.
    """
    now = timezone.now()
    keys = DirtyDay.objects.filter(is_month=False).values("client_id")
    waiting = keys.annotate(many=Count("pk"), newest=Max("at"), oldest=Min("at")).order_by()
    waiting = waiting.annotate(poured=Count("pk", filter=Q(is_of_all=True)))
    pouring = waiting.filter(Q(many__gt=MANY) | Q(poured__gt=0), newest__gt=now - QUIET, oldest__gt=now - AT_LATEST)
    return set(pouring.values_list("client_id", flat=True))


def dirty_months(client: UUID | None = None) -> list[tuple[UUID, date]]:
    """Months (of UTC) with dirty keys, newest first. Keys for a client's whole history become those of its months."""
    keys = DirtyDay.objects.filter(**({"client_id": client} if client else {}))
    for owner in keys.filter(is_month=True, day__isnull=True).values_list("client_id", flat=True).distinct():
        _spread_over_months(owner)
    months = keys.annotate(month=TruncMonth("day")).values("client_id", "month").annotate(Count("pk"))
    return [(row["client_id"], row["month"]) for row in months.order_by("-month", "client_id")]


@transaction.atomic
def refresh_month(*, client: UUID, month: date) -> int:
    """Count the keys of one month of UTC, which touch up to three months of the client's calendar."""
    _one_at_a_time(client)
    keys = _take_keys(client, month)
    if not keys:
        return 0
    owner = Client.objects.filter(pk=client).first()
    if owner is None:
        AgentSums.objects.filter(client=client).delete()
        ClientSums.objects.filter(client=client).delete()
        return sum(keys.values())
    zone = zone_of(owner)
    for first, due in _due_months(keys, zone).items():
        count_month(client=client, zone=zone, month=first, due=due)
    return sum(keys.values())


def count_month(*, client: UUID, zone: ZoneInfo, month: date, due: Due) -> None:
    """Replace the sums of `month` by a recount of the calls. Joins the caller's transaction."""
    last = month_after(month) - timedelta(days=1)
    if due.is_whole or _is_much(due):
        _drop(client, month, last, None, set(days_between(month, last)))
        store_everything(Span(client=client, zone=zone, ranges=((month, last),)), month, last)
    else:
        agents = None if len(due.agents) > MANY else due.agents
        _drop(client, month, last, agents, due.days)
        store_of_agents(Span(client=client, zone=zone, ranges=((month, last),), agents=agents), month, last)
        store_client_days(Span(client=client, zone=zone, ranges=((min(due.days), max(due.days)),)), due.days)
    store_client_month(client, month, last)


def _is_much(due: Due) -> bool:
    """Whether most of the month would be read twice."""
    return len(due.agents) > 10 and len(due.days) > 10


def _drop(client: UUID, month: date, last: date, agents: Collection[UUID | None] | None, days: set[date]) -> None:
    rows = AgentSums.objects.filter(client=client, dimension__in=Dimension.values)
    if agents is not None:
        rows = rows.filter(among("agent", agents))
    rows.filter(Q(grain=Grain.DAY, start__range=(month, last)) | Q(grain=Grain.MONTH, start=month)).delete()
    of_client = ClientSums.objects.filter(client=client, dimension__in=Dimension.values)
    of_client.filter(Q(grain=Grain.DAY, start__in=days) | Q(grain=Grain.MONTH, start=month)).delete()


def _one_at_a_time(client: UUID) -> None:
    """Until the transaction ends no other refresh counts this client. SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, client.int % 2**31])
            # A busy month is hashed in memory: sorting texts and compiling statements cost more than they gain.
            cursor.execute("SET LOCAL work_mem = '64MB'; SET LOCAL jit = off; SET LOCAL enable_sort = off")


def _take_keys(client: UUID, month: date) -> dict[Key, int]:
    """Delete the keys and return how often each was there; those not visible yet are left for the next time."""
    sides = [connection.ops.adapt_datefield_value(day) for day in (month, month_after(month))]
    is_postgresql = connection.vendor == "postgresql"
    columns = "agent_id, day, is_month, is_of_all"
    statement = (
        f"DELETE FROM {DirtyDay._meta.db_table} WHERE client_id = %s AND day >= %s AND day < %s RETURNING {columns}"  # noqa: S608  # nosec B608
    )
    if is_postgresql:  # where keys pour in, each stands there many times
        statement = f"WITH gone AS ({statement}) SELECT {columns}, count(*) FROM gone GROUP BY {columns}"  # noqa: S608  # nosec B608
    keys: Counter[Key] = Counter()
    with connection.cursor() as cursor:
        cursor.execute(statement, [client if is_postgresql else client.hex, *sides])
        for agent, day, is_month, is_of_all, *times in cursor.fetchall():
            keys[as_uuid(agent), as_date(day), bool(is_month), bool(is_of_all)] += times[0] if times else 1
    return keys


def _due_months(keys: Iterable[Key], zone: ZoneInfo) -> dict[date, Due]:
    """What the keys ask for, by first days of the client's months."""
    found: dict[date, Due] = {}
    for agent, day, is_month, is_of_all in keys:
        if is_month:
            found.setdefault(day.replace(day=1), Due()).is_whole = True
            continue
        for local in local_days(day, zone):
            due = found.setdefault(local.replace(day=1), Due())
            due.is_whole |= is_of_all
            due.agents.add(agent)
            due.days.add(local)
    return found


def mark_client(client: UUID) -> None:
    """Have everything of a client counted again, month by month."""
    DirtyDay.objects.create(client_id=client, is_month=True)


@transaction.atomic
def _spread_over_months(client: UUID) -> None:
    """One key for each month that has calls, or sums that should not be there."""
    _one_at_a_time(client)
    marks = list(
        DirtyDay.objects.filter(client_id=client, is_month=True, day__isnull=True).values_list("pk", flat=True)
    )
    if not marks:
        return
    DirtyDay.objects.bulk_create(DirtyDay(client_id=client, day=month, is_month=True) for month in known_months(client))
    DirtyDay.objects.filter(pk__in=marks).delete()


def known_months(client: UUID) -> list[date]:
    """First days of the months from the client's first to its last call, and of those that have sums."""
    known = Client.objects.filter(pk=client).first()
    rows = ClientSums.objects.filter(client=client).values_list("start", flat=True).distinct()
    of_agents = AgentSums.objects.filter(client=client).values_list("start", flat=True).distinct()
    found = {start.replace(day=1) for start in (*rows, *of_agents)}
    ends = SalesCall.objects.filter(client=client).aggregate(first=Min("started_at"), last=Max("started_at"))
    if known is not None and ends["first"]:
        zone = zone_of(known)
        month, last = (ends[name].astimezone(zone).date().replace(day=1) for name in ("first", "last"))
        while month <= last:
            found.add(month)
            month = month_after(month)
    if not found:  # the mark needs some month to go with
        return []
    return sorted(found)
