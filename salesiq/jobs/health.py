"""Whether any worker is alive, for `/healthz`."""

from django.utils import timezone

from salesiq.common.health import Check
from salesiq.jobs.models import WorkerHeartbeat

SILENT_AFTER_SECONDS = 30.0


def worker() -> Check:
    latest = WorkerHeartbeat.objects.order_by("-at").first()
    if latest is None:
        return Check("worker", ok=False, detail="No worker has ever run. Run: manage.py run_worker", essential=False)
    age = (timezone.now() - latest.at).total_seconds()
    detail = f"last seen {age:.0f} s ago, {latest.jobs_running} job(s) running"
    return Check("worker", ok=age <= SILENT_AFTER_SECONDS, detail=detail, essential=False)
