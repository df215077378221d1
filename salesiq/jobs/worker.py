"""What django-q2 runs. The message carries nothing but the job's id; everything else is read from the row."""

from salesiq.jobs.services import run_job


def run_queued(job_id: str) -> None:
    """Run one queued job to its end. A message that came twice, or too late, does nothing."""
    run_job(job_id)
