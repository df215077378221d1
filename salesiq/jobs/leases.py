"""A lease: the right of one worker to write the results of one job, for a minute at a time.

A worker that was stopped, or cut off from the database, may wake up after another has taken its job. Every
write is therefore fenced: it touches the job's row on condition that the lease is still the worker's own.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from salesiq.jobs.errors import LeaseLost
from salesiq.jobs.models import Job, JobQuerySet, JobStatus

REPORT_EVERY_SECONDS = 1.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _LastReport:
    stage: str = ""
    at: float = -REPORT_EVERY_SECONDS


@dataclass(frozen=True, slots=True)
class Lease:
    """Held by the worker that runs a job; every method raises LeaseLost once the job is somebody else's."""

    job_id: UUID
    token: UUID
    _last: _LastReport = field(default_factory=_LastReport, compare=False, repr=False)

    def rows(self) -> JobQuerySet:
        """The job's row while the lease holds, else nothing."""
        return Job.objects.filter(pk=self.job_id, lease_token=self.token, status=JobStatus.RUNNING)

    def hold(self) -> None:
        """Extend the lease by settings.JOB_LEASE_SECONDS from now."""
        if not self.rows().update(lease_until=_lease_end()):
            raise LeaseLost(str(self.job_id))

    def fence(self) -> None:
        """Call inside the transaction that writes a stage's results, before or after the writes.

        The conditional UPDATE locks the job's row until the transaction ends, so that a take-over waits for
        the commit and then finds the lease extended; and results of a lost lease are rolled back.
        """
        if not transaction.get_connection().in_atomic_block:
            raise transaction.TransactionManagementError("fence() protects a transaction; open one first.")
        self.hold()

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None:
        """Show progress, at each new stage and at most once a second within one.

        `fraction` is 0 to 1 of the whole job, `seconds_left` an estimate or None. Call it outside of
        transactions, otherwise nobody sees it before the commit.
        """
        now = time.monotonic()
        if stage == self._last.stage and now - self._last.at < REPORT_EVERY_SECONDS:
            return
        self._last.stage, self._last.at = stage, now
        changed = self.rows().update(
            stage=stage,
            fraction=min(max(fraction, 0.0), 1.0),
            seconds_left=seconds_left,
            lease_until=_lease_end(),
            updated_at=timezone.now(),
        )
        if not changed:
            raise LeaseLost(str(self.job_id))

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Extend the lease from another thread while the block runs, however long a native call is."""
        stop = threading.Event()
        beat = threading.Thread(target=self._beat, args=(stop,), name=f"lease-{self.job_id}", daemon=True)
        beat.start()
        try:
            yield
        finally:
            stop.set()
            beat.join()

    def _beat(self, stop: threading.Event) -> None:
        try:
            while not stop.wait(settings.JOB_LEASE_SECONDS / 4):
                try:
                    self.hold()
                except DatabaseError:
                    log.warning("lease_not_extended", job_id=str(self.job_id), exc_info=True)
                    connection.close()
        except LeaseLost:
            log.warning("lease_lost", job_id=str(self.job_id))
        finally:
            connection.close()


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
