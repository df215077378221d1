"""A batch whose job was given up ends too, with the job's sentence."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up
from testcases.batches.services import BATCH_TASK, UNDER_WAY
from testcases.models import BatchStatus, CaseBatch


@receiver(job_gave_up)
def end_batch(job: Job, **_kwargs: Any) -> None:
    if job.task == BATCH_TASK:
        now = timezone.now()
        CaseBatch.objects.filter(pk=job.subject, status__in=UNDER_WAY).update(
            status=BatchStatus.FAILED, error=job.error[:500], finished_at=now, updated_at=now
        )
