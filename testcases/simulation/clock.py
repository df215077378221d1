"""How long a session has gone on, and how long it may."""

from datetime import datetime

from django.utils import timezone

from testcases.models import PracticeSession
from testcases.simulation.contents import content_of


def seconds_since(session: PracticeSession, at: datetime) -> float:
    """Seconds from the session's beginning to `at`, never negative."""
    return max(0.0, (at - session.created_at).total_seconds())


def is_overdue(session: PracticeSession, moment: datetime) -> bool:
    """Whether the time that the version allows has passed."""
    limit = content_of(session.version).time_limit
    return bool(limit) and seconds_since(session, moment) > limit


def seconds_left(session: PracticeSession, moment: datetime | None = None) -> int | None:
    """Of the time that the version allows; None where it allows any."""
    limit = content_of(session.version).time_limit
    return max(0, int(limit - seconds_since(session, moment or timezone.now()))) if limit else None
