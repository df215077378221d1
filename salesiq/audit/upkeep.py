"""What is done with the trail besides appending: verifying it, anchoring it, handing it out."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from salesiq.audit import anchors
from salesiq.audit.models import Anchoring, AuditEvent, AuditEventQuerySet, Verification
from salesiq.audit.services import record_event
from salesiq.audit.verification import Progress, Report, verify_trail
from salesiq.audit.walking import Anchor, Break
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User

VERIFY_TASK = "salesiq.audit.tasks.verify_trail"
DELIVER_TASK = "salesiq.audit.tasks.deliver_anchoring"
# About a second's work; more is a job.
AT_ONCE_UP_TO = 10_000
BREAKS_SHOWN = 100
DELIVERY_ATTEMPTS = 20
KEPT_FOR = timedelta(days=90)

log = structlog.get_logger(__name__)


def check_trail(
    *, client: Client | None = None, place: Path | None = None, public_key: str = "", progress: Progress | None = None
) -> tuple[Report, list[Anchor]]:
    """Verify the chain of `client`, or all, against the anchors in `place` (default: this installation's own file).

    Anchors that cannot be read are a break like any other.
    """
    known: list[Anchor] = []
    unreadable = []
    try:
        known = anchors.read_anchors(place, public_key=public_key) if place else anchors.own_anchors()
    except anchors.AnchorError as error:
        unreadable = [Break("installation", "", str(error))]
    mine = [anchor for anchor in known if client is None or anchor.chain_id == client.pk]
    report = verify_trail(client=client, anchors=mine, progress=progress)
    report.breaks += unreadable
    return report, mine


def start_verification(*, actor: User, request: HttpRequest | None = None) -> Verification:
    """Verify what `actor` may see: at once where it is little, otherwise as a job. The row tells when it has ended."""
    client = None if actor.is_superuser else actor.client
    with transaction.atomic():
        verification = Verification.objects.create(client=client, asked_by=actor)
        if AuditEvent.objects.visible_to(actor)[: AT_ONCE_UP_TO + 1].count() > AT_ONCE_UP_TO:
            enqueue(task=VERIFY_TASK, subject=str(verification.pk), client=client, created_by=actor)
            return verification
    return run_verification(verification=verification, request=request)


def run_verification(
    *, verification: Verification, progress: Progress | None = None, request: HttpRequest | None = None
) -> Verification:
    """Do what `start_verification` promised; running it again gives a fresh answer."""
    report, known = check_trail(client=verification.client, progress=progress)
    verification.events, verification.since = report.events, report.since
    verification.anchors, verification.last_anchor = report.anchors, anchors.latest(known)
    verification.break_count = len(report.breaks)
    verification.breaks = [
        {"tenant": found.tenant, "event": found.event, "what": found.what} for found in report.breaks[:BREAKS_SHOWN]
    ]
    verification.ended_at = timezone.now()
    with transaction.atomic():
        verification.save()
        record_event(
            action="audit_verified",
            actor=verification.asked_by,
            client=verification.client,
            request=request,
            details={"events": report.events, "breaks": len(report.breaks)},
        )
    if report.breaks:
        log.error("audit_trail_broken", breaks=len(report.breaks), verification=str(verification.pk))
    return verification


def record_export(*, actor: User | None, client: Client | None, request: HttpRequest | None, **details: Any) -> None:
    """File that the trail itself is handed out: `details` are the form of the file and the filters that held."""
    record_event(action="audit_exported", actor=actor, client=client, request=request, details=details)


def events_to_export(*, client: Client | None) -> AuditEventQuerySet:
    """The events of `client`, or all."""
    return AuditEvent.objects.filter(client=client) if client else AuditEvent.objects.all()


def anchor_chains() -> Anchoring:
    """Sign the ends of all chains and have them written down by a job, which tries again for hours."""
    Anchoring.objects.filter(at__lt=timezone.now() - KEPT_FOR).delete()
    with transaction.atomic():
        anchoring = anchors.make_anchoring()
        if anchors.has_a_place():
            enqueue(task=DELIVER_TASK, subject=str(anchoring.pk), client=None, max_attempts=DELIVERY_ATTEMPTS)
    return anchoring


def deliver_anchoring(*, anchoring: Anchoring) -> None:
    """Write down what is not written yet.

    Raises:
        AnchorError: not everywhere; the log says so as well.
    """
    try:
        anchors.deliver(anchoring)
    except anchors.AnchorError as error:
        log.error("audit_anchor_not_written", anchoring=str(anchoring.pk), error=str(error))
        raise
    log.info("audit_anchor_written", anchoring=str(anchoring.pk), chains=len(anchoring.documents))
