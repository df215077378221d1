"""A call that was published or changed asks for its sums at once; the key of it lies in the database already."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

from analytics.rollups.facts import COUNTED
from recordings.models import SalesCall
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import enqueue

REFRESH_TASK = "analytics.tasks.refresh_after_change"
SUBJECTS = ("rollups", "rollups-2")


@receiver([post_save, post_delete], sender=SalesCall)
def refresh_soon(sender: type[SalesCall], *, instance: SalesCall, **_: Any) -> None:
    """One job, however many calls a transaction changes."""
    if instance.status in COUNTED:
        waiting = transaction.get_connection().run_on_commit
        if not any(function is request_refresh for _ids, function, *_rest in waiting):
            transaction.on_commit(request_refresh, robust=True)


def request_refresh() -> None:
    """Queue a refresh. One that runs may have looked before this change, so that another waits behind it."""
    running = Job.objects.filter(task=REFRESH_TASK, status=JobStatus.RUNNING)
    busy = set(running.values_list("subject", flat=True))
    free = [subject for subject in SUBJECTS if subject not in busy]
    if free:
        enqueue(task=REFRESH_TASK, subject=free[0], client=None)
