"""Who asks: whose rows, whose time zone, whose currency."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.questions import Filters, QuestionError
from analytics.rollups.backlog import client_by
from salesiq.people.models import Client, User
from salesiq.people.roles import Role

_UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True)
class Asker:
    """`client` is None where rows of several clients are seen at once. `zone` decides what day it is."""

    user: User
    client: Client | None
    zone: ZoneInfo
    currency: str
    notes: tuple[str, ...] = ()
    notes_on_money: tuple[str, ...] = ()

    @property
    def today(self) -> date:
        return timezone.now().astimezone(self.zone).date()

    @property
    def sees_whole_client(self) -> bool:
        """Whether no call and no deal of the client is hidden from them."""
        return self.user.is_superuser or self.user.role in (Role.ADMIN, Role.INTEGRATOR)

    def begin(self, day: date) -> datetime:
        """The moment the day begins."""
        return datetime.combine(day, time(), self.zone)

    def end(self, day: date) -> datetime:
        """The moment after the day."""
        return self.begin(day + timedelta(days=1))


def asker_of(user: User, filters: Filters) -> Asker:
    """
    Raises:
        QuestionError: it is asked for another client, or one that does not exist.
    """
    if not user.is_superuser:
        if filters.client is not None and filters.client != user.client_id:
            raise QuestionError("client", _("You see the figures of your own client. Leave the client out."))
        return _of_client(user, user.client)
    if filters.client is not None:
        client = client_by(filters.client)
        if client is None:
            raise QuestionError("client", _("There is no such client."))
        return _of_client(user, client)
    clients = list(Client.objects.all()[:1000])
    return _of_client(user, clients[0]) if len(clients) == 1 else _of_several(user, clients)


def _of_client(user: User, client: Client | None) -> Asker:
    return Asker(user, client, _zone(client.time_zone if client else ""), client.currency if client else "")


def _of_several(user: User, clients: list[Client]) -> Asker:
    currencies, zones = {client.currency for client in clients}, {client.time_zone for client in clients}
    notes: tuple[str, ...] = ()
    on_money: tuple[str, ...] = ()
    if len(currencies) > 1:
        on_money = (_("Clients count in different currencies: choose one client to read figures of money."),)
    if len(zones) > 1:
        notes = (_("Clients live in different time zones: days are those of UTC."),)
    currency = currencies.pop() if len(currencies) == 1 else ""
    return Asker(user, None, _zone(zones.pop() if len(zones) == 1 else ""), currency, notes, on_money)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name) if name else _UTC
    except (ZoneInfoNotFoundError, ValueError):
        return _UTC
