"""What agents are sent to read, play or pass, and when it is done."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability
from testcases.models import Assignment, AssignmentReason, CaseRun, RunStatus, Suite, SuiteCase, TestCase, Training
from testcases.services.errors import CaseError, assert_may, assert_same_client

LONGEST_NOTE, MOST_AGENTS = 500, 1_000


def assign(
    *,
    agents: Sequence[Agent],
    user: User | None,
    case: TestCase | None = None,
    suite: Suite | None = None,
    training: Training | None = None,
    reason: str = AssignmentReason.MANUAL,
    skill: str = "",
    due_on: date | None = None,
    note: str = "",
    evidence: Mapping[str, Any] | None = None,
) -> list[Assignment]:
    """Give each of `agents` one of case, suite or training. Who has it open already keeps that one: it is returned
    as it is, with the new day when it is due, if one is given.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        CaseError: not exactly one thing, nobody, too many, an agent whom `user` does not see, something switched off.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    things = [thing for thing in (case, suite, training) if thing is not None]
    if len(things) != 1:
        raise CaseError(_("Assign one thing: a test case, a suite or a training."), code="one_thing")
    assert_same_client(user, *things, *agents)
    _check_agents(agents, user)
    if isinstance(things[0], TestCase | Training) and not things[0].is_active:
        raise CaseError(_("It is switched off. Switch it on before you assign it."), code="inactive")
    given = {"case": case, "suite": suite, "training": training}
    values = {
        "reason": reason, "skill": skill[:60], "note": note.strip()[:LONGEST_NOTE], "evidence": dict(evidence or {}),
    }  # fmt: skip
    return [_give(agent, given, user=user, due_on=due_on, values=values) for agent in agents]


def cancel_assignment(*, assignment: Assignment, user: User | None) -> Assignment:
    """Take back what is not done yet; what is done stays done.

    Raises:
        PermissionDenied: `user` may not manage test cases.
        CaseError: the agent has done it already.
    """
    assert_may(user, Capability.MANAGE_TESTS)
    assert_same_client(user, assignment)
    with transaction.atomic():
        row = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if row.done_at is not None:
            raise CaseError(_("This is done already, so that it cannot be taken back."), code="done")
        if row.cancelled_at is None:
            row.cancelled_at = timezone.now()
            row.save(update_fields=["cancelled_at", "updated_at"])
            record_event(action="assignment_cancelled", target=row, actor=user, details={"agent": str(row.agent_id)})
    return row


def read_training(*, assignment: Assignment, user: User) -> Assignment:
    """The agent says that they have read it, which is done then; a second time changes nothing.

    Raises:
        PermissionDenied: it is somebody else's.
        CaseError: it is no training, or was taken back.
    """
    if assignment.agent.user_id != user.pk or not user.can(Capability.PRACTISE):
        raise PermissionDenied(_("Only who was sent to read it can say that it was read."))
    if assignment.training_id is None:
        raise CaseError(_("This is no training: it is done when the test is passed."), code="no_training")
    with transaction.atomic():
        row = Assignment.objects.select_for_update().get(pk=assignment.pk)
        if row.cancelled_at is not None:
            raise CaseError(_("This was taken back: you need not read it."), code="cancelled")
        if row.done_at is None:
            _done(row, timezone.now(), user)
    return row


def note_passed(run: CaseRun) -> list[Assignment]:
    """What the agent of a judged run has done by it: assignments of its case, and of suites that are passed with it.

    Only runs that count are looked at: judged, passed, no trials. It joins the caller's transaction and may run again.
    A pass that is overridden later opens nothing again.
    """
    if run.agent_id is None or run.is_trial or run.status != RunStatus.JUDGED or not run.passed:
        return []
    case_id = run.version.case_id
    open_ones = (
        Assignment.objects.select_for_update(of=("self",))
        .filter(agent_id=run.agent_id, done_at=None, cancelled_at=None, created_at__lte=_when(run))
        .filter(Q(case_id=case_id) | Q(suite__members__case_id=case_id))
    )
    finished = [row for row in open_ones if row.case_id or _suite_is_passed(row)]
    for row in finished:
        _done(row, _when(run), None)
    return finished


def _when(run: CaseRun) -> datetime:
    """A role-play counts from its end; what was recorded earlier and judged now is no answer to an assignment."""
    return run.judged_at or timezone.now() if run.session_id else run.happened_at


def _suite_is_passed(assignment: Assignment) -> bool:
    asked = SuiteCase.objects.filter(suite=assignment.suite).values("case")
    passed: QuerySet[CaseRun, Any] = CaseRun.objects.filter(
        agent_id=assignment.agent_id, passed=True, status=RunStatus.JUDGED, is_trial=False,
        version__case__in=asked, judged_at__gte=assignment.created_at,
    )  # fmt: skip
    return passed.values("version__case").distinct().count() == asked.count()


def _check_agents(agents: Sequence[Agent], user: User | None) -> None:
    if not agents:
        raise CaseError(_("Choose at least one agent."), code="nobody")
    if len(agents) > MOST_AGENTS:
        raise CaseError(_("At most %(n)d agents at once.") % {"n": MOST_AGENTS}, code="too_many_agents")
    if user is not None:
        ids = {agent.pk for agent in agents}
        if Agent.objects.visible_to(user).filter(pk__in=ids).count() < len(ids):
            raise CaseError(_("You may assign to the agents of your own teams only."), code="not_yours")


def _give(
    agent: Agent, given: Mapping[str, Any], *, user: User | None, due_on: date | None, values: Mapping[str, Any]
) -> Assignment:
    with transaction.atomic():
        Agent.objects.select_for_update(of=("self",)).get(pk=agent.pk)  # so that two do not give the same at once
        row = Assignment.objects.filter(agent=agent, done_at=None, cancelled_at=None, **given).first()
        if row is not None:
            if due_on is not None and row.due_on != due_on:
                row.due_on = due_on
                row.save(update_fields=["due_on", "updated_at"])
                record_event(action="changed", target=row, actor=user, details={"due_on": due_on})
            return row
        row = Assignment.objects.create(
            client_id=agent.client_id, agent=agent, due_on=due_on, assigned_by=user, **given, **values
        )
        what = {name: str(thing.pk) for name, thing in given.items() if thing is not None}
        details = {"agent": str(agent.pk), "reason": row.reason, "due_on": due_on, **what}
        record_event(action="assigned", target=row, actor=user, details=details)
    return row


def _done(row: Assignment, at: datetime, user: User | None) -> None:
    row.done_at = at
    row.save(update_fields=["done_at", "updated_at"])
    record_event(action="assignment_done", target=row, actor=user, details={"agent": str(row.agent_id)})
