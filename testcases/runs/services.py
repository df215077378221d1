"""Running cases: who may, on what, and each thing once."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.models import PromptVersion
from recordings.language.types import Line
from recordings.models import SalesCall
from salesiq.audit.services import record_event
from salesiq.jobs.services import enqueue
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability
from testcases.judging.rubric import asks_a_model
from testcases.models import CaseBatch, CaseRun, CaseVersion, PracticeSession, RunStatus, SessionStatus, SubjectKind
from testcases.runs.deciding import add_feedback, confirm_run, override_verdict
from testcases.runs.errors import RunDeniedError, RunError
from testcases.runs.keeping import judge_run
from testcases.runs.subjects import Subject, call_subject, lines_subject, rows_of, session_subject
from testcases.runs.work import work_on
from testcases.services.errors import assert_may, assert_same_client
from testcases.simulation.contents import content_of

__all__ = ["RunDeniedError", "RunError", "add_feedback", "confirm_run", "override_verdict", "run_case", "run_later"]

RUN_TASK = "testcases.tasks.judge_run"
LONGEST_KEY = 200


def run_case(
    *,
    version: CaseVersion,
    user: User | None,
    call: SalesCall | None = None,
    lines: Sequence[Line] | None = None,
    session: PracticeSession | None = None,
    prompt_version: PromptVersion | None = None,
    agent: Agent | None = None,
    key: str = "",
    batch: CaseBatch | None = None,
    is_trial: bool = False,
    language: str = "",
    started: datetime | None = None,
    later: bool = False,
    here: bool = False,
) -> CaseRun:
    """Judge exactly one subject by `version` and keep the run. `key`: the same key again gives the same run.

    `user` None is the product itself. A subject that cannot be judged gives a run too: status unjudgeable, passed None,
    and `problem` says why. A prompt as the agent takes minutes, and so may a language model as the judge: their runs
    come back waiting, and a job goes on; `later` asks for the same, `here` has this process do it. Outside of
    transactions.

    Raises:
        PermissionDenied: `user` may not run tests, or does not see the call, session or agent.
        CaseError: there is not exactly one subject, it belongs to another client, or the session is still open.
    """
    given = [each for each in (call, session, prompt_version) if each is not None]
    if len(given) + (lines is not None) != 1:
        raise RunError(_("Run it on one thing: a call, a transcript, a role-play or a prompt."), code="one_subject")
    assert_same_client(user, version, agent, batch, *given)
    _check_right(user, version, call=call, session=session, prompt_version=prompt_version, agent=agent)
    if session is not None:
        _check_session(session, version)
        key, agent, is_trial = f"session:{session.pk}", session.agent, is_trial or session.is_trial
    subject = _subject(call, lines, session, prompt_version, agent=agent, language=language, when=started)
    run = _kept(version, user, subject, key=key, agent=agent, batch=batch, is_trial=is_trial)
    if run.status != RunStatus.WAITING:
        return run
    if here:
        return work_on(run)
    if later or prompt_version is not None or asks_a_model(content_of(version)):
        return run_later(run, user)
    return judge_run(run, subject)


def run_later(run: CaseRun, user: User | None) -> CaseRun:
    """Have a worker judge a run that waits; once, however often it is asked."""
    enqueue(task=RUN_TASK, subject=str(run.pk), client=run.client, created_by=user)
    return run


def _check_right(
    user: User | None, version: CaseVersion, *, call: SalesCall | None, session: PracticeSession | None,
    prompt_version: PromptVersion | None, agent: Agent | None,
) -> None:  # fmt: skip
    if user is None:
        return
    if session is not None and session.user_id == user.pk and user.can(Capability.PRACTISE):
        return
    assert_may(user, Capability.MANAGE_TESTS if prompt_version is not None else Capability.VIEW_TESTS)
    if not CaseVersion.objects.visible_to(user).filter(pk=version.pk).exists():
        raise RunDeniedError(_("You do not see this test case."))
    if call is not None:
        _look_at_call(call, user)
    if session is not None and not PracticeSession.objects.visible_to(user).filter(pk=session.pk).exists():
        raise RunDeniedError(_("You do not see this role-play."))
    if agent is not None and not Agent.objects.visible_to(user).filter(pk=agent.pk).exists():
        raise RunDeniedError(_("You do not see this agent."))


def _look_at_call(call: SalesCall, user: User) -> None:
    """A run shows what was said, so that it is a look at the transcript."""
    if not user.can(Capability.VIEW_CALLS) or not SalesCall.objects.visible_to(user).filter(pk=call.pk).exists():
        raise RunDeniedError(_("You do not see this call."))
    record_event(action="viewed", target=call, actor=user, details={"for": "test_run"})


def _check_session(session: PracticeSession, version: CaseVersion) -> None:
    if session.version_id != version.pk:
        raise RunError(_("The role-play was played by another version of the case. Judge it by that one."))
    if session.status == SessionStatus.OPEN:
        raise RunError(_("The role-play is still under way. Finish it first."), code="session_open")


def _subject(
    call: SalesCall | None, lines: Sequence[Line] | None, session: PracticeSession | None,
    prompt_version: PromptVersion | None, *, agent: Agent | None, language: str, when: datetime | None,
) -> Subject:  # fmt: skip
    if call is not None:
        return call_subject(call)
    if session is not None:
        return session_subject(session)
    if prompt_version is not None:
        return Subject(SubjectKind.PROMPT, (), when or timezone.now(), links={"prompt_version": prompt_version})
    return lines_subject(lines or (), agent=agent, when=when, language=language)


def _kept(
    version: CaseVersion, user: User | None, subject: Subject, *, key: str, agent: Agent | None,
    batch: CaseBatch | None, is_trial: bool,
) -> CaseRun:  # fmt: skip
    """The run of this key, made where there is none yet."""
    if len(key) > LONGEST_KEY:
        raise RunError(_("The key is too long: at most %(most)d characters.") % {"most": LONGEST_KEY})
    values: dict[str, Any] = {
        "client_id": version.client_id, "version": version, "kind": subject.kind, "agent": agent or subject.agent,
        "batch": batch, "lines": rows_of(subject.lines) if subject.kind == SubjectKind.TRANSCRIPT else [],
        "language": subject.language or version.content["language"], "is_trial": is_trial, "started_by": user,
        "happened_at": subject.happened_at, **subject.links,
    }  # fmt: skip
    key = key or f"run:{uuid4()}"
    known = _of_key(version, key)
    if known is not None:
        return known
    try:
        with transaction.atomic():
            return CaseRun.objects.create(key=key, **values)
    except IntegrityError:
        known = _of_key(version, key)
        if known is None:
            raise
        return known


def _of_key(version: CaseVersion, key: str) -> CaseRun | None:
    """Raises:
    RunError: the key was used for another version.
    """
    known = CaseRun.objects.select_related("version__case__client").filter(client_id=version.client_id, key=key).first()
    if known is not None and known.version_id != version.pk:
        raise RunError(_("This key was used for another version of a case. Use a new one."), code="key_used")
    return known
