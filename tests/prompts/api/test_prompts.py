"""Prompts by API: written, versioned, labelled, tried, followed; refusals are problems that say where."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from prompts.models import PromptTrial
from prompts.running.trials import TRIAL_TASK
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_user
from tests.prompts.factories import make_model, make_prompt, make_run, make_version
from tests.prompts.model_server import ModelServer

pytestmark = pytest.mark.django_db
API = "/api/v1/sales"
S0 = {
    "id", "name", "description", "prompt_text", "context_variables", "expected_response_type", "performance_metrics",
    "version", "is_active", "created_at", "updated_at",
}  # fmt: skip
NEW = {"name": "greeting", "prompt_text": "Greet {{ name }}.", "context_variables": ["name"]}


@pytest.fixture
def manager():
    return make_user(role=Role.MANAGER, client=make_client())


@pytest.fixture
def api(manager) -> APIClient:
    client = APIClient()
    client.force_login(manager)
    return client


def post(api, path, data, **headers):
    return api.post(f"{API}{path}", data, format="json", **headers)


def test_a_prompt_is_written_read_and_listed_with_the_fields_of_the_specification(api):
    made = post(api, "/prompts", NEW)
    assert made.status_code == 201 and made["Location"].endswith(made.json()["id"])
    body = api.get(f"{API}/prompts/{made.json()['id']}").json()
    assert set(body) >= S0 and isinstance(body["id"], str)
    assert (body["version"], body["prompt_text"], body["context_variables"]) == (1, "Greet {{ name }}.", ["name"])
    assert body["performance_metrics"] == {"accuracy": None, "relevance": None, "helpfulness": None}
    assert [set(row) >= S0 for row in api.get(f"{API}/prompts").json()["results"]] == [True]


def test_what_is_wrong_is_said_with_its_place(api):
    assert post(api, "/prompts", {"name": "x"}).status_code == 400
    assert post(api, "/prompts", NEW | {"colour": "red"}).json()["errors"][0]["pointer"] == "#/colour"
    wrong = post(api, "/prompts", NEW | {"prompt_text": "Greet {{ nobody }}."})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "content")
    assert wrong.json()["errors"][0]["pointer"] == "#/nobody" and wrong["Content-Type"] == "application/problem+json"
    post(api, "/prompts", NEW)
    assert (post(api, "/prompts", NEW).status_code, post(api, "/prompts", NEW).json()["code"]) == (409, "name_taken")


def test_put_makes_a_new_version_and_patch_keeps_what_it_leaves_out(api):
    path = f"{API}/prompts/{post(api, '/prompts', NEW).json()['id']}"
    put = api.put(path, NEW | {"prompt_text": "Welcome {{ name }}!", "why": "Warmer"}, format="json").json()
    assert (put["version"], put["content"]["why"]) == (2, "Warmer")
    assert api.put(path, NEW | {"prompt_text": "Welcome {{ name }}!"}, format="json").json()["version"] == 2
    patched = api.patch(path, {"checks": {"length": {"max_words": 9}}, "is_active": False}, format="json").json()
    assert (patched["version"], patched["is_active"], patched["prompt_text"]) == (3, False, "Welcome {{ name }}!")
    assert api.patch(path, {"title": "Hello"}, format="json").json()["version"] == 3
    assert api.put(path, NEW | {"name": "other"}, format="json").status_code == 400
    stale = api.patch(path, {"prompt_text": "Hi {{ name }}", "based_on": 1}, format="json")
    assert (stale.status_code, stale.json()["code"], stale.json()["newest"]) == (409, "stale_version", 3)
    assert api.get(f"{path}?version=1").json()["prompt_text"] == "Greet {{ name }}."
    assert [row["version"] for row in api.get(f"{path}/versions").json()["results"]] == [3, 2, 1]
    assert api.get(f"{path}/versions/9").status_code == 404
    assert "format: salesiq-prompt/1" in api.get(f"{path}/file?version=2").content.decode()


def test_labels_are_set_but_production_is_released(api, manager):
    prompt = make_prompt(client=manager.client)
    path = f"{API}/prompts/{prompt.pk}/labels"
    assert api.put(f"{path}/staging", {"version": 1}, format="json").json() == {"label": "staging", "version": 1}
    assert api.get(f"{API}/prompts/{prompt.pk}?label=staging").json()["labels"] == {"staging": 1}
    refused = api.put(f"{path}/production", {"version": 1}, format="json")
    assert (refused.status_code, refused.json()["code"]) == (409, "protected_label")
    assert api.put(f"{path}/staging", {"version": 7}, format="json").status_code == 404
    assert api.delete(f"{path}/staging").status_code == 204 and not prompt.labels.exists()


def test_the_list_narrows_and_pages_at_the_same_cost_for_few_and_many(api, manager):
    for number in range(3):
        make_prompt(client=manager.client, family="summary", name=f"summary-{number}")
    make_prompt(client=manager.client, family="coaching", is_active=False)
    make_prompt()
    assert len(api.get(f"{API}/prompts?family=summary").json()["results"]) == 3
    assert len(api.get(f"{API}/prompts?is_active=false").json()["results"]) == 1
    assert len(api.get(f"{API}/prompts?search=summary-1").json()["results"]) == 1
    assert api.get(f"{API}/prompts?famly=x").status_code == 400
    page = api.get(f"{API}/prompts?page_size=2&family=summary").json()
    assert [row["name"] for row in api.get(page["next"]).json()["results"]] == ["summary-2"]
    with CaptureQueriesContext(connection) as few:
        api.get(f"{API}/prompts?page_size=1")
    for _ in range(20):
        version = make_prompt(client=manager.client).versions.get()
        make_run(version=version, accuracy=0.5, relevance=0.25)
    with CaptureQueriesContext(connection) as many:
        rows = api.get(f"{API}/prompts").json()["results"]
    assert len(many) == len(few)
    assert {"accuracy": 0.5, "relevance": 0.25, "helpfulness": None} in [row["performance_metrics"] for row in rows]


def test_one_answer_comes_at_once(api, manager):
    version = make_version(prompt=make_prompt(client=manager.client, messages=()), text="Hello {{ name }}",
                           variables=[{"name": "name"}])  # fmt: skip
    path = f"/prompts/{version.prompt_id}/test"
    with ModelServer() as server:
        make_model(client=manager.client, url=server.url)
        server.answers("Hello Ann, how are you?")
        answered = post(api, path, {"variables": {"name": "Ann"}}, HTTP_IDEMPOTENCY_KEY="once")
        again = post(api, path, {"variables": {"name": "Ann"}}, HTTP_IDEMPOTENCY_KEY="once")
        assert len(server.requests) == 1 and again["Idempotency-Replayed"] == "true"
    (result,) = answered.json()["results"]
    assert (answered.status_code, result["validity"]) == (200, "valid") and "Ann" in result["answer"]
    assert api.get(f"{API}/prompts/{version.prompt_id}/runs?validity=valid").json()["results"][0]["id"] == result["id"]
    assert api.get(f"{API}/prompt-runs/{result['id']}").json()["messages"][-1]["content"].startswith("Hello")
    missing = post(api, path, {})
    assert (missing.status_code, missing.json()["code"]) == (422, "values")
    assert missing.json()["errors"][0]["pointer"] == "#/name"
    assert post(api, path, {"models": ["gpt-none"]}).status_code == 400
    assert post(api, path, {"versions": ["9"]}).status_code == 400
    assert post(api, path, {"variables": {"name": "A"}, "call_id": str(uuid.uuid4())}).status_code == 404


def test_a_model_that_does_not_answer_is_told_as_a_failed_run(api, manager):
    prompt = make_version(prompt=make_prompt(client=manager.client, messages=()), text="Hello").prompt
    body = post(api, f"/prompts/{prompt.pk}/test", {}).json()["results"][0]
    assert (body["validity"], body["error_kind"]) == ("failed", "no_model")


def test_several_answers_come_in_the_background_and_survive_a_killed_worker(api, manager):
    prompt = make_prompt(client=manager.client, messages=())
    for text in ("One", "Two"):
        make_version(prompt=prompt, text=text)
    with ModelServer() as server:
        server.answers(lambda request: f"{request.model}: {request.text}")
        models = [make_model(client=manager.client, url=server.url).name for _ in range(2)]
        asked = post(api, f"/prompts/{prompt.pk}/test", {"versions": ["1", "2"], "models": models})
        assert asked.status_code == 202 and asked.json()["total"] == 4
        trial = PromptTrial.objects.get()
        run_job(Job.objects.get(task=TRIAL_TASK).pk)
        body = api.get(asked.json()["url"]).json()
        assert (body["status"], body["done"], len(server.requests)) == ("finished", 4, 4)
        PromptTrial.objects.filter(pk=trial.pk).update(status="running")
        trial.runs.clear()
        Job.objects.filter(task=TRIAL_TASK).update(status="queued")
        run_job(Job.objects.get(task=TRIAL_TASK).pk)
        assert len(server.requests) == 4 and trial.runs.count() == 4
    assert not PromptTrial.objects.get().values


def test_too_many_answers_are_refused(api, manager):
    prompt = make_prompt(client=manager.client, messages=())
    for number in range(20):
        make_version(prompt=prompt, text=f"Text {number}")
    models = [make_model(client=manager.client).name for _ in range(3)]
    numbers = [str(number) for number in range(1, 21)]
    assert post(api, f"/prompts/{prompt.pk}/test", {"versions": numbers, "models": models}).status_code == 422


def test_performance_is_told_with_interval_and_source(api, manager):
    version = make_prompt(client=manager.client).versions.get()
    for value in (0.5, 1.0):
        make_run(version=version, accuracy=value, relevance=value, helpfulness=value, purpose="production")
    body = api.get(f"{API}/prompts/{version.prompt_id}/performance").json()
    assert body["performance_metrics"] == {"accuracy": 0.75, "relevance": 0.75, "helpfulness": 0.75}
    assert (body["measures"]["accuracy"]["n"], body["measures"]["accuracy"]["source"]) == (2, "judge")
    assert body["versions"][0]["runs"] == 2
    assert api.get(f"{API}/prompts/{version.prompt_id}/performance?days=0").status_code == 400
    assert api.get(f"{API}/prompts/{version.prompt_id}/performance?version=5").status_code == 404


def test_a_run_filled_from_a_call_is_seen_by_whom_the_call_is_and_looks_are_kept(manager, api):
    version = make_prompt(client=manager.client).versions.get()
    stranger = make_run(version=version, agent=make_agent(client=manager.client), subject_id=uuid.uuid4())
    assert api.get(f"{API}/prompt-runs/{stranger.pk}").status_code == 404
    admin = APIClient()
    admin.force_login(make_user(role=Role.ADMIN, client=manager.client))
    assert admin.get(f"{API}/prompt-runs/{stranger.pk}").status_code == 200
    assert admin.get(f"{API}/prompts/{version.prompt_id}/runs").json()["results"]
    assert set(AuditEvent.objects.values_list("action", flat=True)) >= {"viewed", "runs_read"}


def test_reviewers_try_prompts_and_do_not_write_them(manager):
    prompt = make_prompt(client=manager.client)
    reviewer = APIClient()
    reviewer.force_login(make_user(role=Role.REVIEWER, client=manager.client))
    assert reviewer.get(f"{API}/prompts/{prompt.pk}").status_code == 200
    assert post(reviewer, f"/prompts/{prompt.pk}/test", {}).status_code == 422
    assert post(reviewer, "/prompts", NEW).status_code == 403
    assert reviewer.patch(f"{API}/prompts/{prompt.pk}", {}, format="json").status_code == 403
