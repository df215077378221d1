"""Reading background work for pages, the API and the command line."""

from dataclasses import dataclass

from salesiq.jobs.models import ACTIVE, Job, JobStatus


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job is. `fraction` 0 to 1; `waiting_ahead` jobs were queued before this one."""

    status: str
    label: str
    stage: str
    fraction: float
    seconds_left: float | None
    waiting_ahead: int
    attempts: int
    error: str
    is_active: bool
    can_retry: bool


def job_progress(job: Job) -> JobProgress:
    """What a page shows of a job. One query while it waits, none otherwise."""
    waiting = job.status == JobStatus.QUEUED
    ahead = Job.objects.filter(status=JobStatus.QUEUED, created_at__lt=job.created_at) if waiting else None
    return JobProgress(
        status=job.status,
        label=str(JobStatus(job.status).label),
        stage=job.stage,
        fraction=job.fraction,
        seconds_left=job.seconds_left,
        waiting_ahead=ahead.count() if ahead is not None else 0,
        attempts=job.attempts,
        error=job.error,
        is_active=job.status in ACTIVE,
        can_retry=job.status in (JobStatus.FAILED, JobStatus.QUARANTINED),
    )
