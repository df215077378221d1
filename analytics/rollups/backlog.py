"""What of a client waits to be counted, looked up once for all questions of a request."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Sum

from analytics.models import ClientSums, Dimension, DirtyDay, Grain
from analytics.rollups.days import local_days
from recordings.privacy.retention_plan import zone_of
from salesiq.people.models import Agent, Client, User

FEW_DAYS = 40
"""So many dirty days are read from the calls themselves with every question."""
FEW_CALLS = 200_000
"""So many calls are quickly counted from base rows."""


@dataclass(frozen=True, slots=True)
class Standing:
    """`days` (of the client's time zone) are to be read from the calls, for their sums are out of date."""

    days: frozenset[date] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What was looked up already."""

    standings: dict[UUID, Standing | None] = field(default_factory=dict)
    clients: dict[UUID, Client | None] = field(default_factory=dict)
    only: list[UUID | None] = field(default_factory=list)
    agents: dict[tuple[UUID, UUID], dict[UUID | None, UUID | None]] = field(default_factory=dict)


_known: ContextVar[Known | None] = ContextVar("rollups_known", default=None)


@contextmanager
def at_one_moment() -> Iterator[None]:
    """What is looked up inside holds until the end: for one request, or one answer. May be nested."""
    token = None if _known.get() is not None else _known.set(Known())
    try:
        yield
    finally:
        if token is not None:
            _known.reset(token)


def standing_of(client: UUID) -> Standing | None:
    """How the client's sums stand; None where base rows must answer."""
    known = _known.get()
    if known is None:
        return _look_up(client)
    if client not in known.standings:
        known.standings[client] = _look_up(client)
    return known.standings[client]


def client_by(key: UUID) -> Client | None:
    """The client with this key, None where there is none: looked up once at one moment."""
    known = _known.get()
    if known is None:
        return Client.objects.filter(pk=key).first()
    if key not in known.clients:
        known.clients[key] = Client.objects.filter(pk=key).first()
    return known.clients[key]


def only_client() -> UUID | None:
    """The one client of this installation; None where there are several or none."""
    known = _known.get()
    if known is not None and known.only:
        return known.only[0]
    keys = list(Client.objects.values_list("pk", flat=True)[:2])
    found = keys[0] if len(keys) == 1 else None
    if known is not None:
        known.only.append(found)
    return found


def teams_of_agents(user: User, client: UUID) -> dict[UUID | None, UUID | None]:
    """The agents of the client that the user may see, with their teams: looked up once at one moment."""
    known = _known.get()
    if known is not None and (user.pk, client) in known.agents:
        return known.agents[user.pk, client]
    rows = Agent.objects.visible_to(user).filter(client=client)
    found: dict[UUID | None, UUID | None] = dict(rows.values_list("pk", "team"))
    if known is not None:
        known.agents[user.pk, client] = found
    return found


def remember_client(client: Client) -> None:
    """So that one who has the client already spares everybody else the look."""
    known = _known.get()
    if known is not None:
        known.clients[client.pk] = client


def zone_of_client(client: UUID) -> ZoneInfo:
    """
    Raises:
        Client.DoesNotExist: there is no such client.
    """
    found = client_by(client)
    if found is None:
        raise Client.DoesNotExist
    return zone_of(found)


def _look_up(client: UUID) -> Standing | None:
    """One query while nothing waits; a few after an import, which leaves much to be counted.

    While that lasts, a large client's sums answer as they are: minutes behind, where base rows would take long.
    """
    keys = DirtyDay.objects.filter(client_id=client).order_by("day").values_list("day", "is_month").distinct()
    waiting = list(keys[: FEW_DAYS + 1])
    if not waiting:
        return Standing()
    is_cut = len(waiting) > FEW_DAYS
    months = DirtyDay.objects.filter(client_id=client, is_month=True)
    if any(is_month for _day, is_month in waiting) or (is_cut and months.exists()):
        return None
    if is_cut:
        whole = ClientSums.objects.filter(client=client, grain=Grain.MONTH, dimension=Dimension.ALL)
        is_large = (whole.aggregate(calls=Sum("calls"))["calls"] or 0) > FEW_CALLS
        return Standing() if is_large else None
    zone = zone_of_client(client)
    return Standing(frozenset(local for day, _is_month in waiting if day for local in local_days(day, zone)))
