import pytest
from django.http import HttpResponse
from django.views import defaults
from rest_framework.test import APIClient

from tests.factories import make_user

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.common.api")]


@pytest.fixture
def api():
    client = APIClient()
    client.force_authenticate(make_user())
    return client


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("missing", 404, "not_found"),
        ("forbidden", 403, "forbidden"),
        ("throttled", 429, "throttled"),
        ("sentence", 400, "invalid"),
        ("problem", 413, "too_long"),
    ],
)
def test_every_error_is_a_problem(api, kind, status, code):
    answer = api.get(f"/api/failing/{kind}")
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.status_code, body["status"], body["code"]) == (status, status, code)
    assert body["type"] == f"urn:salesiq:problem:{code}"
    assert body["instance"] == f"/api/failing/{kind}"
    assert body["title"]
    assert body["detail"]


def test_inner_texts_of_django_are_not_shown(api):
    assert "Agent" not in api.get("/api/failing/missing").json()["detail"]
    assert "internal" not in api.get("/api/failing/forbidden").json()["detail"]


def test_a_throttled_client_is_told_when_to_come_back(api):
    assert api.get("/api/failing/throttled")["Retry-After"] == "7"


def test_a_problem_brings_its_own_headers_and_members(api):
    answer = api.get("/api/failing/problem")
    assert answer["X-Most"] == "9"
    assert answer.json()["most"] == 9


def test_a_stranger_is_asked_for_a_token():
    answer = APIClient().get("/api/failing/missing")
    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "not_authenticated"


def test_each_wrong_value_is_pointed_at(api):
    answer = api.post("/api/orders", {"email": "x", "lines": [{"a": 1}, {"a/b": "y"}]}, format="json")
    errors = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert answer.status_code == 400
    assert errors == {"#/email": "invalid", "#/lines/1/a~1b": "invalid"}


def test_malformed_json_is_a_problem(api):
    answer = api.post("/api/orders", "{", content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "parse_error")


def test_unknown_api_addresses_are_problems_and_other_addresses_are_pages(client, monkeypatch):
    monkeypatch.setattr(defaults, "page_not_found", lambda request, exception: HttpResponse("a page", status=404))
    assert client.get("/api/nothing").json()["code"] == "not_found"
    assert client.get("/nothing").content == b"a page"


def test_a_crash_below_api_is_a_problem_without_details(client, monkeypatch):
    monkeypatch.setitem(__import__("tests.common.api", fromlist=["x"]).ERRORS, "crash", ZeroDivisionError("secret"))
    client.raise_request_exception = False
    client.force_login(make_user())
    answer = client.get("/api/failing/crash")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert b"secret" not in answer.content
