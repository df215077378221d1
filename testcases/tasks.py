"""What workers do for test cases."""

from datetime import timedelta

from django.conf import settings

from salesiq.jobs.leases import Lease
from testcases.batches.work import work_batch
from testcases.models import PracticeSession, SessionStatus
from testcases.runs.services import run_case
from testcases.runs.work import work_run
from testcases.simulation.sessions import close_due_sessions


def close_practice(subject: str, lease: Lease) -> None:
    """Every five minutes: role-plays whose time is up, or that nobody plays any more."""
    close_due_sessions(idle=timedelta(minutes=settings.PRACTICE_IDLE_MINUTES))


def judge_run(subject: str, lease: Lease) -> None:
    """One run: a prompt that plays the agent, or criteria that ask a language model."""
    work_run(subject, lease)


def run_batch(subject: str, lease: Lease) -> None:
    """Many runs, as many as are left."""
    work_batch(subject, lease)


def judge_session(subject: str, lease: Lease) -> None:
    """A role-play that has ended, unless it is judged already."""
    session = PracticeSession.objects.select_related("version__case__client", "agent").filter(pk=subject).first()
    if session is not None and session.status != SessionStatus.OPEN:
        run_case(version=session.version, user=None, session=session)
