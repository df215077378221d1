"""Test cases and suites by API: written, versioned, listed; agents see the outside; refusals say where."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from salesiq.people.roles import Role
from testcases.models import Suite, TestCase
from tests.factories import make_agent, make_client, make_user
from tests.testcases.factories import CONTENT, make_case

pytestmark = pytest.mark.django_db
API = "/api/v1/sales"
S0 = {
    "id", "name", "description", "scenario", "expected_outcome", "success_criteria", "test_type", "difficulty_level",
    "is_active", "created_at", "updated_at",
}  # fmt: skip
NEW = {
    "name": "too-dear", "description": "A price objection.", "scenario": "A dentist asked for a call.",
    "expected_outcome": "A demo is agreed.", "success_criteria": ["Asks about missed appointments", "Proposes a demo"],
    "test_type": "objection_handling", "difficulty_level": "beginner",
}  # fmt: skip


@pytest.fixture
def manager():
    return make_user(role=Role.MANAGER, client=make_client())


def as_user(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def api(manager) -> APIClient:
    return as_user(manager)


def send(api, method, path, data, **headers):
    return getattr(api, method)(f"{API}{path}", data, format="json", **headers)


def test_a_case_is_written_read_and_listed_with_the_fields_of_the_specification(api):
    made = send(api, "post", "/test-cases", NEW)
    assert made.status_code == 201 and made["Location"].endswith(made.json()["id"])
    body = api.get(f"{API}/test-cases/{made.json()['id']}").json()
    assert set(body) >= S0
    assert {name: body[name] for name in NEW} == NEW
    assert (body["version"], body["weak_criteria"], body["goal"]) == (1, NEW["success_criteria"], "A demo is agreed.")
    assert [set(row) >= S0 for row in api.get(f"{API}/test-cases").json()["results"]] == [True]


def test_what_is_wrong_is_said_with_its_place(api):
    missing = send(api, "post", "/test-cases", {"name": "x"}).json()
    assert {error["pointer"] for error in missing["errors"]} >= {"#/scenario", "#/test_type", "#/difficulty_level"}
    assert send(api, "post", "/test-cases", NEW | {"colour": "red"}).json()["errors"][0]["pointer"] == "#/colour"
    content = {"persona": {"name": "Rosa", "mood": 7}, "facts": [{"key": "a", "text": "A"}]}
    wrong = send(api, "post", "/test-cases", NEW | {"content": content})
    assert (wrong.status_code, wrong["Content-Type"]) == (422, "application/problem+json")
    assert [error["pointer"] for error in wrong.json()["errors"]] == ["#/content/persona/mood"]
    rule = {"kind": "said", "phrases": []}
    bad_rule = {"criteria": [{"key": "a", "text": "A", "judge": rule}]}
    plain = {name: value for name, value in NEW.items() if name != "success_criteria"}
    wrong = send(api, "post", "/test-cases", plain | {"content": bad_rule})
    assert wrong.json()["errors"][0]["pointer"] == "#/content/criteria/0/judge/phrases"
    both = send(api, "post", "/test-cases", NEW | {"content": bad_rule})
    assert (both.status_code, both.json()["errors"][0]["pointer"]) == (400, "#/success_criteria")
    assert not TestCase.objects.exists()


def test_a_name_is_given_once_and_a_repeat_with_its_key_changes_nothing(api):
    first = send(api, "post", "/test-cases", NEW, HTTP_IDEMPOTENCY_KEY="one")
    again = send(api, "post", "/test-cases", NEW, HTTP_IDEMPOTENCY_KEY="one")
    assert (again.status_code, again.json(), again["Idempotency-Replayed"]) == (201, first.json(), "true")
    taken = send(api, "post", "/test-cases", NEW)
    assert (taken.status_code, taken.json()["code"]) == (409, "name_taken")


def test_put_writes_a_new_version_and_loses_no_rule(api, manager):
    case = make_case(client=manager.client, name="kept")
    texts = [row["text"] for row in CONTENT["criteria"]]
    changed = send(api, "put", f"/test-cases/{case.pk}", NEW | {
        "name": "kept", "success_criteria": [texts[1], "Listens"], "why": "Harder",
    })  # fmt: skip
    body = changed.json()
    assert (changed.status_code, body["version"], body["success_criteria"]) == (200, 2, [texts[1], "Listens"])
    assert body["content"]["criteria"][0] == {**CONTENT["criteria"][1], "required": True}
    assert body["content"]["facts"] == case.current.content["facts"]
    assert body["weak_criteria"] == ["Listens"]
    assert api.get(f"{API}/test-cases/{case.pk}?version=1").json()["scenario"] == CONTENT["scenario"]
    assert api.get(f"{API}/test-cases/{case.pk}?version=9").status_code == 404
    assert api.get(f"{API}/test-cases/{case.pk}?version=x").status_code == 400
    assert send(api, "put", f"/test-cases/{case.pk}", NEW | {"name": "other"}).status_code == 400


def test_patch_keeps_what_it_leaves_out_and_tells_who_came_first(api, manager):
    case = make_case(client=manager.client)
    off = send(api, "patch", f"/test-cases/{case.pk}", {"is_active": False})
    assert (off.json()["is_active"], off.json()["version"]) == (False, 1)
    send(api, "patch", f"/test-cases/{case.pk}", {"content": {"pass_mark": 90}, "based_on": 1})
    stale = send(api, "patch", f"/test-cases/{case.pk}", {"scenario": "Another", "based_on": 1})
    assert (stale.status_code, stale.json()["newest"]) == (409, 2)
    empty = send(api, "patch", f"/test-cases/{case.pk}", {"success_criteria": []})
    assert empty.status_code == 400


def test_agents_see_the_outside_of_what_they_may_play(manager):
    agent = make_agent(client=manager.client, user=make_user(role=Role.AGENT, client=manager.client))
    case = make_case(client=manager.client, description="Secretmark")
    off = make_case(client=manager.client, is_active=False)
    api = as_user(agent.user)
    rows = api.get(f"{API}/test-cases").json()["results"]
    assert [row["name"] for row in rows] == [case.name]
    body = api.get(f"{API}/test-cases/{case.pk}")
    told = body.content.decode()
    assert {"scenario", "goal", "pass_mark"} <= set(body.json())
    for inside in ("Secretmark", "Asks for a demo", "expensive", "demo next week", "success_criteria", "content"):
        assert inside not in told
    assert api.get(f"{API}/test-cases/{off.pk}").status_code == 404
    assert send(api, "post", "/test-cases", NEW).status_code == 403
    assert send(api, "patch", f"/test-cases/{case.pk}", {"is_active": False}).status_code == 403
    assert api.get(f"{API}/test-suites").status_code == 403
    assert as_user(make_user(role=Role.PRIVACY, client=manager.client)).get(f"{API}/test-cases").status_code == 403
    assert as_user(make_user(role=Role.ADMIN)).get(f"{API}/test-cases/{case.pk}").status_code == 404


def test_lists_are_filtered_paged_and_cost_the_same_for_one_and_many(api, manager):
    for n in range(3):
        make_case(client=manager.client, name=f"a-{n}", skills=["closing"], difficulty_level="advanced")
    make_case(client=manager.client, name="b", title="Warm words")

    def names(query):
        return [row["name"] for row in api.get(f"{API}/test-cases?{query}").json()["results"]]

    assert names("skill=closing&difficulty_level=advanced") == ["a-0", "a-1", "a-2"]
    assert names("search=warm") == ["b"]
    assert names("ordering=-name&is_active=true")[0] == "b"
    assert api.get(f"{API}/test-cases?colour=red").status_code == 400
    first = api.get(f"{API}/test-cases?page_size=2").json()
    assert [row["name"] for row in first["results"]] == ["a-0", "a-1"] and first["next"]
    with CaptureQueriesContext(connection) as few:
        api.get(f"{API}/test-cases?page_size=1")
    with CaptureQueriesContext(connection) as many:
        api.get(f"{API}/test-cases")
    assert len(few) == len(many)


def test_suites_are_written_replaced_and_deleted_by_names_of_cases(api, manager):
    one, two = make_case(client=manager.client, name="one"), make_case(client=manager.client, name="two")
    made = send(api, "post", "/test-suites", {"name": "all", "cases": ["two", "one"]})
    assert (made.status_code, made.json()["cases"], made.json()["title"]) == (201, ["two", "one"], "all")
    path = f"/test-suites/{made.json()['id']}"
    assert send(api, "put", path, {"name": "all", "cases": ["one"]}).json()["cases"] == ["one"]
    for cases, status in (([], 422), (["one", "one"], 422), (["nobody"], 400)):
        assert send(api, "put", path, {"name": "all", "cases": cases}).status_code == status
    make_case(name="foreign")
    assert send(api, "post", "/test-suites", {"name": "b", "cases": ["foreign"]}).status_code == 400
    assert len(api.get(f"{API}/test-suites").json()["results"]) == 1
    assert api.delete(f"{API}{path}").status_code == 204
    assert not Suite.objects.exists() and TestCase.objects.filter(pk__in=[one.pk, two.pk]).count() == 2
