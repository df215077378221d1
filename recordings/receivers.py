"""Keeping calls in step with jobs that ended without success."""

from typing import Any

from django.dispatch import receiver

from recordings.pipeline.ending import mark_failed
from recordings.privacy.scratch import clear_scratch
from recordings.services import ANALYZE_TASK, REREAD_TASK
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up


@receiver(job_gave_up)
def fail_call_with_its_job(sender: type[Job], *, job: Job, **_: Any) -> None:
    """A call whose analysis was given up is failed with the job's words; one that failed by itself keeps its own.

    Runs of it that were killed leave nothing behind: nobody comes after them to tidy up.
    """
    if job.task in (ANALYZE_TASK, REREAD_TASK):
        clear_scratch(job.subject)
        mark_failed(call_id=job.subject, code="analysis_failed", message=job.error)
