"""Starting, running and mending background work. `enqueue` is the only door to the workers."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django_q.exceptions import TimeoutException

from salesiq.jobs import owners, queue
from salesiq.jobs.errors import JobError, JobStopped, LeaseLost, NotRetryableError, PermanentJobError
from salesiq.jobs.leases import Lease
from salesiq.jobs.models import Job, JobQuerySet, JobStatus
from salesiq.jobs.signals import job_gave_up
from salesiq.people.models import Client, User

__all__ = ["Lease", "cancel_jobs", "claim_job", "enqueue", "reap_jobs", "release_jobs", "retry_job", "run_job"]

REAP_AT_ONCE = 500
LONGEST_BACKOFF_SECONDS = 600.0

log = structlog.get_logger(__name__)


def enqueue(
    *,
    task: str,
    subject: str,
    client: Client | None,
    created_by: User | None = None,
    max_attempts: int | None = None,
    after_seconds: float = 0.0,
) -> Job:
    """Queue `task(subject, lease)`; the returned row stands or falls with the caller's transaction.

    `task` is the dotted path of a function `(subject: str, lease: Lease) -> None` that may run more than once
    and must then have the same effect once. While a job for the same task and subject waits or runs, that one
    is returned instead of a second. `client` is None for work of the installation itself. `after_seconds`: not before
    so much time has passed, so that what a person does in many steps is followed up once.
    """
    values = {
        "client": client,
        "created_by": created_by,
        "max_attempts": max_attempts or settings.JOB_MAX_ATTEMPTS,
        "not_before": timezone.now() + timedelta(seconds=after_seconds),
    }
    for _attempt in range(10):
        active = Job.objects.active().filter(task=task, subject=subject).first()
        if active:
            return active
        # The constraint decides between two callers at once; the loser's row is there at the next look,
        # unless that job has already ended.
        with suppress(IntegrityError), transaction.atomic():
            job = Job.objects.create(task=task, subject=subject, **values)
            if not after_seconds:  # the reaper sends what is due later
                transaction.on_commit(partial(queue.hand_over, job.pk))
            return job
    raise JobError(_("This work could not be started because it is being started elsewhere. Try again."))


def claim_job(job_id: UUID | str, *, owner: str) -> Lease | None:
    """Take a waiting job, or one whose worker let its lease run out. None when there is nothing to take.

    The attempt is counted here, before any work, so that a task which kills its worker cannot come back for
    ever; at the limit the job is set aside.
    """
    now = timezone.now()
    token = uuid4()
    takeable = Job.objects.filter(
        Q(status=JobStatus.QUEUED, not_before__lte=now) | Q(status=JobStatus.RUNNING, lease_until__lt=now),
        pk=job_id,
    )
    claimed = takeable.filter(attempts__lt=F("max_attempts")).update(
        status=JobStatus.RUNNING,
        attempts=F("attempts") + 1,
        lease_token=token,
        lease_until=now + timedelta(seconds=settings.JOB_LEASE_SECONDS),
        lease_owner=owner,
        started_at=Coalesce("started_at", now),
        stage="",
        fraction=0.0,
        seconds_left=None,
        updated_at=now,
    )
    if claimed:
        return Lease(job_id=UUID(str(job_id)), token=token)
    _set_aside(takeable.filter(attempts__gte=F("max_attempts")))
    return None


def run_job(job_id: UUID | str, *, owner: str | None = None) -> Job | None:
    """Claim the job and run its task here, to its end; used by workers and foreground commands alike.

    Returns the row as it then stands (also when somebody else has the job), or None when it does not exist.
    Failures of the task do not raise: they are the row's `status` and `error`.
    """
    lease = claim_job(job_id, owner=owner or owners.this_process())
    if lease is not None:
        with structlog.contextvars.bound_contextvars(job_id=str(job_id)):
            _work(lease)
    return Job.objects.filter(pk=job_id).first()


def _work(lease: Lease) -> None:
    """Run the task under its lease and write down how it ended."""
    job = Job.objects.get(pk=lease.job_id)
    log.info("job_started", task=job.task, subject=job.subject, attempt=job.attempts)
    try:
        with lease.kept():
            import_string(job.task)(job.subject, lease)
    except LeaseLost:
        log.warning("job_taken_over")
    except JobStopped as error:
        log.info("job_stopped", reason=str(error))
        _finish(lease, JobStatus.CANCELLED, str(error))
    except PermanentJobError as error:
        log.warning("job_failed", error=str(error))
        _finish(lease, JobStatus.FAILED, str(error))
    except TimeoutException:
        log.exception("job_timed_out")
        _fail_attempt(job, lease, _("The work took longer than allowed and was stopped."))
        raise
    except KeyboardInterrupt:
        release_jobs(lease.rows())
        raise
    except Exception as error:
        log.exception("job_attempt_failed")
        sentence = str(error) if isinstance(error, JobError) else _("Something went wrong inside salesiq.")
        _fail_attempt(job, lease, sentence)
    else:
        _finish(lease, JobStatus.SUCCEEDED, "")


def _fail_attempt(job: Job, lease: Lease, sentence: str) -> None:
    """Back to the queue, later each time; failed when the attempts are used up."""
    if job.attempts >= job.max_attempts:
        _finish(lease, JobStatus.FAILED, sentence)
        return
    wait = min(settings.JOB_BACKOFF_SECONDS * 2 ** (job.attempts - 1), LONGEST_BACKOFF_SECONDS)
    _requeue(lease.rows(), after_seconds=wait, error=sentence)


def _finish(lease: Lease, status: JobStatus, error: str) -> None:
    now = timezone.now()
    done = {"fraction": 1.0} if status == JobStatus.SUCCEEDED else {}
    with transaction.atomic():
        changed = lease.rows().update(
            status=status, error=error, finished_at=now, updated_at=now, seconds_left=None, **done, **_NO_LEASE
        )
        if changed and status == JobStatus.FAILED:
            job_gave_up.send(Job, job=Job.objects.get(pk=lease.job_id))
    log.info("job_ended" if changed else "job_taken_over", status=str(status))


_NO_LEASE = {"lease_token": None, "lease_until": None, "lease_owner": ""}


def _requeue(jobs: JobQuerySet, *, after_seconds: float = 0.0, error: str = "", **values: Any) -> int:
    """Back to waiting and unsent; the reaper sends each when it is due."""
    now = timezone.now()
    return jobs.update(
        status=JobStatus.QUEUED,
        not_before=now + timedelta(seconds=after_seconds),
        handed_over_at=None,
        message_id=None,
        error=error,
        seconds_left=None,
        updated_at=now,
        **_NO_LEASE,
        **values,
    )


def _set_aside(jobs: JobQuerySet) -> int:
    """Quarantine those of `jobs` that still are as the caller's conditions say; return how many were."""
    count = 0
    for pk in list(jobs.values_list("pk", flat=True)):
        with transaction.atomic():
            changed = jobs.filter(pk=pk).update(**_quarantined())
            if changed:
                job_gave_up.send(Job, job=Job.objects.get(pk=pk))
            count += changed
    return count


def _quarantined() -> dict[str, Any]:
    now = timezone.now()
    return {
        "status": JobStatus.QUARANTINED,
        "error": _(
            "This work stopped the worker each time it was tried, so it was set aside. "
            "Check the file, then choose Retry; if it happens again, send the file to whoever runs salesiq."
        ),
        "finished_at": now,
        "updated_at": now,
        "seconds_left": None,
        **_NO_LEASE,
    }


def retry_job(*, job: Job, actor: User | None) -> Job:
    """A new job for the work of a failed or quarantined one; NotRetryableError for any other status."""
    if job.status not in (JobStatus.FAILED, JobStatus.QUARANTINED):
        raise NotRetryableError(_("Only work that failed can be tried again; this has not failed."))
    return enqueue(
        task=job.task,
        subject=job.subject,
        client=job.client,
        created_by=actor,
        max_attempts=job.max_attempts,
    )


def cancel_jobs(*, subject: str, error: str, task: str = "") -> int:
    """Stop what waits or runs for `subject`, of `task` or of any, with the sentence `error`; return how many jobs.

    A worker in the midst of it loses its lease and can write nothing more. Joins the caller's transaction.
    """
    now = timezone.now()
    jobs = Job.objects.active().filter(subject=subject, **({"task": task} if task else {}))
    return jobs.update(
        status=JobStatus.CANCELLED, error=error, finished_at=now, updated_at=now, seconds_left=None, **_NO_LEASE
    )


def release_jobs(jobs: JobQuerySet) -> int:
    """Give running jobs back to the queue, the attempt uncounted: their worker was stopped on purpose."""
    return _requeue(jobs.filter(status=JobStatus.RUNNING), attempts=F("attempts") - 1)


def reap_jobs() -> int:
    """Put every job back on its way whose worker died or whose message got lost; return how many were sent.

    Safe to call from several processes at once and at any time: each change is conditional on what was read.
    """
    now = timezone.now()
    running = Job.objects.filter(status=JobStatus.RUNNING).order_by("lease_until")
    for job in running.only("lease_token", "lease_until", "lease_owner", "attempts", "max_attempts"):
        expired = job.lease_until is None or job.lease_until < now
        if not expired and not owners.is_dead(job.lease_owner):
            continue
        held = Job.objects.filter(pk=job.pk, status=JobStatus.RUNNING, lease_token=job.lease_token)
        if expired:
            held = held.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
        log.warning("job_reaped", job_id=str(job.pk), owner=job.lease_owner, attempts=job.attempts)
        if job.attempts >= job.max_attempts:
            _set_aside(held)
        else:
            _requeue(held)
    waiting = queue.unsent_or_lost(Job.objects.all()).order_by("not_before")[:REAP_AT_ONCE]
    return sum(queue.hand_over(job.pk, seen=job.handed_over_at) for job in waiting)
