"""Playing a case: beginning, turn by turn, and ending. Once said is said: a repeated request changes nothing."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from salesiq.audit.services import record_event
from salesiq.people.models import Agent, User
from salesiq.people.roles import Capability
from testcases.models import Assignment, CaseVersion, CustomerKind, PracticeSession, SessionStatus, Turn
from testcases.simulation import customers
from testcases.simulation.admission import (
    attempts_left,
    check_assignment,
    check_attempts,
    check_player,
    open_session_of,
)
from testcases.simulation.clock import is_overdue, seconds_left, seconds_since
from testcases.simulation.contents import content_of
from testcases.simulation.engine import Answer, State
from testcases.simulation.errors import NotAllowedError, OtherTabError, SessionOverError, TurnError
from testcases.simulation.signals import session_ended
from testcases.simulation.timing import place_turn

__all__ = [
    "Telling",
    "attempts_left",
    "close_due_sessions",
    "finish_session",
    "is_overdue",
    "say",
    "seconds_left",
    "session_to_play",
    "start_session",
    "state_of",
    "turns_of_key",
]

LONGEST_TURN = 4_000
LONGEST_KEY = 200
SEED_BITS = 53  # so that JavaScript and JSON readers keep it whole


def start_session(
    *,
    version: CaseVersion,
    user: User,
    agent: Agent | None = None,
    customer: str = CustomerKind.SCRIPTED,
    assignment: Assignment | None = None,
    seed: int | None = None,
    is_trial: bool = False,
) -> PracticeSession:
    """A session in which `user` plays `version`, with the customer's first words where the customer begins.

    `agent` is whose practice it is: the user's own where it is not given; who has none plays a trial. An open session
    of the same agent and version is given back instead of a second one, unless `seed` asks for a certain customer.

    Raises:
        NotAllowedError: the user may not play it, or not in the agent's name.
        AttemptsUsedError: the agent has played it as often as the case allows.
    """
    agent = agent or (None if is_trial else Agent.objects.filter(user=user, client_id=version.client_id).first())
    trial = is_trial or agent is None
    check_player(version, user, agent, trial)
    customers.check_available(version, customer)
    content = content_of(version)
    with transaction.atomic():
        if agent is not None and not trial:
            Agent.objects.select_for_update().get(pk=agent.pk)
            if seed is None and (before := open_session_of(version, agent, user, customer)):
                return before
            check_assignment(version, agent, assignment)
            check_attempts(version, content, agent, assignment)
        session = PracticeSession(
            client_id=version.client_id, version=version, agent=agent, user=user, customer=customer, is_trial=trial,
            seed=secrets.randbits(SEED_BITS) if seed is None else seed, assignment=assignment,
        )  # fmt: skip
        state, lines = customers.open_as(session, content)
        session.state = state.as_json()
        session.save(force_insert=True)
        _write_customer(session, lines, position=0, after=0.0, now=None, trace={})
        record_event(action="started", target=session, actor=user, details={"version": version.number})
    customers.warm_up(content)
    return session


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told of a turn while it is made. `on_text` gets pieces of a model's answer."""

    on_text: Callable[[str], None] | None = None
    cancelled: Callable[[], bool] | None = None


def say(
    *,
    session: PracticeSession,
    user: User,
    text: str,
    key: str,
    spoken: bool = False,
    at: datetime | None = None,
    seen: int | None = None,
    telling: Telling | None = None,
) -> list[Turn]:
    """The agent's turn and what the customer says to it; with the same `key` again, the same turns.

    Empty `text` is silence. `at` is when it was said, now if not given. `seen` is how many turns the page knew: where
    there are more, the talk went on elsewhere. Outside any transaction: a model's customer takes its time.

    Raises:
        NotAllowedError: somebody else plays this session.
        SessionOverError: it has ended, or its time is up (which ends it).
        OtherTabError: the talk went on in another tab.
        TurnError: the text is too long, or the key was used for other words.
    """
    text = _checked_text(text, key)
    current = session_to_play(session, user)
    if before := turns_of_key(current, key, text):
        return before
    moment = at or timezone.now()
    _check_open(current, moment)
    known = current.turns.count()
    if seen is not None and seen != known:
        raise OtherTabError(_("This talk went on in another window. Load the page again to see it."))
    content = content_of(current.version)
    answer = customers.answer_as(current, content, text, key=key, telling=telling or Telling())
    return _keep_exchange(current, user, answer, _Said(text, key, spoken, moment, known))


def finish_session(*, session: PracticeSession, user: User) -> PracticeSession:
    """The agent ends the talk. A session that has ended stays as it is.

    Raises:
        NotAllowedError: somebody else plays this session.
    """
    current = session_to_play(session, user)
    with transaction.atomic():
        locked = PracticeSession.objects.select_for_update().get(pk=current.pk)
        if locked.status == SessionStatus.OPEN:
            end_session(locked, SessionStatus.FINISHED, "agent", actor=user)
    return locked


def close_due_sessions(*, now: datetime | None = None, idle: timedelta) -> int:
    """End what nobody plays any more: time's up, or nothing was said for `idle`. Gives how many were ended."""
    moment = now or timezone.now()
    closed = 0
    open_sessions = PracticeSession.objects.filter(status=SessionStatus.OPEN).select_related("version")
    for session in open_sessions.iterator(chunk_size=200):
        if is_overdue(session, moment):
            closed += _close(session, SessionStatus.TIMED_OUT, "time")
        elif moment - session.updated_at >= idle:
            closed += _close(session, SessionStatus.ABANDONED, "idle")
    return closed


def turns_of_key(session: PracticeSession, key: str, text: str) -> list[Turn]:
    """The exchange that `key` was answered with before: the agent's turn and the customer's after it.

    Raises:
        TurnError: the key was used for other words.
    """
    turns = list(session.turns.order_by("position"))
    at = next((index for index, turn in enumerate(turns) if turn.key == key), None)
    if at is None:
        return []
    if turns[at].text != text:
        raise TurnError(_("This key was used for other words. Send each line with a key of its own."), code="key_used")
    following = turns[at + 1 :]
    next_said = next((index for index, turn in enumerate(following) if turn.role == "agent"), len(following))
    return [turns[at], *following[:next_said]]


def end_session(session: PracticeSession, status: str, reason: str, *, actor: User | None) -> None:
    """Inside the caller's transaction, with the row locked; tells `session_ended`."""
    session.status, session.end_reason, session.ended_at = status, reason, timezone.now()
    session.lock_version += 1
    session.save(update_fields=["status", "end_reason", "ended_at", "lock_version", "updated_at"])
    record_event(action="ended", target=session, actor=actor, details={"status": status, "reason": reason})
    session_ended.send(sender=PracticeSession, session=session)


@dataclass(frozen=True, slots=True)
class _Said:
    """The agent's turn: its words, how they came, when, and how many turns stood before it."""

    text: str
    key: str
    spoken: bool
    at: datetime
    position: int


def _checked_text(text: str, key: str) -> str:
    if not key or len(key) > LONGEST_KEY:
        raise TurnError(_("A turn needs a key of 1 to 200 characters, so that it is not said twice."), code="key")
    if len(text) > LONGEST_TURN:
        raise TurnError(_("Nobody says so much at once. Send at most 4,000 characters in a turn."), code="too_long")
    # Half a character, as a broken recogniser may give it, can be kept nowhere.
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "").strip()


def session_to_play(session: PracticeSession, user: User) -> PracticeSession:
    """The row as it is now, with its version.

    Raises:
        NotAllowedError: somebody else plays it.
    """
    current = PracticeSession.objects.select_related("version__case", "agent").get(pk=session.pk)
    if current.user_id != user.pk or not user.can(Capability.PRACTISE):
        raise NotAllowedError(_("Somebody else plays this session. Begin one of your own."))
    return current


def _check_open(session: PracticeSession, moment: datetime) -> None:
    if session.status == SessionStatus.OPEN and is_overdue(session, moment):
        _close(session, SessionStatus.TIMED_OUT, "time")
        raise SessionOverError(_("The time for this talk is up. See its result, or play it again."), code="time_up")
    if session.status != SessionStatus.OPEN:
        raise SessionOverError(_("This talk is over. See its result, or play it again."))


def _close(session: PracticeSession, status: str, reason: str) -> int:
    with transaction.atomic():
        locked = PracticeSession.objects.select_for_update().get(pk=session.pk)
        if locked.status != SessionStatus.OPEN or locked.lock_version != session.lock_version:
            return 0
        end_session(locked, status, reason, actor=None)
    return 1


def _keep_exchange(session: PracticeSession, user: User, answer: Answer, said: _Said) -> list[Turn]:
    """Both sides' turns, the new state and, where the talk is over, its end: together or not at all."""
    with transaction.atomic():
        locked = PracticeSession.objects.select_for_update().select_related("version").get(pk=session.pk)
        if locked.lock_version != session.lock_version:
            if before := turns_of_key(locked, said.key, said.text):
                return before
            raise OtherTabError(_("This talk went on in another window. Load the page again to see it."))
        last = locked.turns.order_by("position").last()
        start, end = place_turn(
            said.text, after=last.end if last else 0.0, now=seconds_since(locked, said.at)
        )  # fmt: skip
        turn = Turn.objects.create(
            session=locked, position=said.position, role="agent", text=said.text, start=start, end=end, key=said.key,
            spoken=said.spoken, trace={"understood": answer.trace.get("understood", {})},
        )  # fmt: skip
        trace = {name: value for name, value in answer.trace.items() if name != "understood"}
        turns = _write_customer(
            locked, answer.lines, position=said.position + 1, after=end, now=None, trace=trace
        )  # fmt: skip
        locked.state = answer.state.as_json()
        locked.lock_version += 1
        locked.save(update_fields=["state", "lock_version", "updated_at"])
        if answer.ended:
            end_session(locked, SessionStatus.FINISHED, answer.ended, actor=user)
    return [turn, *turns]


def _write_customer(
    session: PracticeSession,
    lines: tuple[str, ...],
    *,
    position: int,
    after: float,
    now: float | None,
    trace: dict[str, Any],
) -> list[Turn]:
    turns = []
    for offset, line in enumerate(lines):
        start, end = place_turn(line, after=after, now=now)
        turns.append(
            Turn(session=session, position=position + offset, role="customer", text=line, start=start, end=end,
                 trace=trace if offset == 0 else {})
        )  # fmt: skip
        after = end
    for turn in turns:
        turn.save(force_insert=True)
    return turns


def state_of(session: PracticeSession) -> State:
    return State.of(session.state)
