"""What workers do for test cases."""

from datetime import timedelta

from django.conf import settings

from salesiq.jobs.leases import Lease
from testcases.simulation.sessions import close_due_sessions


def close_practice(subject: str, lease: Lease) -> None:
    """Every five minutes: role-plays whose time is up, or that nobody plays any more."""
    close_due_sessions(idle=timedelta(minutes=settings.PRACTICE_IDLE_MINUTES))
