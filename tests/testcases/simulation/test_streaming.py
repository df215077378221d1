"""A turn as events: the customer is seen to speak, and what is kept does not depend on who watches."""

import pytest

from salesiq.people.roles import Role
from testcases.simulation.sessions import start_session
from testcases.simulation.streaming import say_streaming
from tests.factories import make_agent, make_user
from tests.testcases.factories import make_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    case = make_case()
    user = make_user(client=case.client, role=Role.AGENT)
    make_agent(client=case.client, user=user)
    return start_session(version=case.current, user=user, seed=1)


def streamed(session, text, **more):
    told = []
    say_streaming(
        session=session, user=session.user, text=text, tell=lambda name, data: told.append((name, data)),
        seconds_per_word=0.0, **{"key": "1", **more},
    )  # fmt: skip
    return told


def test_the_customer_is_seen_to_speak_word_by_word(session):
    told = streamed(session, "How many chairs do you have?")
    assert [name for name, _data in told if name != "piece"] == ["typing", "heard", "turn", "done"]
    words = "".join(data["text"] for name, data in told if name == "piece")
    assert words == "We have four chairs." == next(data for name, data in told if name == "turn")["text"]


def test_the_end_is_told(session):
    told = dict(streamed(session, "Thank you, goodbye."))
    assert told["ended"] == {"status": "finished", "reason": "agent"}


def test_a_refusal_comes_as_an_event(session):
    streamed(session, "Thank you, goodbye.")
    assert dict(streamed(session, "One more thing.", key="2"))["problem"]["code"] == "session_over"


def test_who_leaves_misses_nothing(session):
    streamed(session, "How many chairs do you have?", cancelled=lambda: True)
    assert session.turns.order_by("position").last().text == "We have four chairs."
