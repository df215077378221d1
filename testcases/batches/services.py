"""Batches: versions × subjects, planned as runs that wait, then worked off by a job."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import PromptVersion
from recordings.language.types import Line
from recordings.models import SalesCall
from salesiq.audit.services import record_event
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import Agent, Client, User
from salesiq.people.roles import Capability
from testcases.models import BatchStatus, CaseBatch, CaseRun, CaseVersion, RunStatus, SubjectKind, Suite
from testcases.runs.errors import RunDeniedError, RunError
from testcases.runs.subjects import rows_of
from testcases.services.errors import assert_may, assert_same_client

BATCH_TASK = "testcases.tasks.run_batch"
MOST_RUNS = 20_000
AT_ONCE = 500
UNDER_WAY = (BatchStatus.WAITING, BatchStatus.RUNNING)


@dataclass(frozen=True, slots=True)
class BatchSubject:
    """One of: a call, a prompt's version that plays the agent, or lines of a transcript (by `agent`, named `name`)."""

    call: SalesCall | None = None
    prompt_version: PromptVersion | None = None
    lines: Sequence[Line] | None = None
    agent: Agent | None = None
    name: str = ""

    @property
    def kind(self) -> str:
        if self.call is not None:
            return SubjectKind.CALL
        return SubjectKind.PROMPT if self.prompt_version is not None else SubjectKind.TRANSCRIPT


def start_batch(
    *,
    client: Client,
    user: User | None,
    versions: Sequence[CaseVersion],
    subjects: Sequence[BatchSubject],
    title: str = "",
    suite: Suite | None = None,
) -> CaseBatch:
    """Plan a run of each of `versions` on each of `subjects` and queue the job that works them off. The versions are
    fixed: a case that is edited meanwhile is judged as it was.

    Raises:
        PermissionDenied: `user` may not manage tests, or does not see one of the calls.
        CaseError: nothing to run, more than MOST_RUNS, or something of another client.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    things = [thing for each in subjects for thing in (each.call, each.prompt_version, each.agent)]
    assert_same_client(user, *versions, *things, suite)
    total = len(versions) * len(subjects)
    if not 0 < total <= MOST_RUNS:
        sentence = _("That is %(total)d runs; between 1 and %(most)d go into one batch.")
        raise RunError(sentence % {"total": total, "most": MOST_RUNS}, code="batch_size")
    _check_calls([each.call for each in subjects if each.call is not None], user)
    with transaction.atomic():
        batch = CaseBatch.objects.create(
            client=client, title=title.strip()[:200], suite=suite, versions=[str(each.pk) for each in versions],
            subjects=[_plain(at, each) for at, each in enumerate(subjects)], total=total, started_by=user,
        )  # fmt: skip
        CaseRun.objects.bulk_create(_runs(batch, versions, subjects, user), batch_size=AT_ONCE)
        calls = sorted(str(each.call.pk) for each in subjects if each.call is not None)
        record_event(action="started", target=batch, actor=user, details={"runs": total, "calls": calls})
        enqueue(task=BATCH_TASK, subject=str(batch.pk), client=client, created_by=user)
    return batch


def stop_batch(*, batch: CaseBatch, user: User | None) -> CaseBatch:
    """End a batch that is under way; what is judged stays, what waits is taken away.

    Raises:
        PermissionDenied: `user` may not manage tests.
        CaseError: it is of another client, or has ended already.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, batch)
    with transaction.atomic():
        row = CaseBatch.objects.select_for_update().get(pk=batch.pk)
        if row.status not in UNDER_WAY:
            raise RunError(_("This batch has ended already."), code="ended")
        row.status, row.finished_at = BatchStatus.STOPPED, timezone.now()
        CaseRun.objects.filter(batch=row, status=RunStatus.WAITING).delete()
        row.done = CaseRun.objects.filter(batch=row).count()
        row.save(update_fields=["status", "finished_at", "done", "updated_at"])
        record_event(action="stopped", target=row, actor=user, details={"done": row.done})
        cancel_jobs(task=BATCH_TASK, subject=str(batch.pk), error=_("The batch was stopped."))
    return row


def call_subjects(*, agents: Sequence[Agent], user: User, since: datetime, most_each: int = 20) -> list[BatchSubject]:
    """The newest calls of each of `agents` since then that `user` sees and that can be judged."""
    found: list[BatchSubject] = []
    for agent in agents:
        calls = SalesCall.objects.visible_to(user).redacted()
        calls = calls.filter(agent=agent, started_at__gte=since, anonymised_at=None).order_by("-started_at")
        found += [BatchSubject(call=call) for call in calls[:most_each]]
    return found


def _check_calls(calls: Sequence[SalesCall], user: User | None) -> None:
    if user is None or not calls:
        return
    wanted = {call.pk for call in calls}
    seen = set(SalesCall.objects.visible_to(user).filter(pk__in=wanted).values_list("pk", flat=True))
    if not user.can(Capability.VIEW_CALLS) or wanted - seen:
        raise RunDeniedError(_("You do not see all of these calls."))


def _plain(at: int, subject: BatchSubject) -> dict[str, Any]:
    """What a batch keeps of a subject: ids and names, no words."""
    thing = subject.call or subject.prompt_version
    return {"kind": subject.kind, "id": str(thing.pk) if thing else str(at), "name": subject.name[:200]}


def _runs(
    batch: CaseBatch, versions: Sequence[CaseVersion], subjects: Sequence[BatchSubject], user: User | None
) -> Iterator[CaseRun]:
    now = timezone.now()
    for at, subject in enumerate(subjects):
        call, lines = subject.call, subject.lines
        for version in versions:
            yield CaseRun(
                client_id=version.client_id, version=version, kind=subject.kind, call=call, batch=batch,
                agent=subject.agent or (call.agent if call else None), prompt_version=subject.prompt_version,
                key=f"batch:{batch.pk}:{at}:{version.pk}", lines=rows_of(lines) if lines is not None else [],
                language=(call.language if call else "") or version.content["language"], started_by=user,
                happened_at=call.started_at if call else now,
            )  # fmt: skip
