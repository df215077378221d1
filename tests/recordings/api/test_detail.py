"""GET …/recordings/{id} and GET …/jobs/{id}: one call whole, and the work on it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from recordings.document import analysis_document
from recordings.selectors import load_call
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_agent, make_job, make_team, make_user
from tests.recordings.api.conftest import RECORDINGS, api_of
from tests.recordings.factories import make_analysis_job, make_call, make_utterance


def test_detail_carries_the_transcript_and_the_whole_document(api, tenant, superuser):
    call = make_call(client=tenant)
    body = api.get(f"{RECORDINGS}/{call.pk}").json()
    assert body["transcript"].splitlines()[1] == "Customer: Hi Dana, I wanted to ask what the team plan costs."
    assert body["analysis"] == analysis_document(load_call(superuser).get(pk=call.pk))
    assert body["analysis"]["objections"][0]["answer_utterance"] == 4


def test_detail_of_a_call_in_progress_has_an_empty_analysis(api, tenant):
    call = make_call(client=tenant, published=False)
    body = api.get(f"{RECORDINGS}/{call.pk}").json()
    assert (body["status"], body["transcript"], body["analysis"]["utterances"]) == ("received", None, [])


def test_detail_of_a_failed_call_says_why(api, tenant):
    call = make_call(client=tenant, published=False, status="failed", error="Nobody speaks.", error_code="no_speech")
    body = api.get(f"{RECORDINGS}/{call.pk}").json()
    assert (body["status"], body["error"], body["error_code"]) == ("failed", "Nobody speaks.", "no_speech")


def test_each_look_is_audited_with_who_and_from_where(api, tenant, admin):
    call = make_call(client=tenant)
    api.get(f"{RECORDINGS}/{call.pk}", REMOTE_ADDR="203.0.113.7")
    event = AuditEvent.objects.get(action="viewed")
    assert (event.actor, event.object_id, event.address) == (admin, str(call.pk), "203.0.113.7")


def test_a_refused_look_is_not_audited(tenant):
    call = make_call(client=tenant)
    stranger = make_user(role=Role.ADMIN)
    assert api_of(stranger).get(f"{RECORDINGS}/{call.pk}").status_code == 404
    assert not AuditEvent.objects.filter(action="viewed").exists()


def test_detail_costs_the_same_queries_for_a_long_call(api, tenant):
    def cost(call) -> int:
        with CaptureQueriesContext(connection) as queries:
            assert api.get(f"{RECORDINGS}/{call.pk}").status_code == 200
        return len(queries)

    short, long = make_call(client=tenant), make_call(client=tenant)
    for position in range(100, 140):
        make_utterance(long, position, "agent", "And another thing.")
    cost(short)
    assert cost(long) == cost(short)


def test_job_tells_how_far_it_is(api, tenant):
    call = make_call(client=tenant, published=False)
    job = make_analysis_job(call, status="running", stage="transcribe", fraction=0.4, seconds_left=12.5)
    body = api.get(f"/api/v1/sales/jobs/{job.pk}").json()
    assert (body["status"], body["stage"], body["fraction"], body["seconds_left"]) == (
        "running",
        "transcribe",
        0.4,
        12.5,
    )
    assert body["recording_url"] == f"http://testserver{RECORDINGS}/{call.pk}"


def test_job_that_waits_tells_how_many_are_ahead(api, tenant):
    make_analysis_job(make_call(client=tenant, published=False))
    job = make_analysis_job(make_call(client=tenant, published=False))
    assert api.get(f"/api/v1/sales/jobs/{job.pk}").json()["waiting_ahead"] == 1


def test_other_kinds_of_jobs_are_not_shown(api, tenant):
    assert api.get(f"/api/v1/sales/jobs/{make_job(client=tenant).pk}").status_code == 404


@pytest.fixture
def team_call(tenant):
    team = make_team(client=tenant)
    return make_call(client=tenant, agent=make_agent(client=tenant, team=team))


@pytest.mark.parametrize("role", list(Role))
def test_nobody_of_another_tenant_sees_a_call_its_sound_or_its_job(role, team_call):
    job = make_analysis_job(team_call)
    outsider = api_of(make_user(role=role))
    for path in (f"recordings/{team_call.pk}", f"recordings/{team_call.pk}/audio", f"jobs/{job.pk}"):
        assert outsider.get(f"/api/v1/sales/{path}").status_code in (403, 404)
    assert outsider.get(RECORDINGS).json().get("results", []) == []


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER, Role.AGENT])
def test_nobody_of_another_team_sees_a_call_or_its_sound(role, team_call, tenant):
    outsider = api_of(make_user(role=role, client=tenant))
    for path in (f"recordings/{team_call.pk}", f"recordings/{team_call.pk}/audio"):
        assert outsider.get(f"/api/v1/sales/{path}").status_code == 404
    assert outsider.get(RECORDINGS).json()["results"] == []


def test_team_manager_reviewer_and_the_agent_see_the_call(team_call, tenant):
    manager, reviewer, agent = (
        make_user(role=role, client=tenant) for role in (Role.MANAGER, Role.REVIEWER, Role.AGENT)
    )
    team_call.agent.team.managers.add(manager)
    team_call.agent.team.reviewers.add(reviewer)
    team_call.agent.user = agent
    team_call.agent.save()
    for user in (manager, reviewer, agent):
        assert api_of(user).get(f"{RECORDINGS}/{team_call.pk}").status_code == 200


@pytest.mark.parametrize("path", ["recordings", "recordings/{call}", "recordings/{call}/audio", "jobs/{call}"])
def test_a_stranger_gets_401_and_is_told_how_to_sign_in(path, team_call):
    response = api_of().get(f"/api/v1/sales/{path.format(call=team_call.pk)}")
    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.AGENT])
def test_roles_without_the_right_do_not_see_jobs(role, tenant):
    assert api_of(make_user(role=role, client=tenant)).get(f"/api/v1/sales/jobs/{tenant.pk}").status_code == 403


@pytest.mark.parametrize("path", ["recordings/nonsense", "recordings/", "nothing"])
def test_addresses_that_do_not_exist_answer_with_a_problem(path, api):
    response = api.get(f"/api/v1/sales/{path}")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_wrong_method_answers_with_a_problem(api):
    response = api.delete(RECORDINGS)
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
