"""Beginning analyses and working them."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from decisions.models import AnalysisRun, Audience, RunKind, RunStatus
from decisions.runs.audiences import due_audiences
from decisions.runs.registry import CannotAnswerError, analysis_of
from decisions.tables.deals import today_of
from salesiq.audit.services import record_event
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User
from salesiq.people.roles import Capability

TASK = "decisions.tasks.work_run"
KEPT_FOR = timedelta(days=400)
_ACTIVE = (RunStatus.WAITING, RunStatus.RUNNING)

log = structlog.get_logger(__name__)


def question_key(question: Mapping[str, Any]) -> str:
    """ "" for the standard analysis, else the same for the same question."""
    if not question:
        return ""
    return hashlib.sha256(json.dumps(question, sort_keys=True, default=str).encode()).hexdigest()


def start_analysis(
    *, audience: Audience, kind: str, user: User | None, question: Mapping[str, Any] | None = None
) -> AnalysisRun:
    """Queue an analysis; one that waits or runs already for the same question is returned instead.

    Recommendations read what the other standard analyses found: they are queued once none of those is under way.

    Raises:
        PermissionDenied: `user` may not look at decisions of this audience.
    """
    if user is not None and not (
        user.can(Capability.VIEW_DECISIONS) and Audience.objects.visible_to(user).filter(pk=audience.pk).exists()
    ):
        raise PermissionDenied(_("You may not have these figures worked out. Ask an administrator."))
    asked = dict(question or {})
    key = question_key(asked)
    active = AnalysisRun.objects.filter(audience=audience, kind=kind, question_key=key, status__in=_ACTIVE)
    if (found := active.first()) is not None:
        transaction.on_commit(partial(send_lost, audience))
        return found
    run = AnalysisRun(
        client=audience.client, audience=audience, kind=kind, question=asked, question_key=key,
        as_of=today_of(audience), asked_by=user,
    )  # fmt: skip
    try:
        with transaction.atomic():
            run.save(force_insert=True)
            if user is not None:
                record_event(action="analysis_asked", actor=user, target=run, details={"kind": kind})
            if kind == RunKind.ADVICE and not key:
                transaction.on_commit(partial(send_lost, audience))
            else:
                enqueue(task=TASK, subject=str(run.pk), client=audience.client, created_by=user)
    except IntegrityError:  # somebody else began it in the same moment
        return active.get()
    return run


def send_lost(audience: Audience) -> int:
    """Queue the analyses that wait or were cut off and that no job works on: those whose job was cancelled, and
    recommendations once nothing else is under way that they read. How many. Call it after the commit."""
    runs = list(AnalysisRun.objects.filter(audience=audience, status__in=_ACTIVE).order_by("created_at"))
    is_busy = any(run.kind != RunKind.ADVICE and not run.question_key for run in runs)
    due = [run for run in runs if not (is_busy and run.kind == RunKind.ADVICE and not run.question_key)]
    worked = Job.objects.active().filter(task=TASK, subject__in=[str(run.pk) for run in due])
    known = set(worked.values_list("subject", flat=True))
    lost = [run for run in due if str(run.pk) not in known]
    for run in lost:
        enqueue(task=TASK, subject=str(run.pk), client=audience.client, created_by=run.asked_by)
    return len(lost)


def end_run(*, run_id: str, error: str) -> None:
    """A run whose job was given up has failed, with the job's sentence; what waits for it goes on."""
    run = AnalysisRun.objects.select_related("audience").filter(pk=run_id, status__in=_ACTIVE).first()
    if run is None:
        return
    AnalysisRun.objects.filter(pk=run.pk, status__in=_ACTIVE).update(
        status=RunStatus.FAILED, error=error[:500], finished_at=timezone.now(), updated_at=timezone.now()
    )
    transaction.on_commit(partial(send_lost, run.audience))


def start_daily(client: Client) -> int:
    """Begin every standard analysis of the client, in their order; how many."""
    begun = 0
    for audience in due_audiences(client):
        for kind in RunKind.values:
            start_analysis(audience=audience, kind=kind, user=None)
            begun += 1
    AnalysisRun.objects.filter(client=client, finished_at__lt=timezone.now() - KEPT_FOR).delete()
    return begun


def work_run(run: AnalysisRun, progress: Callable[[float], None] = lambda share: None) -> AnalysisRun:
    """Work what waits or was cut off, as of today, however long it waited; a run that has ended is left alone.

    A question that cannot be answered fails the run with its sentence. Any other error is raised: the job logs it,
    tries again, and at last tells it as it tells all failures (`end_run`).
    """
    begun = AnalysisRun.objects.filter(pk=run.pk, status__in=_ACTIVE)
    today = today_of(run.audience)
    if not begun.update(status=RunStatus.RUNNING, as_of=today, updated_at=timezone.now()):
        run.refresh_from_db()
        return run
    began = time.monotonic()
    values: dict[str, Any] = {}
    try:
        outcome = analysis_of(run.kind)(run.audience, as_of=today, question=run.question, progress=progress)
    except CannotAnswerError as error:
        values |= {"status": RunStatus.FAILED, "error": str(error)[:500]}
    else:
        values |= {
            "status": RunStatus.FINISHED, "result": outcome.result, "quality": outcome.quality, "rows": outcome.rows,
            "error": "",
        }  # fmt: skip
    values |= {"seconds": round(time.monotonic() - began, 3), "finished_at": timezone.now()}
    AnalysisRun.objects.filter(pk=run.pk, status__in=_ACTIVE).update(**values)
    run.refresh_from_db()
    return run


def working_run(audience: Audience, kind: str, question: Mapping[str, Any]) -> AnalysisRun | None:
    """The run of this question that is being worked, locked until the caller's transaction ends; None where nobody
    asked for one, so that a command leaves no rows behind."""
    runs = AnalysisRun.objects.filter(audience=audience, kind=kind, question_key=question_key(question))
    return runs.select_for_update().filter(status=RunStatus.RUNNING).first()


def analyse_now(
    audience: Audience, kind: str, *, as_of: date | None = None, question: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The document of an analysis, worked here; for commands. It is kept nowhere, nor are the anomalies or forecasts
    in it, which belong to a run; the stage table is brought in where a client lacks one. Not for recommendations:
    those are kept and told.

    Raises:
        CannotAnswerError: the question cannot be answered, with a sentence that says why.
    """
    outcome = analysis_of(kind)(
        audience, as_of=as_of or today_of(audience), question=dict(question or {}), progress=lambda share: None
    )
    return {**outcome.result, "data_quality": outcome.quality}
