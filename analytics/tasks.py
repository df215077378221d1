"""Background work of analytics."""

from datetime import timedelta

from django.utils import timezone

from analytics.rollups.refreshing import clients_of_imports, refresh_rollups
from salesiq.jobs.models import Job, JobStatus, PeriodicRun
from salesiq.jobs.services import Lease

QUICKLY = 2.0
"""Seconds that a refresh after a publication may take; the sweep does what is left."""
KEPT_FOR = timedelta(hours=1)


def refresh_after_change(subject: str, lease: Lease) -> None:
    """Count what has just changed, so that it shows at once."""
    refresh_rollups(seconds=QUICKLY)


def sweep_rollups(subject: str, lease: Lease) -> None:
    """Count whatever changed by other ways than the product's own, and forget jobs that did so an hour ago.

    Clients that calls pour into are left until it is over.
    """
    refresh_rollups(spared=clients_of_imports())
    tasks = [f"{__name__}.{task.__name__}" for task in (refresh_after_change, sweep_rollups)]
    over = Job.objects.filter(task__in=tasks, status=JobStatus.SUCCEEDED, finished_at__lt=timezone.now() - KEPT_FOR)
    newest = PeriodicRun.objects.filter(name=subject).order_by("-period_start").values_list("pk", flat=True)[:1]
    PeriodicRun.objects.filter(name=subject, job__in=over).exclude(pk__in=list(newest)).delete()
    over.delete()
