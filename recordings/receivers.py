"""Keeping calls in step with jobs that ended without success, and the search with calls that are shown."""

from typing import Any

from django.dispatch import receiver

from recordings.demo import register_part
from recordings.demo_coaching import build_coaching
from recordings.demo_prompts import build_prompts
from recordings.demo_reviews import build_reviews
from recordings.demo_tracking import build_tracking
from recordings.models import SalesCall
from recordings.pipeline.ending import mark_failed
from recordings.privacy.scratch import clear_scratch
from recordings.services import ANALYZE_TASK, REREAD_TASK
from recordings.signals import call_published
from recordings.writing.services import write_soon
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import enqueue
from salesiq.jobs.signals import job_gave_up


@receiver(job_gave_up)
def fail_call_with_its_job(sender: type[Job], *, job: Job, **_: Any) -> None:
    """A call whose analysis was given up is failed with the job's words; one that failed by itself keeps its own.

    Runs of it that were killed leave nothing behind: nobody comes after them to tidy up.
    """
    if job.task in (ANALYZE_TASK, REREAD_TASK):
        clear_scratch(job.subject)
        mark_failed(call_id=job.subject, code="analysis_failed", message=job.error)


INDEX_TASK = "recordings.tasks.index_search"


@receiver(call_published)
def index_soon(sender: type[SalesCall], *, call: SalesCall, **_: Any) -> None:
    """One job for all calls that wait; one that runs may have looked before this one, so that another waits behind."""
    if not Job.objects.filter(task=INDEX_TASK, status=JobStatus.QUEUED).exists():
        running = Job.objects.filter(task=INDEX_TASK, status=JobStatus.RUNNING).values_list("subject", flat=True)
        free = [subject for subject in ("search", "search-2") if subject not in set(running)]
        if free:
            enqueue(task=INDEX_TASK, subject=free[0], client=None)


@receiver(call_published)
def write_of_it(sender: type[SalesCall], *, call: SalesCall, **_: Any) -> None:
    """Production prompts write about it, where the client has any and a useful model."""
    write_soon(call)


register_part(build_reviews, after_calls=True)
register_part(build_coaching, after_calls=True)
register_part(build_prompts, after_calls=True)
register_part(build_tracking, after_calls=True)
