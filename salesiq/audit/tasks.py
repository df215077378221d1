"""Background work on the trail."""

from salesiq.audit import upkeep
from salesiq.audit.anchors import AnchorError
from salesiq.audit.models import Anchoring, AuditEvent, Verification
from salesiq.jobs.errors import JobError, PermanentJobError
from salesiq.jobs.services import Lease


def verify_trail(subject: str, lease: Lease) -> None:
    """Run the verification with the id `subject`."""
    verification = Verification.objects.select_related("client", "asked_by").filter(pk=subject).first()
    if verification is None:
        raise PermanentJobError("The verification was deleted before it began.")
    rows = AuditEvent.objects.all()
    expected = max(1, (rows.filter(client=verification.client) if verification.client else rows).count())
    upkeep.run_verification(
        verification=verification, progress=lambda done: lease.report("verify", min(1.0, done / expected))
    )


def anchor_chains(subject: str, lease: Lease) -> None:
    """Periodic: sign the ends of all chains and have them written down."""
    upkeep.anchor_chains()


def deliver_anchoring(subject: str, lease: Lease) -> None:
    """Write the anchoring with the id `subject` where it belongs; tried again until it is there."""
    anchoring = Anchoring.objects.filter(pk=subject).first()
    if anchoring is None:
        raise PermanentJobError("The anchor was deleted before it was written.")
    try:
        upkeep.deliver_anchoring(anchoring=anchoring)
    except AnchorError as error:
        raise JobError(str(error)) from error
