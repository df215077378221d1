"""A customer worded by a language model: held to what was decided and told, and never worse than the script."""

import pytest

from prompts.models import ModelExchange, PromptRun
from salesiq.people.roles import Role
from testcases.forgetting import forget_call
from testcases.models import CustomerKind
from testcases.simulation.errors import PracticeError
from testcases.simulation.sessions import say, start_session
from tests.factories import make_agent, make_user
from tests.prompts.factories import make_model, make_policy
from tests.prompts.model_server import ModelServer, too_many
from tests.recordings.factories import make_call
from tests.testcases.factories import make_assignment, make_case

pytestmark = pytest.mark.django_db
ASKED = "How many chairs do you have?"


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def player(case):
    user = make_user(client=case.client, role=Role.AGENT)
    make_agent(client=case.client, user=user)
    return user


@pytest.fixture
def server(case):
    with ModelServer() as running:
        make_policy(client=case.client)
        make_model(client=case.client, url=running.url)
        yield running


def begin(case, player):
    return start_session(version=case.current, user=player, customer=CustomerKind.MODEL, seed=1)


def last(session):
    return session.turns.order_by("position").last()


def test_the_model_words_what_was_decided_and_sees_no_secret(case, player, server):
    server.answers("Four of them, all in use.")
    session = begin(case, player)
    say(session=session, user=player, text=ASKED, key="1")
    assert last(session).text == "Four of them, all in use."
    assert last(session).trace["wording"] == "model"
    sent = server.requests[-1].system + server.requests[-1].text
    assert "four chairs" in sent
    assert "six" not in sent.lower()  # what was not asked for


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("We have nine chairs.", "number"),
        ("Four. And about six patients a week do not turn up.", "number"),
        ("Four chairs. Great, I'll buy it, let's sign today.", "agreement"),
    ],
)
def test_what_contradicts_is_asked_for_once_more_and_then_scripted(case, player, server, wrong, why):
    server.answers(wrong)
    session = begin(case, player)
    say(session=session, user=player, text=ASKED, key="1")
    assert last(session).text == "We have four chairs."
    assert last(session).trace["wording"] == "scripted"
    assert last(session).trace["why"] == why
    assert len(server.requests) == 2


def test_a_mended_second_wording_is_taken(case, player, server):
    server.answers("We have nine chairs.", "Four chairs it is.")
    session = begin(case, player)
    say(session=session, user=player, text=ASKED, key="1")
    assert last(session).text == "Four chairs it is."
    assert "nine" in server.requests[-1].text or "9" in server.requests[-1].text


def test_a_model_that_fails_leaves_the_script(case, player, server):
    server.answers(too_many(retry_after=0))
    session = begin(case, player)
    say(session=session, user=player, text=ASKED, key="1")
    assert last(session).text == "We have four chairs."


def test_without_a_model_nobody_begins(case, player):
    with pytest.raises(PracticeError, match="No language model"):
        begin(case, player)


def test_what_the_model_was_sent_goes_with_the_call_that_the_case_retells(case, player, server):
    server.answers("Four of them, all in use.")
    call = make_call(client=case.client)
    type(case).objects.filter(pk=case.pk).update(source_call=call)
    make_assignment(agent=player.agent, case=case)  # what retells a call is played by those it was given to
    session = begin(case, player)
    say(session=session, user=player, text=ASKED, key="1")
    assert PromptRun.objects.filter(client=case.client).exists()
    forget_call(call)
    assert not PromptRun.objects.filter(client=case.client).exists()
    assert not ModelExchange.objects.exclude(answer="").exists()
