"""Playing a case: turns are kept once, sessions end when they must, and nobody plays for somebody else."""

from datetime import timedelta
from itertools import pairwise

import pytest
import yaml
from django.utils import timezone

from salesiq.people.roles import Role
from testcases.models import PracticeSession, SessionStatus
from testcases.simulation.errors import (
    AttemptsUsedError,
    NotAllowedError,
    OtherTabError,
    SessionOverError,
    TurnError,
)
from testcases.simulation.sessions import (
    attempts_left,
    close_due_sessions,
    finish_session,
    say,
    seconds_left,
    start_session,
)
from testcases.simulation.signals import session_ended
from testcases.simulation.transcripts import replay, transcript_of
from tests.factories import make_agent, make_user
from tests.testcases.factories import CONTENT, make_case
from tests.testcases.simulation.talking import CRITERION, TALKS, lines_of

pytestmark = pytest.mark.django_db
HELLO = "Good morning, my name is Dana from Brightline."


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def player(case):
    return agent_of(case.client)


def agent_of(client):
    user = make_user(client=client, role=Role.AGENT)
    make_agent(client=client, user=user)
    return user


def limited(client=None, **limits):
    return make_case(content={**CONTENT, **limits}, **({"client": client} if client else {}))


def later(session, **passed):
    PracticeSession.objects.filter(pk=session.pk).update(
        created_at=timezone.now() - timedelta(**passed), updated_at=timezone.now() - timedelta(**passed)
    )


def test_a_turn_is_answered_once_however_often_it_is_sent(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    first = say(session=session, user=player, text=HELLO, key="a")
    again = say(session=session, user=player, text=HELLO, key="a")
    assert [turn.pk for turn in first] == [turn.pk for turn in again]
    assert [turn.role for turn in first] == ["agent", "customer"]
    with pytest.raises(TurnError, match="other words"):
        say(session=session, user=player, text="Something else.", key="a")


def test_the_first_answer_is_given_again_after_later_turns(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    first = say(session=session, user=player, text=HELLO, key="a")
    say(session=session, user=player, text="How many chairs do you have?", key="b")
    assert [turn.pk for turn in say(session=session, user=player, text=HELLO, key="a")] == [turn.pk for turn in first]


def test_two_windows_do_not_talk_at_once(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    known = session.turns.count()
    say(session=session, user=player, text=HELLO, key="a", seen=known)
    with pytest.raises(OtherTabError):
        say(session=session, user=player, text="How many chairs do you have?", key="b", seen=known)
    assert session.turns.count() == known + 2


@pytest.mark.parametrize("name", ["en_good", "es_good", "ru_bad"])
def test_a_replay_says_the_same_byte_by_byte(name):
    document = yaml.safe_load((TALKS / f"{name[:2]}.yaml").read_text(encoding="utf-8"))
    case = make_case(content={**document, "criteria": [CRITERION]})
    player = agent_of(case.client)
    session = start_session(version=case.current, user=player, seed=7)
    for number, text in enumerate(("", *lines_of(name))):
        if say(session=session, user=player, text=text, key=str(number)) and ended(session):
            break
    turns = list(session.turns.order_by("position"))
    assert [(each.role, each.text.encode()) for each in replay(session)] == [(t.role, t.text.encode()) for t in turns]
    assert [turn.position for turn in turns] == list(range(len(turns)))
    assert all(before.end <= after.start for before, after in pairwise(turns))
    assert [line.text for line in transcript_of(session)] == [turn.text for turn in turns if turn.text]


def ended(session):
    session.refresh_from_db()
    return session.status != SessionStatus.OPEN


def test_what_the_customer_understood_is_kept_without_the_words(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    say(session=session, user=player, text=HELLO, key="a")
    session.refresh_from_db()
    agents, customers = session.turns.get(key="a"), session.turns.order_by("position").last()
    assert "introduction" in agents.trace["understood"]["acts"]
    assert customers.trace["state"]["trust"] == session.state["trust"]
    assert "Dana" not in str(session.state) + str(agents.trace) + str(customers.trace)


def test_a_session_that_is_under_way_is_gone_on_with(case, player):
    first = start_session(version=case.current, user=player)
    assert start_session(version=case.current, user=player) == first
    finish_session(session=first, user=player)
    assert start_session(version=case.current, user=player) != first


def test_time_is_up_for_who_talks_too_long():
    case = limited(time_limit=60)
    player = agent_of(case.client)
    session = start_session(version=case.current, user=player)
    assert 58 <= seconds_left(session) <= 60
    later(session, seconds=61)
    with pytest.raises(SessionOverError, match="time"):
        say(session=session, user=player, text=HELLO, key="a")
    session.refresh_from_db()
    assert (session.status, session.end_reason) == (SessionStatus.TIMED_OUT, "time")
    assert not session.turns.filter(role="agent").exists()


def test_attempts_count_talks_in_which_something_was_said():
    case = limited(attempts=1)
    player = agent_of(case.client)
    silent = start_session(version=case.current, user=player)
    finish_session(session=silent, user=player)
    session = start_session(version=case.current, user=player)
    say(session=session, user=player, text=HELLO, key="a")
    finish_session(session=session, user=player)
    assert attempts_left(case.current, player.agent) == 0
    with pytest.raises(AttemptsUsedError, match="1 attempt"):
        start_session(version=case.current, user=player)


def test_what_nobody_plays_any_more_is_closed_once(case, player):
    told = []
    session_ended.connect(lambda session, **_: told.append(session.pk), weak=False, dispatch_uid="test")
    try:
        left, fresh = (start_session(version=case.current, user=player, seed=seed) for seed in (1, 2))
        later(left, hours=2)
        assert close_due_sessions(idle=timedelta(hours=1)) == 1
        assert close_due_sessions(idle=timedelta(hours=1)) == 0
        left.refresh_from_db()
        fresh.refresh_from_db()
        assert (left.status, fresh.status) == (SessionStatus.ABANDONED, SessionStatus.OPEN)
        assert told == [left.pk]
    finally:
        session_ended.disconnect(dispatch_uid="test")


def test_the_end_is_kept_and_nothing_is_said_after_it(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    say(session=session, user=player, text="Thank you, goodbye!", key="a")
    session.refresh_from_db()
    assert (session.status, session.end_reason) == (SessionStatus.FINISHED, "agent")
    with pytest.raises(SessionOverError):
        say(session=session, user=player, text=HELLO, key="b")
    assert finish_session(session=session, user=player).end_reason == "agent"


def test_nobody_plays_for_somebody_else(case, player):
    session = start_session(version=case.current, user=player)
    with pytest.raises(NotAllowedError):
        say(session=session, user=agent_of(case.client), text=HELLO, key="a")
    with pytest.raises(NotAllowedError):
        start_session(version=case.current, user=agent_of(case.client), agent=player.agent)
    with pytest.raises(NotAllowedError):
        start_session(version=case.current, user=agent_of(make_case().client))
    with pytest.raises(NotAllowedError):
        start_session(version=case.current, user=make_user(client=case.client, role=Role.PRIVACY))


def test_who_has_no_agent_plays_a_trial_that_counts_nowhere(case, player):
    manager = make_user(client=case.client, role=Role.MANAGER)
    assert start_session(version=case.current, user=manager).is_trial
    with pytest.raises(NotAllowedError):
        start_session(version=case.current, user=player, is_trial=True)


def test_a_case_out_of_use_is_tried_and_not_played(case, player):
    case.is_active = False
    case.save()
    version = type(case.current).objects.get(pk=case.current_id)
    with pytest.raises(NotAllowedError, match="not in use"):
        start_session(version=version, user=player)
    assert start_session(version=version, user=make_user(client=case.client, role=Role.ADMIN), is_trial=True)


def test_nobody_says_a_book_at_once(case, player):
    session = start_session(version=case.current, user=player)
    with pytest.raises(TurnError):
        say(session=session, user=player, text="a" * 4001, key="a")
    with pytest.raises(TurnError):
        say(session=session, user=player, text=HELLO, key="")
