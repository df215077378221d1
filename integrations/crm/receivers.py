"""Keeping imports in step with jobs that ended without success."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from integrations.crm.models import ImportRun, ImportStatus
from integrations.crm.services import IMPORT_TASK
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up


@receiver(job_gave_up)
def fail_import_with_its_job(sender: type[Job], *, job: Job, **_: Any) -> None:
    """An import whose job was given up is failed with the job's words; one that failed by itself keeps its own."""
    if job.task == IMPORT_TASK:
        going = ImportRun.objects.filter(pk=job.subject).exclude(status__in=(ImportStatus.DONE, ImportStatus.FAILED))
        going.update(status=ImportStatus.FAILED, error=job.error, finished_at=timezone.now(), updated_at=timezone.now())
