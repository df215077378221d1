"""The talk: begun, said once, streamed, ended, judged; and whose it is."""

import json
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from salesiq.people.roles import Role
from testcases.experiments import Draft, create_experiment, start_experiment
from testcases.experiments.planning import Arm
from testcases.models import CaseRun, PracticeSession
from tests.factories import make_agent, make_user
from tests.recordings.factories import make_script
from tests.testcases.factories import make_assignment, make_case, make_session, make_suite
from tests.testcases.pages.playing.conftest import signed_in

SESSIONS = "/sales-test-cases/practice/sessions"
CASES = "/sales-test-cases/practice/cases"


def events(response):
    """[(name, data)] of a stream."""
    parts = b"".join(response.streaming_content).decode().split("\n\n")
    return [(p.split("\n")[0][7:], json.loads(p.split("\ndata: ", 1)[1])) for p in parts if p.startswith("event: ")]


def begin(browser, case, **data) -> PracticeSession:
    response = browser.post(f"{CASES}/{case.pk}/start", data)
    assert response.status_code == 302 and SESSIONS in response["Location"], response
    return PracticeSession.objects.get(pk=response["Location"].rsplit("/", 1)[1])


def test_a_talk_is_begun_once_and_goes_on_after_a_reload(browser, agent):
    case = make_case(client=agent.client, content={"time_limit": 300})
    session = begin(browser, case)
    assert begin(browser, case) == session and session.agent == agent and not session.is_trial
    shown = browser.get(f"{SESSIONS}/{session.pk}")
    assert "Marin Dental, Rosa speaking." in shown.content.decode() and 'data-limit="300"' in shown.content.decode()
    assert "microphone=(self)" in shown["Permissions-Policy"]
    assert "microphone=()" in browser.get("/sales-test-cases/practice")["Permissions-Policy"]
    assert f"{SESSIONS}/{session.pk}" in browser.get(f"{CASES}/{case.pk}").content.decode()


def test_a_talk_in_an_experiment_is_dealt_at_its_start_and_shows_the_script_tried(browser, agent):
    case, script = make_case(client=agent.client), make_script(client=agent.client, name="Ask first")
    arms = [Arm("As before", "control", share=0.01), Arm("Ask first", "script", str(script.pk), share=0.99)]
    plan = Draft(
        title="Asking", hypothesis="Asking first helps.", unit="session", metric="passed", arms=arms, baseline=50,
        effect=20, cases=[case.pk],
    )  # fmt: skip
    admin = make_user(role=Role.ADMIN, client=agent.client)
    experiment = create_experiment(client=agent.client, user=admin, draft=plan)
    start_experiment(experiment=experiment, user=admin)
    session = begin(browser, case)
    arm = experiment.members.get(unit=str(session.pk)).arm
    shown = browser.get(f"{SESSIONS}/{session.pk}").content.decode()
    assert ("hello this is {agent}" in shown) == (arm.kind == "script")


@pytest.mark.django_db(transaction=True)
def test_a_turn_is_streamed_and_said_once_however_often_it_is_sent(browser, agent):
    session = begin(browser, make_case(client=agent.client))
    said = {"text": "Good morning, my name is Dana. How many chairs do you have?", "key": "k1", "seen": "1"}
    first = events(browser.post(f"{SESSIONS}/{session.pk}/turns", said))
    names = [name for name, _data in first]
    assert names[0] == "typing" and "heard" in names and names[-1] == "done"
    pieces = "".join(data["text"] for name, data in first if name == "piece")
    assert pieces == "".join(data["text"] for name, data in first if name == "turn") == "We have four chairs."
    again = events(browser.post(f"{SESSIONS}/{session.pk}/turns", said))
    assert [d for n, d in again if n == "turn"] == [d for n, d in first if n == "turn"]
    assert session.turns.count() == 3
    elsewhere = events(browser.post(f"{SESSIONS}/{session.pk}/turns", {"text": "Hello?", "key": "k2", "seen": "1"}))
    assert elsewhere[-1][0] == "problem" and elsewhere[-1][1]["code"] == "other_tab"


def test_what_was_said_elsewhere_is_caught_up_with(browser, agent):
    session = begin(browser, make_case(client=agent.client))
    found = browser.get(f"{SESSIONS}/{session.pk}/turns?after=0").json()
    assert [turn["role"] for turn in found["turns"]] == ["customer"] and found["status"] == "open"
    assert "trace" not in found["turns"][0]
    assert browser.get(f"{SESSIONS}/{session.pk}/turns?after=1").json()["turns"] == []


def test_a_turn_without_a_key_is_refused(browser, agent):
    session = begin(browser, make_case(client=agent.client))
    assert browser.post(f"{SESSIONS}/{session.pk}/turns", {"text": "Hello"}).status_code == 400


def test_ending_the_talk_leads_to_its_result(browser, agent):
    session = make_session(version=make_case(client=agent.client).current, agent=agent)
    response = browser.post(f"{SESSIONS}/{session.pk}/finish")
    assert response["Location"].endswith("/result")
    run = CaseRun.objects.get(session=session)
    assert run.status == "unjudgeable" and not run.passed and run.problem
    assert run.problem in browser.get(response["Location"]).content.decode()


def test_when_time_is_up_the_talk_ends_and_only_then(browser, agent):
    session = begin(browser, make_case(client=agent.client, content={"time_limit": 60}))
    early = browser.post(f"{SESSIONS}/{session.pk}/finish", {"because": "time"}).json()
    assert early["status"] == "open" and early["turns"] == []
    PracticeSession.objects.filter(pk=session.pk).update(created_at=timezone.now() - timedelta(seconds=90))
    late = browser.post(f"{SESSIONS}/{session.pk}/finish", {"because": "time"}).json()
    assert late["status"] == "timed_out" and late["reason"] == "time"
    shown = browser.get(f"{SESSIONS}/{session.pk}").content.decode()
    assert "Time is up" in shown and "Read the result" in shown
    assert browser.post(f"{SESSIONS}/{session.pk}/judge").status_code == 302 and CaseRun.objects.count() == 1


def test_an_assignment_goes_along_where_it_is_theirs_and_of_the_case(browser, agent):
    case, other = make_case(client=agent.client), make_case(client=agent.client)
    given = make_assignment(agent=agent, suite=make_suite(cases=[case]))
    assert begin(browser, case, a=str(given.pk)).assignment == given
    assert begin(browser, other, a=str(given.pk)).assignment is None


def test_used_attempts_are_said_before_the_talk(browser, agent):
    case = make_case(client=agent.client, content={"attempts": 1})
    make_session(version=case.current, agent=agent, lines=[("agent", "Hello"), ("customer", "Yes?")])
    shown = browser.get(f"{CASES}/{case.pk}").content.decode()
    assert "All attempts are used" in shown and "Start the call" not in shown
    response = browser.post(f"{CASES}/{case.pk}/start", follow=True)
    assert "You have used all" in response.content.decode()


def test_somebody_elses_talk_is_not_there(agent, tenant, reviewer):
    session = make_session(version=make_case(client=tenant).current, agent=agent)
    other = make_agent(client=tenant, user=make_user(client=tenant, role=Role.AGENT))
    for user in (other.user, reviewer):
        browser = signed_in(user)
        for path in ("", "/turns", "/result"):
            assert browser.get(f"{SESSIONS}/{session.pk}{path}").status_code == 404, path
        for path in ("/turns", "/finish", "/sound", "/judge"):
            assert browser.post(f"{SESSIONS}/{session.pk}{path}", {"key": "k"}).status_code == 404, path


def test_a_manager_plays_a_trial(tenant):
    case = make_case(client=tenant)
    session = begin(signed_in(make_user(client=tenant, role=Role.MANAGER)), case)
    assert session.is_trial and session.agent is None


def test_an_empty_recording_is_told(browser, agent):
    session = begin(browser, make_case(client=agent.client))
    empty = SimpleUploadedFile("turn.webm", b"", content_type="audio/webm")
    response = browser.post(f"{SESSIONS}/{session.pk}/sound", {"sound": empty})
    assert response.status_code == 400 and response.json()["code"] == "nothing_heard"
