"""The door to django-q2: messages that carry a job's id, and finding those that got lost on the way."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_q.brokers import Broker, get_broker
from django_q.models import OrmQ
from django_q.tasks import async_task

from salesiq.jobs.models import Job, JobQuerySet, JobStatus

RUN_QUEUED = "salesiq.jobs.worker.run_queued"
# Longer than it takes to write a message, shorter than anybody wants to wait for a lost one.
SETTLED = timedelta(seconds=10)
# A broker other than the database cannot be asked which messages it holds; a second message does no harm.
PRESUMED_LOST = timedelta(minutes=10)

log = structlog.get_logger(__name__)


class ReceiptBroker:
    """Passes a message on to the real broker and keeps the id it was given there."""

    def __init__(self, broker: Broker) -> None:
        self._broker = broker
        self.list_key = broker.list_key
        self.receipt: int | None = None

    def enqueue(self, package: str) -> Any:
        self.receipt = self._broker.enqueue(package)
        return self.receipt


def hand_over(job_id: UUID, *, seen: datetime | None = None) -> bool:
    """Send the job's id to the workers, once. `seen` is the `handed_over_at` the caller read.

    Returns False when the job is not waiting any more, somebody else hands it over, or the broker cannot be
    reached; in the last case the reaper tries again.
    """
    now = timezone.now()
    waiting = Job.objects.filter(pk=job_id, status=JobStatus.QUEUED)
    untouched = waiting.filter(handed_over_at=seen) if seen else waiting.filter(handed_over_at__isnull=True)
    if not untouched.update(handed_over_at=now, message_id=None):
        return False
    broker = ReceiptBroker(get_broker())
    try:
        async_task(RUN_QUEUED, str(job_id), task_name=str(job_id), broker=broker)
    except Exception:
        log.exception("job_not_handed_over", job_id=str(job_id))
        waiting.filter(handed_over_at=now).update(handed_over_at=None)
        return False
    if keeps_messages_in_database():
        waiting.filter(handed_over_at=now).update(message_id=broker.receipt)
    return True


def keeps_messages_in_database() -> bool:
    return bool(settings.Q_CLUSTER.get("orm"))


def unsent_or_lost(jobs: JobQuerySet) -> JobQuerySet:
    """Due jobs that no message carries: never sent, or their message is gone from the queue."""
    now = timezone.now()
    if keeps_messages_in_database():
        gone = Q(~Exists(OrmQ.objects.filter(pk=OuterRef("message_id"))), handed_over_at__lt=now - SETTLED)
    else:
        gone = Q(handed_over_at__lt=now - PRESUMED_LOST)
    due = jobs.filter(status=JobStatus.QUEUED, not_before__lte=now)
    return due.filter(Q(handed_over_at__isnull=True) | gone)


def free_prefetched_messages() -> int:
    """Make messages fetchable that a cluster took and then died with; called when a cluster starts.

    A message that another living cluster holds may so be delivered twice: the claim lets one of them run.
    """
    if not keeps_messages_in_database():
        return 0
    now = timezone.now()
    waiting = Job.objects.filter(status=JobStatus.QUEUED, message_id__isnull=False)
    held = OrmQ.objects.filter(lock__gt=now, pk__in=waiting.values("message_id"))
    return held.update(lock=now)
