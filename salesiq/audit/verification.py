"""Proving that nobody edited the trail."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from salesiq.audit import former, guards
from salesiq.audit.chain import GENESIS, INSTALLATION, link_hash, own_fields, payload_hash
from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.people.models import Client

AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Break:
    """A place where the trail is not as it was written. `tenant`: short name of the client, "installation", or an id
    where the client is gone; `event` names the event, "" for the chain as a whole."""

    tenant: str
    event: str
    what: str

    def __str__(self) -> str:
        return f"{self.tenant}: {self.what}"


def find_breaks(client: Client | None = None) -> Iterator[Break]:
    """Walk the chains, of one tenant or of all, and yield what is changed, missing, added or out of place."""
    chains = [client.pk] if client else _all_chains()
    names = dict(Client.objects.filter(pk__in=chains).values_list("pk", "slug"))
    for chain in chains:
        tenant = "installation" if chain == INSTALLATION else names.get(chain, str(chain))
        yield from _breaks_of_chain(chain, tenant)
    if client is None:
        yield from _former_breaks()
    missing = guards.find_missing(connection)
    if missing:
        what = _("The database does not protect the trail: %(names)s missing or changed. Run: manage.py migrate")
        yield Break("installation", "", what % {"names": ", ".join(missing)})


def _all_chains() -> list[UUID]:
    """Also those whose row somebody removed."""
    known = set(AuditChain.objects.values_list("pk", flat=True))
    used = set(AuditEvent.objects.order_by().values_list("chain_id", flat=True).distinct())
    return sorted(known | used)


def _breaks_of_chain(chain: UUID, tenant: str) -> Iterator[Break]:
    events = AuditEvent.objects.filter(chain_id=chain)
    for event in events.filter(sequence__isnull=True):
        what = _("Event %(id)s was added without a place in the chain.") % {"id": event.pk}
        yield Break(tenant, str(event.pk), what)
    previous, expected = GENESIS, 1
    for event in events.filter(sequence__isnull=False).order_by("sequence").iterator(chunk_size=AT_ONCE):
        assert event.sequence is not None
        for what in _faults(event, previous, expected):
            yield Break(tenant, str(event.pk), what)
        previous, expected = event.hash, event.sequence + 1
    yield from _wrong_end(chain, tenant, expected - 1, previous)


def _faults(event: AuditEvent, previous: str, expected: int) -> Iterator[str]:
    number = event.sequence or 0
    if number != expected:
        yield _("Events %(first)d to %(last)d are missing.") % {"first": expected, "last": number - 1}
    elif event.previous_hash != previous:
        yield _("Event %(number)d does not follow the one before it.") % {"number": number}
    if (event.client_id or INSTALLATION) != event.chain_id:
        yield _("Event %(number)d belongs to another tenant's chain.") % {"number": number}
    own = payload_hash(own_fields(event))
    if own != event.payload_hash or link_hash(event.previous_hash, number, own) != event.hash:
        yield _("Event %(number)d was changed after it was written.") % {"number": number}


def _wrong_end(chain: UUID, tenant: str, length: int, head: str) -> Iterator[Break]:
    row = AuditChain.objects.filter(pk=chain).first()
    if row is None and length:
        yield Break(tenant, "", _("The record of where the chain ends was removed."))
    elif row is not None and (row.length, row.head) != (length, head):
        what = _("The chain should end with event %(expected)d, and ends with event %(found)d.")
        if row.length == length:
            what = _("The chain's last event, %(found)d, is not the one that was written last.")
        yield Break(tenant, "", what % {"expected": row.length, "found": length})


def _former_breaks() -> Iterator[Break]:
    """The chain of before, where this installation had one: it must still end as it did when it was moved."""
    closing = AuditEvent.objects.filter(chain_id=INSTALLATION, action=former.MIGRATED).first()
    if closing is None:
        return
    walk = former.Walk()
    for event in AuditEvent.objects.filter(pk__lte=former.LAST_ID).order_by("pk").iterator(chunk_size=AT_ONCE):
        walk.add(event, number=event.pk.int)
    if closing.details["whole"] and not walk.ends_with(
        closing.details["former_length"], closing.details["former_head"]
    ):
        what = _("The chain of before, with all tenants in one, does not end as it did when it was moved.")
        yield Break("installation", str(closing.pk), what)
