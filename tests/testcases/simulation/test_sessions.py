"""Playing a case: turns are kept once, sessions end when they must, and nobody plays for somebody else."""

import pytest

from salesiq.people.roles import Role
from testcases.simulation.sessions import say, start_session
from testcases.simulation.transcripts import replay, transcript_of
from tests.factories import make_agent, make_user
from tests.testcases.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def player(case):
    user = make_user(client=case.client, role=Role.AGENT)
    make_agent(client=case.client, user=user)
    return user


def test_a_turn_is_answered_once_however_often_it_is_sent(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    first = say(session=session, user=player, text="Good morning, my name is Dana from Brightline.", key="a")
    again = say(session=session, user=player, text="Good morning, my name is Dana from Brightline.", key="a")
    assert [turn.pk for turn in first] == [turn.pk for turn in again]
    assert session.turns.count() == 1 + len(first)


def test_a_replay_says_the_same(case, player):
    session = start_session(version=case.current, user=player, seed=7)
    for number, text in enumerate(("Good morning, my name is Dana.", "How many chairs do you have?", "")):
        say(session=session, user=player, text=text, key=str(number))
    turns = session.turns.order_by("position")
    assert [each.text for each in replay(session)] == [turn.text for turn in turns]
    assert [line.text for line in transcript_of(session)] == [turn.text for turn in turns if turn.text]
