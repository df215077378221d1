"""Weeks of practice by the demo's agents: played against the simulated customer and judged for real, in the past."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zlib import crc32

from django.db import transaction

from salesiq.people.models import Agent, Client
from testcases.demo.player import Player, play_of
from testcases.models import CaseRun, PracticeSession, SessionStatus, TestCase, Turn
from testcases.runs.services import run_case
from testcases.simulation import engine
from testcases.simulation.contents import content_of
from testcases.simulation.customers import answer_scripted
from testcases.simulation.timing import place_turn

MOMENTS = ("open", "asks", "answers", "close")


@dataclass(frozen=True, slots=True)
class Exercise:
    """One role-play: of `agent` (external id), `days_ago`, in the shipped case `key`, with `skill` by moment."""

    agent: str
    days_ago: float
    key: str
    skill: Mapping[str, float]

    @property
    def seed(self) -> int:
        return crc32(f"demo:{self.agent}:{self.days_ago}:{self.key}".encode())


def skilled(opening: float, asking: float, answering: float, closing: float) -> dict[str, float]:
    return dict(zip(MOMENTS, (opening, asking, answering, closing), strict=True))


def practise(client: Client, exercise: Exercise, *, now: datetime) -> PracticeSession | None:
    """The judged session of `exercise`, or the one that is there from an earlier start. None where somebody has taken
    the agent or the case away."""
    agent = Agent.objects.filter(client=client, external_id=exercise.agent).select_related("user").first()
    case = TestCase.objects.filter(client=client, library_key=exercise.key).select_related("current").first()
    if agent is None or case is None or case.current is None:
        return None
    session = PracticeSession.objects.filter(agent=agent, version__case=case, seed=exercise.seed).first()
    if session is None:
        session = _play(agent, case, exercise, now - timedelta(days=exercise.days_ago))
    run = run_case(version=session.version, user=None, session=session)
    if run.judged_at and session.ended_at and run.judged_at > session.ended_at + timedelta(hours=1):
        CaseRun.objects.filter(pk=run.pk).update(judged_at=session.ended_at, created_at=session.ended_at)
    return session


@transaction.atomic
def _play(agent: Agent, case: TestCase, exercise: Exercise, began: datetime) -> PracticeSession:
    assert case.current is not None
    content, seed = content_of(case.current), exercise.seed
    state, lines = engine.open_session(content, seed)
    player = Player(play_of(exercise.key), exercise.skill, agent.name, seed)
    turns = [_turn("customer", line) for line in lines]
    while not state.ended and (said := player.next_line(state)) is not None:
        answer = answer_scripted(content, state, said, seed=seed)
        state = answer.state
        trace = dict(answer.trace)
        turns.append(_turn("agent", said, key=f"demo-{len(turns)}", trace={"understood": trace.pop("understood", {})}))
        turns += [_turn("customer", line, trace=trace if at == 0 else {}) for at, line in enumerate(answer.lines)]
    session = PracticeSession.objects.create(
        client_id=agent.client_id, version=case.current, agent=agent, user=agent.user, seed=seed, state=state.as_json(),
        status=SessionStatus.FINISHED, end_reason=state.ended or "agent",
    )  # fmt: skip
    end = 0.0
    for position, turn in enumerate(turns):
        turn.session, turn.position = session, position
        turn.start, turn.end = place_turn(turn.text, after=end)
        end = turn.end
    Turn.objects.bulk_create(turns)
    session.created_at, session.ended_at = began, began + timedelta(seconds=end)
    PracticeSession.objects.filter(pk=session.pk).update(created_at=began, ended_at=session.ended_at)
    return session


def _turn(role: str, text: str, **values: Any) -> Turn:
    return Turn(role=role, text=text, **values)
