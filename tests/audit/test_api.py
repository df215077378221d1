"""The trail over the API: by page, by filter, by key with its scope, and only one's own."""

import json

import pytest
from django.core.cache import cache
from django.core.management import call_command
from rest_framework.test import APIClient

from salesiq.audit.models import AuditEvent
from salesiq.audit.services import record_event
from salesiq.people.keys import issue_key
from salesiq.people.roles import Role
from tests.factories import make_client, make_superuser, make_user
from tests.recordings.api.conftest import api_of
from tests.recordings.factories import make_call

pytestmark = pytest.mark.django_db

EVENTS = "/api/v1/sales/audit/events"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def officer():
    return make_user(role=Role.PRIVACY)


def actions(answer):
    return [event["action"] for event in answer.json()["results"]]


def test_events_come_newest_first_with_their_place_and_by_page(officer):
    for n in range(5):
        record_event(action="viewed", target=officer.client, actor=officer, details={"n": n})
    api = api_of(officer)
    first = api.get(EVENTS, {"page_size": 3}).json()
    second = api.get(first["next"]).json()
    found = first["results"] + second["results"]
    assert [event["sequence"] for event in found] == [5, 4, 3, 2, 1]
    assert found[0]["previous_hash"] == found[1]["hash"]
    assert second["next"] is None


def test_what_the_api_gives_can_be_verified_like_an_export(officer, tmp_path):
    for n in range(3):
        record_event(action="viewed", target=officer.client, actor=officer, details={"n": n})
    path = tmp_path / "events.jsonl"
    events = api_of(officer).get(EVENTS).json()["results"]
    path.write_text("".join(json.dumps(event) + "\n" for event in reversed(events)))
    call_command("verify_audit", file=path)


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ({"action": "viewed"}, ["viewed"]),
        ({"object_type": "people.user"}, ["signed_in"]),
        ({"after": "2100-01-01T00:00:00Z"}, []),
        ({"before": "2100-01-01T00:00:00Z"}, ["signed_in", "viewed"]),
    ],
)
def test_filters_narrow_the_list(officer, query, shown):
    record_event(action="viewed", target=officer.client, actor=None)
    record_event(action="signed_in", target=officer, actor=officer)
    assert actions(api_of(officer).get(EVENTS, query)) == shown


def test_who_and_what_are_filters(officer):
    record_event(action="viewed", target=officer.client, actor=None)
    record_event(action="signed_in", target=officer, actor=officer)
    assert actions(api_of(officer).get(EVENTS, {"actor": str(officer.pk)})) == ["signed_in"]
    assert "viewed" in actions(api_of(officer).get(EVENTS, {"object_id": str(officer.client_id)}))


@pytest.mark.parametrize("query", [{"acton": "viewed"}, {"after": "yesterday"}, {"client": "x"}])
def test_a_filter_that_is_none_is_refused(officer, query):
    assert api_of(officer).get(EVENTS, query).status_code == 400


def test_only_ones_own_tenant_is_told(officer):
    other = make_client()
    record_event(action="viewed", target=other, actor=None)
    record_event(action="sign_in_failed", actor=None)
    assert actions(api_of(officer).get(EVENTS)) == []
    everything = api_of(make_superuser()).get(EVENTS, {"client": str(other.pk)})
    assert actions(everything) == ["viewed"]


@pytest.mark.parametrize("role", [Role.AGENT, Role.MANAGER, Role.REVIEWER, Role.INTEGRATOR])
def test_other_roles_are_refused(role):
    assert api_of(make_user(role=role)).get(EVENTS).status_code == 403


def test_reading_is_an_event_once_an_hour(officer):
    for _ in range(3):
        api_of(officer).get(EVENTS)
    event = AuditEvent.objects.get(action="audit_exported")
    assert (event.actor, event.details) == (officer, {"by": "api"})


def test_a_key_needs_the_scope_and_stands_in_the_events_of_its_requests():
    admin = make_user(role=Role.ADMIN)
    keys = {
        scope: issue_key(user=admin, name=scope, scopes=[scope], actor=admin) for scope in ("calls:read", "audit:read")
    }
    api = APIClient()
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {keys['calls:read'].secret}")
    assert api.get(EVENTS).status_code == 403
    call = make_call(client=admin.client)
    assert api.get(f"/api/v1/sales/recordings/{call.pk}").status_code == 200
    viewed = AuditEvent.objects.get(action="viewed")
    assert viewed.details == {"key": str(keys["calls:read"].key.pk)}
    api.credentials(HTTP_AUTHORIZATION=f"Bearer {keys['audit:read'].secret}")
    assert "viewed" in actions(api.get(EVENTS))
