"""Keeping exports and reports in step with jobs that ended without success."""

from typing import Any

from django.dispatch import receiver

from analytics.reports.exports import EXPORT_TASK, fail_export
from analytics.reports.schedules import REPORT_TASK, fail_report
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up


@receiver(job_gave_up)
def fail_with_the_job(sender: type[Job], *, job: Job, **_: Any) -> None:
    """What was given up says so in the job's words."""
    if job.task == EXPORT_TASK:
        fail_export(export_id=job.subject, error=job.error)
    elif job.task == REPORT_TASK:
        fail_report(run_id=job.subject, error=job.error)
