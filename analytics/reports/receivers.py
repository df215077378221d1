"""Keeping exports and reports in step with jobs that ended without success."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from analytics.reports.exports import EXPORT_TASK, drop_exports, fail_export
from analytics.reports.schedules import REPORT_TASK, fail_report
from integrations.messaging.services import withdraw_messages
from recordings.signals import exports_outdated
from salesiq.jobs.models import Job
from salesiq.jobs.signals import job_gave_up
from salesiq.people.models import Client


@receiver(job_gave_up)
def fail_with_the_job(sender: type[Job], *, job: Job, **_kwargs: Any) -> None:
    """What was given up says so in the job's words."""
    if job.task == EXPORT_TASK:
        fail_export(export_id=job.subject, error=job.error)
    elif job.task == REPORT_TASK:
        fail_report(run_id=job.subject, error=job.error)


@receiver(exports_outdated)
def drop_with_a_person(sender: Any, *, client: Client, **_kwargs: Any) -> dict[str, int]:
    """A person of the client is erased: every file that may be about them goes, also one that waits to be sent."""
    reason = _("A person was erased, who may be in it. Make it anew.")
    return {
        "analytics.dataexport": drop_exports(client=client, reason=reason),
        "messaging.outboxmessage": withdraw_messages(client=client, reason=reason),
    }
