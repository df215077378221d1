"""Work that comes round: each job of settings.PERIODIC_JOBS begins once per period, however many machines watch.

A period begins at a fixed hour of the day (UTC) or at each multiple of N seconds since 1970. Whoever inserts its row
first has the job queued, in the same transaction; after a time without any worker only the current period is begun,
not those that were missed.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from salesiq.jobs.models import Job, PeriodicRun
from salesiq.jobs.services import enqueue

KEPT_FOR = timedelta(days=60)
DAY = timedelta(days=1)

log = structlog.get_logger(__name__)


class UnknownPeriodicJobError(Exception):
    """No such name in settings.PERIODIC_JOBS."""


@dataclass(frozen=True, slots=True)
class PeriodicJob:
    """`task` is a dotted path as for `enqueue`; its subject is the job's name, so that it never runs beside itself.

    Exactly one of `at_hour` (0 to 23, UTC) and `every_seconds` (1 or more) is set.
    """

    name: str
    task: str
    at_hour: int | None = None
    every_seconds: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= len(self.name) <= 60:
            raise ValueError("its name must have 1 to 60 characters")
        if (self.at_hour is None) == (self.every_seconds is None):
            raise ValueError("it needs either at_hour or every_seconds")
        if self.at_hour is not None and self.at_hour not in range(24):
            raise ValueError("at_hour must be 0 to 23")
        if self.every_seconds is not None and self.every_seconds < 1:
            raise ValueError("every_seconds must be 1 or more")

    def period_start(self, now: datetime) -> datetime:
        """When the period that holds `now` began."""
        if self.every_seconds is not None:
            seconds = int(now.timestamp()) // self.every_seconds * self.every_seconds
            return datetime.fromtimestamp(seconds, UTC)
        start = now.astimezone(UTC).replace(hour=self.at_hour or 0, minute=0, second=0, microsecond=0)
        return start if start <= now else start - DAY

    def next_start(self, now: datetime) -> datetime:
        """When the next period begins."""
        length = DAY if self.every_seconds is None else timedelta(seconds=self.every_seconds)
        return self.period_start(now) + length

    @property
    def rhythm(self) -> str:
        """In words, for people."""
        if self.every_seconds is not None:
            return _("every %(seconds)d seconds") % {"seconds": self.every_seconds}
        return _("daily at %(hour)02d:00 UTC") % {"hour": self.at_hour}


def periodic_jobs() -> list[PeriodicJob]:
    """The jobs of settings.PERIODIC_JOBS. Raises ValueError or TypeError for an entry that cannot be read."""
    return [PeriodicJob(**entry) for entry in settings.PERIODIC_JOBS]


def start_due_periods(now: datetime | None = None) -> list[Job]:
    """Queue each job whose current period has not begun; safe to call from many processes, at any time.

    A job that is new to this installation waits for its next period, so that an upgrade starts nothing by itself.
    """
    now = now or timezone.now()
    started = [_start_period(job, job.period_start(now)) for job in periodic_jobs()]
    return [job for job in started if job is not None]


def _start_period(periodic: PeriodicJob, start: datetime) -> Job | None:
    known = PeriodicRun.objects.filter(name=periodic.name)
    # A clock that runs behind another machine's must not begin an older period after a newer one.
    if known.filter(period_start__gte=start).exists():
        return None
    try:
        with transaction.atomic():
            run = PeriodicRun.objects.create(name=periodic.name, period_start=start)
            if not known.exclude(pk=run.pk).exists():
                return None
            run.job = enqueue(task=periodic.task, subject=periodic.name, client=None)
            run.save(update_fields=["job"])
    except IntegrityError:
        return None
    log.info("period_started", name=periodic.name, period_start=start.isoformat(), job_id=str(run.job_id))
    return run.job


def start_now(name: str) -> Job:
    """Queue the job `name` outside of its periods; one that waits or runs already is returned instead."""
    known = {job.name: job for job in periodic_jobs()}
    if name not in known:
        listed = ", ".join(sorted(known)) or _("none")
        raise UnknownPeriodicJobError(
            _("There is no periodic job “%(name)s”. Known: %(known)s.") % {"name": name, "known": listed}
        )
    return enqueue(task=known[name].task, subject=name, client=None)


@dataclass(frozen=True, slots=True)
class Schedule:
    """One periodic job as it stands: `last` is its newest job, by hand or by the clock."""

    job: PeriodicJob
    last: Job | None
    next_start: datetime


def schedules(now: datetime | None = None) -> list[Schedule]:
    """Every periodic job with its last and next run, in the order of the settings."""
    now = now or timezone.now()
    return [
        Schedule(job, Job.objects.filter(task=job.task, subject=job.name).first(), job.next_start(now))
        for job in periodic_jobs()
    ]


def forget_old_periods() -> int:
    """Delete periods begun more than 60 days ago with their jobs, except each name's newest."""
    cutoff = timezone.now() - KEPT_FOR
    newest = [
        PeriodicRun.objects.filter(name=name).values_list("pk", flat=True)[:1][0]
        for name in PeriodicRun.objects.order_by().values_list("name", flat=True).distinct()
    ]
    old = PeriodicRun.objects.filter(period_start__lt=cutoff).exclude(pk__in=newest)
    with transaction.atomic():
        Job.objects.filter(pk__in=old.values("job_id"), finished_at__lt=cutoff).delete()
        return old.delete()[0]


def check_periodic_jobs(**_kwargs: Any) -> list[CheckMessage]:
    """System check: each entry of settings.PERIODIC_JOBS can be read, its task exists, names are unique."""
    found: list[CheckMessage] = []
    names: set[str] = set()
    for entry in settings.PERIODIC_JOBS:
        try:
            job = PeriodicJob(**entry)
            import_string(job.task)
            if job.name in names:
                raise ValueError("its name is used twice")
            names.add(job.name)
        except (TypeError, ValueError, ImportError) as error:
            found.append(Error(f"PERIODIC_JOBS: {entry!r}: {error}.", id="jobs.E001"))
    return found
