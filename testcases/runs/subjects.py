"""What is judged, wherever it lies: a call's utterances, a role-play's turns, lines that came along."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.document import readable_utterances
from recordings.language.types import Line
from recordings.models import SalesCall
from salesiq.people.models import Agent
from testcases.models import CaseRun, PracticeSession, SubjectKind
from testcases.simulation.transcripts import transcript_of

GONE_LEVEL = 2  # from this level of disposal on the words of a call are not what was said


@dataclass(frozen=True, slots=True)
class Subject:
    """`lines` as judges read them. `problem_code` and `problem` where there is nothing to be read, and why."""

    kind: str
    lines: tuple[Line, ...]
    happened_at: datetime
    language: str = ""
    duration: float | None = None
    agent: Agent | None = None
    problem_code: str = ""
    problem: str = ""
    links: dict[str, Any] = field(default_factory=dict)


def call_subject(call: SalesCall) -> Subject:
    """A call as it may be read: masked, and not before it is."""
    code, problem = _problem_of_call(call)
    lines = () if code else tuple(_call_lines(call))
    return Subject(
        SubjectKind.CALL, lines, call.started_at, language=call.language, duration=call.call_duration, agent=call.agent,
        problem_code=code, problem=problem, links={"call": call},
    )  # fmt: skip


def session_subject(session: PracticeSession) -> Subject:
    """A role-play that has ended."""
    when = session.ended_at or session.created_at
    language = session.version.content["language"]
    lines = transcript_of(session)
    return Subject(
        SubjectKind.SESSION, lines, when, language=language, agent=session.agent, links={"session": session}
    )  # fmt: skip


def lines_subject(
    lines: Sequence[Line], *, agent: Agent | None = None, when: datetime | None = None, language: str = ""
) -> Subject:
    return Subject(SubjectKind.TRANSCRIPT, tuple(lines), when or timezone.now(), language=language, agent=agent)


def subject_of(run: CaseRun) -> Subject:
    """What a kept run is about, read again where it lies."""
    if run.call is not None:
        return call_subject(run.call)
    if run.session is not None:
        return session_subject(run.session)
    lines = tuple(line_of(at, row) for at, row in enumerate(run.lines))
    return Subject(run.kind, lines, run.happened_at, language=run.language, agent=run.agent)


def line_of(position: int, row: dict[str, Any]) -> Line:
    return Line(position, row["role"], row["start"], row["end"], row["text"], row.get("speaker", ""))


def rows_of(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Lines as a run keeps them."""
    return [{"role": line.role, "start": line.start, "end": line.end, "text": line.text} for line in lines]


def _problem_of_call(call: SalesCall) -> tuple[str, str]:
    if call.anonymised_at is not None or call.disposal_level >= GONE_LEVEL:
        return "erased", _("The words of this call were erased, so that it cannot be judged any more.")
    if not call.is_redacted:
        return "not_ready", _("The call is not analysed yet. Run the case again when its transcript is there.")
    return "", ""


def _call_lines(call: SalesCall) -> list[Line]:
    return [
        Line(at, each.role or "unknown", each.start, each.end, each.text, each.speaker or "")
        for at, each in enumerate(readable_utterances(call))
    ]
