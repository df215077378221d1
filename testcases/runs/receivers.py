"""A role-play that ended is judged, and a run whose job was given up ends with the job's sentence."""

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.jobs.signals import job_gave_up
from testcases.models import CaseRun, PracticeSession, RunStatus
from testcases.runs.keeping import OPEN
from testcases.runs.services import RUN_TASK
from testcases.simulation.signals import session_ended

SESSION_TASK = "testcases.tasks.judge_session"


@receiver(session_ended)
def judge_ended_session(session: PracticeSession, **_kwargs: Any) -> None:
    """Whoever looks first has it judged at once (run_case, by the same key); this is for those that nobody opens."""
    enqueue(task=SESSION_TASK, subject=str(session.pk), client=session.client)


@receiver(job_gave_up)
def end_run(job: Job, **_kwargs: Any) -> None:
    if job.task == RUN_TASK:
        CaseRun.objects.filter(pk=job.subject, status__in=OPEN).update(
            status=RunStatus.FAILED, problem_code="job", problem=job.error[:500], updated_at=timezone.now()
        )
