"""The job of a batch: every run of it that is still open. Killed at any instruction, the next attempt goes on.

The runs were planned with the batch, each with its own key, and each is judged and written in one transaction that the
job's lease fences: none is lost and none is written twice.
"""

import time
from collections.abc import Iterator

import structlog
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesiq.jobs.errors import JobError, LeaseLost
from salesiq.jobs.services import Lease
from testcases.batches.services import UNDER_WAY
from testcases.models import BatchStatus, CaseBatch, CaseRun, RunStatus
from testcases.runs.keeping import OPEN
from testcases.runs.work import work_on

AT_ONCE = 50
log = structlog.get_logger(__name__)


def work_batch(subject: str, lease: Lease) -> None:
    """`subject` is the id of a CaseBatch; one that is gone or has ended is left alone."""
    batch = CaseBatch.objects.filter(pk=subject, status__in=UNDER_WAY).first()
    if batch is None:
        return
    with transaction.atomic():
        lease.fence()
        CaseBatch.objects.filter(pk=batch.pk, status__in=UNDER_WAY).update(status=BatchStatus.RUNNING)
    began, before = time.monotonic(), _done(batch)
    for done, run in enumerate(_open_runs(batch), start=1):
        _work(run, lease)
        passed = time.monotonic() - began
        left = max(0, batch.total - before - done)
        lease.report("judge", (before + done) / max(1, batch.total), left * passed / done)
        if done % AT_ONCE == 0:
            _show(batch)
    _finish(batch, lease)


def _open_runs(batch: CaseBatch) -> Iterator[CaseRun]:
    """What is left, a few at a time; ends early when the batch was stopped."""
    rows = CaseRun.objects.select_related("version__case__client", "call__agent", "prompt_version", "agent", "batch")
    last = None
    while CaseBatch.objects.filter(pk=batch.pk, status=BatchStatus.RUNNING).exists():
        left = rows.filter(batch=batch, status__in=OPEN).order_by("pk")
        some = list((left.filter(pk__gt=last) if last else left)[:AT_ONCE])
        if not some:
            return
        yield from some
        last = some[-1].pk


def _work(run: CaseRun, lease: Lease) -> None:
    """One run; what goes wrong with it is its own failure and holds up no other."""
    try:
        work_on(run, fence=lease.fence)
    except (LeaseLost, JobError, DatabaseError, MemoryError):
        raise
    except Exception:
        log.exception("test_run_failed", run=str(run.pk))
        with transaction.atomic():
            lease.fence()
            CaseRun.objects.filter(pk=run.pk, status__in=OPEN).update(
                status=RunStatus.FAILED, problem_code="error", problem=_("Something went wrong inside salesiq."),
                updated_at=timezone.now(),
            )  # fmt: skip


def _done(batch: CaseBatch) -> int:
    return CaseRun.objects.filter(batch=batch).exclude(status__in=OPEN).count()


def _show(batch: CaseBatch) -> None:
    CaseBatch.objects.filter(pk=batch.pk).update(done=_done(batch), updated_at=timezone.now())


def _finish(batch: CaseBatch, lease: Lease) -> None:
    with transaction.atomic():
        lease.fence()
        now = timezone.now()
        CaseBatch.objects.filter(pk=batch.pk, status=BatchStatus.RUNNING).update(
            status=BatchStatus.FINISHED, done=_done(batch), finished_at=now, updated_at=now
        )
