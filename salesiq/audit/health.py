"""Whether the trail is anchored in time, for `/healthz`."""

from datetime import timedelta

from django.utils import timezone

from salesiq.audit import anchors
from salesiq.audit.models import Anchoring, AuditEvent
from salesiq.common.health import Check

LATEST = timedelta(hours=26)


def anchoring() -> Check:
    """Fails where no anchor was written for 26 hours although there was something to anchor. Never essential."""
    if not anchors.has_a_place():
        return Check("audit_anchor", ok=True, detail="switched off: no file and no webhook is set", essential=False)
    latest = Anchoring.objects.filter(error="").exclude(filed_at=None, sent_at=None).first()
    since = timezone.now() - LATEST
    if latest is not None and latest.at >= since:
        return Check("audit_anchor", ok=True, detail=f"last written {latest.at:%Y-%m-%d %H:%M} UTC", essential=False)
    failed = Anchoring.objects.exclude(error="").first()
    if failed is not None and (latest is None or failed.at > latest.at):
        return Check("audit_anchor", ok=False, detail=failed.error, essential=False)
    if AuditEvent.objects.filter(at__lt=since).exists():
        return Check(
            "audit_anchor", ok=False, detail="None written for a day. Run: manage.py anchor_audit", essential=False
        )
    return Check("audit_anchor", ok=True, detail="none needed yet", essential=False)
