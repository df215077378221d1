"""`Prefer: wait=N` (RFC 7240, section 4.3): a client that would rather wait a little than ask again."""

import re
import time
from uuid import UUID

from recordings.models import SalesCall
from salesiq.jobs.models import ACTIVE, Job

LONGEST_WAIT_SECONDS = 60
FIRST_LOOK_SECONDS = 0.1
SLOWEST_LOOK_SECONDS = 1.0
_WAIT = re.compile(r"\s*wait\s*=\s*\"?([0-9]{1,9})\"?\s*(;.*)?", re.IGNORECASE)


def preferred_wait(header: str) -> int | None:
    """Seconds to wait, at most 60; None when the header asks for no wait. The first preference given counts."""
    for preference in header.split(","):
        if found := _WAIT.fullmatch(preference):
            return min(int(found[1]), LONGEST_WAIT_SECONDS)
    return None


def wait_for_analysis(call_id: UUID, job_id: UUID | None, *, seconds: float) -> bool:
    """Look again and again, outside any transaction, until the analysis has ended; False when it has not in time."""
    end = time.monotonic() + seconds
    pause = FIRST_LOOK_SECONDS
    while not _has_ended(call_id, job_id):
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)
    return True


def _has_ended(call_id: UUID, job_id: UUID | None) -> bool:
    """By the job, which also ends when the speech model is missing; without one, by the call."""
    if job_id is not None:
        return not Job.objects.filter(pk=job_id, status__in=ACTIVE).exists()
    call = SalesCall.objects.filter(pk=call_id).only("status").first()
    return call is None or not call.is_in_progress
