"""What a key opens, when it stops, and what is remembered of its use."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone
from knox.crypto import hash_token
from rest_framework.views import APIView

from recordings.models import SalesCall
from salesiq.audit.models import AuditEvent
from salesiq.people.api.throttling import KeyRateThrottle
from salesiq.people.keys import revoke_key
from salesiq.people.models import ApiKey
from salesiq.people.roles import Role
from salesiq.people.scopes import KeyScope
from tests.factories import make_client
from tests.people.keys.conftest import CALLS, signed_in, with_secret
from tests.recordings.factories import make_call, make_sound


def refused(answer):
    body = answer.json()
    assert answer["Content-Type"] == "application/problem+json"
    assert len(body["detail"]) > 20
    return answer.status_code, body["code"]


def test_a_key_opens_what_its_scopes_and_role_allow_and_says_what_is_missing(issue):
    secret = issue(scopes=["jobs:read"]).secret
    answer = with_secret(secret).get(CALLS)
    assert refused(answer) == (403, "missing_scope")
    assert answer.json()["scope"] == "calls:read"
    assert 'scope="calls:read"' in answer["WWW-Authenticate"]
    assert with_secret(issue(scopes=["calls:read"]).secret).get(CALLS).status_code == 200


def test_a_scope_does_not_make_up_for_a_role(issue, integrator):
    secret = issue(scopes=["calls:write"]).secret
    integrator.role = Role.REVIEWER
    integrator.save()
    assert refused(with_secret(secret).post(f"{CALLS}/analyze")) == (403, "permission_denied")


def test_a_session_needs_no_scope(integrator):
    assert signed_in(integrator).get(CALLS).status_code == 200


def test_originals_need_a_scope_of_their_own(issue, admin, tenant):
    address = f"{CALLS}/{make_call(client=tenant).pk}/audio"
    hears = with_secret(issue(user=admin, scopes=["sound:read"]).secret)
    assert hears.get(address).status_code == 200
    assert refused(hears.get(address, {"variant": "original"})) == (403, "missing_scope")
    downloads = with_secret(issue(user=admin, scopes=["sound:read", "originals:read"]).secret)
    assert downloads.get(address, {"variant": "original"}).status_code == 200


def test_a_key_that_may_only_write_does_not_read_a_call_by_waiting_for_it(issue, tmp_path):
    sound = tmp_path / "call.wav"
    sound.write_bytes(make_sound())
    writes = with_secret(issue(scopes=["calls:write"]).secret)
    with sound.open("rb") as file:
        answer = writes.post(f"{CALLS}/analyze", {"file": file}, headers={"Prefer": "wait=1"})
    assert answer.status_code == 202
    assert "Preference-Applied" not in answer


def change(key, **values):
    ApiKey.objects.filter(pk=key.pk).update(**values)


def test_each_reason_why_a_key_is_worth_nothing_is_told(issue, integrator):
    issued = issue()
    api = with_secret(issued.secret)
    assert api.get(CALLS).status_code == 200
    change(issued.key, expiry=timezone.now() - timedelta(seconds=1))
    assert refused(api.get(CALLS)) == (401, "key_expired")
    change(issued.key, expiry=None)
    integrator.client = make_client()
    integrator.save()
    assert refused(api.get(CALLS)) == (401, "user_moved")
    change(issued.key, client=integrator.client)
    integrator.is_active = False
    integrator.save()
    assert refused(api.get(CALLS)) == (401, "user_inactive")
    revoke_key(key=issued.key, actor=None)
    assert refused(api.get(CALLS)) == (401, "key_revoked")
    assert ApiKey.objects.filter(pk=issued.key.pk).exists()


@pytest.mark.parametrize(
    ("secret", "code"),
    [
        ("siq_short", "key_malformed"),
        ("siq_" + "0" * 45 + "1", "key_malformed"),
        ("0" * 64, "key_unknown"),
        ("\u00ff" * 20, "key_unknown"),
    ],
)
def test_what_is_no_key_is_told_apart_from_one_that_is_unknown(secret, code, db):
    assert refused(with_secret(secret).get(CALLS)) == (401, code)


def test_a_token_of_before_keys_goes_on_working(issue):
    issued, old = issue(), "ab" * 32
    change(issued.key, digest=hash_token(old), token_key=old[:15])
    assert with_secret(old).get(CALLS).status_code == 200


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        ([], "198.51.100.9", 200),
        (["10.0.0.0/8"], "10.9.8.7", 200),
        (["10.0.0.0/8", "203.0.113.7"], "203.0.113.7", 200),
        (["10.0.0.0/8"], "203.0.113.7", 403),
        (["2001:db8::/32"], "2001:db8::1", 200),
        (["2001:db8::/32"], "10.0.0.1", 403),
    ],
)
def test_a_key_is_accepted_from_its_networks_only(networks, address, status, issue):
    answer = with_secret(issue(addresses=networks).secret, address).get(CALLS)
    assert answer.status_code == status
    if status == 403:
        assert refused(answer) == (403, "address_refused")


def test_use_is_noted_once_a_minute_and_each_new_address_is_audited(issue):
    issued = issue()
    with_secret(issued.secret, "10.0.0.1").get(CALLS)
    key = ApiKey.objects.get(pk=issued.key.pk)
    assert key.last_used_address == "10.0.0.1"
    first = key.last_used_at
    for address in ("10.0.0.1", "10.0.0.2", "10.0.0.2", "10.0.0.1"):
        with_secret(issued.secret, address).get(CALLS)
    key.refresh_from_db()
    assert (key.last_used_at, key.last_used_address) == (first, "10.0.0.1")
    change(key, last_used_at=first - timedelta(minutes=2))
    with_secret(issued.secret, "10.0.0.2").get(CALLS)
    key.refresh_from_db()
    assert key.last_used_at > first - timedelta(minutes=1)
    assert key.last_used_address == "10.0.0.2"
    seen = AuditEvent.objects.filter(action="key_used_from_new_address")
    assert sorted(event.address for event in seen) == ["10.0.0.1", "10.0.0.2"]


def test_a_key_in_use_costs_one_query_and_writes_nothing(issue):
    api = with_secret(issue().secret)
    api.get(CALLS)
    with CaptureQueriesContext(connection) as queries:
        api.get(CALLS)
    about_keys = [query["sql"] for query in queries if "people_apikey" in query["sql"] or "keyaddress" in query["sql"]]
    assert len(about_keys) == 1
    assert about_keys[0].startswith("SELECT")


def test_each_key_has_an_allowance_of_its_own(issue, monkeypatch):
    monkeypatch.setattr(KeyRateThrottle, "THROTTLE_RATES", {"read": "2/hour", "analyze": "2/hour"})
    wild, calm = with_secret(issue().secret), with_secret(issue().secret)
    assert [wild.get(CALLS).status_code for _ in range(3)] == [200, 200, 429]
    assert calm.get(CALLS).status_code == 200


def test_a_refused_key_changes_nothing(issue, tenant):
    call = make_call(client=tenant)
    before = SalesCall.objects.values().get(pk=call.pk)
    answer = with_secret(issue(scopes=["calls:read"]).secret).post(f"{CALLS}/analyze", {"id": str(call.pk)})
    assert refused(answer) == (403, "missing_scope")
    assert SalesCall.objects.values().get(pk=call.pk) == before


def api_views(patterns, prefix=""):
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from api_views(pattern.url_patterns, path)
        elif path.startswith("api/v1/sales/"):
            yield path, pattern.callback.cls


def test_every_endpoint_names_its_scopes():
    nameless = []
    for path, view in api_views(get_resolver().url_patterns):
        assert issubclass(view, APIView), path
        for method in view.http_method_names:
            if hasattr(view, method) and method not in ("options", "head"):
                scope = view.scope_for(method.upper()) if hasattr(view, "scope") else None
                if not isinstance(scope, KeyScope):
                    nameless.append(f"{method.upper()} {path}")
    assert not nameless, "Base the view on salesiq.people.api.access.KeyedView and give it a scope."
