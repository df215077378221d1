"""Proving that nobody edited the trail in the database."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from salesiq.audit import former, guards
from salesiq.audit.chain import INSTALLATION
from salesiq.audit.models import AuditChain, AuditEvent
from salesiq.audit.walking import Anchor, Break, Walk
from salesiq.people.models import Client

AT_ONCE = 2000
Progress = Callable[[int], None]


@dataclass(slots=True)
class Report:
    """What a verification found.

    `since`: time of the oldest event; `anchors`: how many were compared; `chains`: by tenant, the numbers of the first
    and last event and the hash of the last.
    """

    events: int = 0
    since: datetime | None = None
    anchors: int = 0
    breaks: list[Break] = field(default_factory=list)
    chains: dict[str, tuple[int, int, str]] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return not self.breaks

    def close(self, walk: Walk, tenant: str) -> None:
        """Take over what is known at the end of a chain."""
        self.breaks += [Break(tenant, "", what) for what in walk.ending()]
        self.anchors += walk.anchored
        self.since = min(filter(None, [self.since, walk.since]), default=None)
        self.chains[tenant] = (walk.first, walk.length, walk.head or "")


def verify_trail(
    *, client: Client | None = None, anchors: Iterable[Anchor] = (), progress: Progress | None = None
) -> Report:
    """Walk the chain of `client`, or all, and compare it with `anchors`. `progress` is told how many events it has."""
    report, by_chain = Report(), _by_chain(anchors)
    chains = [client.pk] if client else sorted(_all_chains() | set(by_chain))
    names = dict(Client.objects.filter(pk__in=chains).values_list("pk", "slug"))
    for chain in chains:
        tenant = "installation" if chain == INSTALLATION else names.get(chain, str(chain))
        _verify_chain(Walk(chain, by_chain.get(chain, ())), tenant, report, progress)
    if client is None:
        report.breaks += _former_breaks()
    missing = guards.find_missing(connection)
    if missing:
        what = _("The database does not protect the trail: %(names)s missing or changed. Run: manage.py migrate")
        report.breaks.append(Break("installation", "", what % {"names": ", ".join(missing)}))
    return report


def _by_chain(anchors: Iterable[Anchor]) -> dict[UUID, list[Anchor]]:
    found: dict[UUID, list[Anchor]] = {}
    for anchor in anchors:
        found.setdefault(anchor.chain_id, []).append(anchor)
    return found


def _all_chains() -> set[UUID]:
    """Also those whose row somebody removed."""
    used = AuditEvent.objects.order_by().values_list("chain_id", flat=True).distinct()
    return set(AuditChain.objects.values_list("pk", flat=True)) | set(used)


def _verify_chain(walk: Walk, tenant: str, report: Report, progress: Progress | None) -> None:
    events = AuditEvent.objects.filter(chain_id=walk.chain_id)
    for event in events.filter(sequence__isnull=True):
        what = _("Event %(id)s was added without a place in the chain.") % {"id": event.pk}
        report.breaks.append(Break(tenant, str(event.pk), what))
    for event in events.filter(sequence__isnull=False).order_by("sequence").iterator(chunk_size=AT_ONCE):
        report.breaks += [Break(tenant, str(event.pk), what) for what in walk.faults(event)]
        report.events += 1
        if progress and report.events % AT_ONCE == 0:
            progress(report.events)
    report.breaks += [Break(tenant, "", what) for what in _wrong_end(walk)]
    report.close(walk, tenant)


def _wrong_end(walk: Walk) -> Iterator[str]:
    row = AuditChain.objects.filter(pk=walk.chain_id).first()
    if row is None and walk.length:
        yield _("The record of where the chain ends was removed.")
    elif row is not None and row.length != walk.length:
        what = _("The chain should end with event %(expected)d, and ends with event %(found)d.")
        yield what % {"expected": row.length, "found": walk.length}
    elif row is not None and row.head != walk.head:
        yield _("The chain's last event, %(found)d, is not the one that was written last.") % {"found": walk.length}


def _former_breaks() -> Iterator[Break]:
    """The chain of before, where this installation had one: it must still end as it did when it was moved."""
    closing = AuditEvent.objects.filter(chain_id=INSTALLATION, action=former.MIGRATED).first()
    if closing is None or not closing.details["whole"]:
        return
    walk = former.Walk()
    for event in AuditEvent.objects.filter(pk__lte=former.LAST_ID).order_by("pk").iterator(chunk_size=AT_ONCE):
        walk.add(event, number=event.pk.int)
    if not walk.ends_with(closing.details["former_length"], closing.details["former_head"]):
        what = _("The chain of before, with all tenants in one, does not end as it did when it was moved.")
        yield Break("installation", str(closing.pk), what)
