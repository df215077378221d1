"""Role-plays by API: JSON and server-sent events, the agent's outside view, and refusals as problems."""

import json

import pytest
from django.test import Client as Browser

from salesiq.audit.models import AuditEvent
from salesiq.people.models import Agent
from salesiq.people.roles import Role
from testcases.simulation.errors import NotAllowedError
from testcases.simulation.sessions import start_session
from tests.factories import make_agent, make_user
from tests.testcases.factories import make_assignment, make_case

pytestmark = pytest.mark.django_db
HELLO = "Good morning, my name is Dana from Brightline."
BASE = "/api/v1/sales"


@pytest.fixture
def case():
    return make_case()


@pytest.fixture
def caller(case):
    user = make_user(client=case.client, role=Role.AGENT)
    make_agent(client=case.client, user=user)
    return browser_of(user)


def browser_of(user):
    browser = Browser()
    browser.force_login(user)
    return browser


def post(caller, path, body=None, **headers):
    return caller.post(f"{BASE}/{path}", body or {}, content_type="application/json", headers=headers)


def begin(caller, case, **body):
    answer = post(caller, f"test-cases/{case.pk}/sessions", body)
    assert answer.status_code == 201, answer.content
    return answer.json()


def test_an_agent_begins_and_is_told_nothing_of_the_inside(caller, case):
    session = begin(caller, case, seed=5)
    assert session["status"] == "open"
    assert session["seed"] == "5"
    assert "criteria" not in json.dumps(session)
    assert [turn["role"] for turn in session["turns"]] == ["customer"]


def test_a_turn_is_answered_and_a_repeat_gives_the_same(caller, case):
    session = begin(caller, case)
    said = {"text": HELLO, "seen": len(session["turns"])}
    first = post(caller, f"sessions/{session['id']}/turns", said, **{"Idempotency-Key": "k1"})
    again = post(caller, f"sessions/{session['id']}/turns", said, **{"Idempotency-Key": "k1"})
    assert first.status_code == 200, first.content
    assert first.json() == again.json()
    assert [turn["role"] for turn in first.json()["turns"]] == ["agent", "customer"]
    assert set(first.json()["turns"][0]) == {"position", "role", "text", "start", "end", "spoken"}


def test_the_customer_is_heard_while_they_speak(caller, case):
    session = begin(caller, case)
    answer = post(caller, f"sessions/{session['id']}/turns", {"text": HELLO, "key": "k"}, Accept="text/event-stream")
    assert answer["Content-Type"] == "text/event-stream"


def test_another_window_is_told_to_read_again(caller, case):
    session = begin(caller, case)
    post(caller, f"sessions/{session['id']}/turns", {"text": HELLO, "key": "a", "seen": 1})
    answer = post(caller, f"sessions/{session['id']}/turns", {"text": "What next?", "key": "b", "seen": 1})
    assert (answer.status_code, answer.json()["code"]) == (409, "other_tab")


def test_a_finished_role_play_is_read_and_not_played(caller, case):
    session = begin(caller, case)
    finished = post(caller, f"sessions/{session['id']}/finish")
    assert (finished.json()["status"], finished.json()["end_reason"]) == ("finished", "agent")
    answer = post(caller, f"sessions/{session['id']}/turns", {"text": HELLO, "key": "a"})
    assert (answer.status_code, answer.json()["code"]) == (409, "session_over")
    assert caller.get(f"{BASE}/sessions/{session['id']}").json()["status"] == "finished"


def test_others_find_nothing(caller, case):
    session = begin(caller, case)
    other = make_user(client=case.client, role=Role.AGENT)
    make_agent(client=case.client, user=other)
    assert browser_of(other).get(f"{BASE}/sessions/{session['id']}").status_code == 404
    assert post(browser_of(other), f"sessions/{session['id']}/turns", {"text": "", "key": "a"}).status_code == 404
    foreign = browser_of(make_user(role=Role.ADMIN))
    assert post(foreign, f"test-cases/{case.pk}/sessions").status_code == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [({"text": HELLO, "kee": "a"}, "kee"), ({"key": "a"}, "text"), ({"text": "a" * 4001, "key": "a"}, "text")],
)
def test_a_mistake_names_its_field(caller, case, body, field):
    session = begin(caller, case)
    answer = post(caller, f"sessions/{session['id']}/turns", body)
    assert answer.status_code == 400
    assert field in answer.content.decode()


def test_without_a_model_the_model_customer_is_refused(caller, case):
    answer = post(caller, f"test-cases/{case.pk}/sessions", {"customer": "model"})
    assert (answer.status_code, answer.json()["code"]) == (422, "no_model")


def test_a_case_that_retells_a_call_is_played_by_those_it_was_given_to_alone(caller, case):
    agent = Agent.objects.get(client=case.client)
    retold = make_case(client=case.client, source_agent=make_agent(client=case.client))
    assert post(caller, f"test-cases/{retold.pk}/sessions").status_code == 404
    assert caller.get(f"{BASE}/test-cases/{retold.pk}").status_code == 404
    listed = caller.get(f"{BASE}/test-cases").json()["results"]
    assert [each["id"] for each in listed] == [str(case.pk)]
    with pytest.raises(NotAllowedError) as refused:
        start_session(version=retold.current, user=agent.user)
    assert refused.value.code == "not_given"
    make_assignment(agent=agent, case=retold)
    assert begin(caller, retold)["status"] == "open"


def test_reading_what_somebody_else_played_stands_in_the_trail(caller, case):
    session = begin(caller, case)
    assert caller.get(f"{BASE}/sessions/{session['id']}").status_code == 200
    assert not AuditEvent.objects.filter(action="viewed", object_id=session["id"]).exists()
    admin = browser_of(make_user(client=case.client, role=Role.ADMIN))
    assert admin.get(f"{BASE}/sessions/{session['id']}").status_code == 200
    assert AuditEvent.objects.filter(action="viewed", object_id=session["id"]).count() == 1


def test_an_assignment_of_another_case_does_not_begin_the_attempts_anew(caller, case):
    agent = Agent.objects.get(client=case.client)
    other = make_assignment(agent=agent, case=make_case(client=case.client))
    answer = post(caller, f"test-cases/{case.pk}/sessions", {"assignment_id": str(other.pk)})
    assert answer.status_code in (403, 404, 422) and answer.json()["code"] == "assignment"
    own = make_assignment(agent=agent, case=case)
    assert begin(caller, case, assignment_id=str(own.pk))["status"] == "open"
