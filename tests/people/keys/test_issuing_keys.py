"""Who may issue, replace and revoke keys, with what in them; and that a secret is nowhere afterwards."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.utils import timezone

from salesiq.audit.models import AuditEvent
from salesiq.people.keys import issue_key, replace_key, revoke_key
from salesiq.people.models import ApiKey
from salesiq.people.roles import Role
from tests.factories import make_superuser, make_user
from tests.people.keys.conftest import CALLS, KEYS, signed_in, with_secret


def days_left(key) -> int:
    return round((key.expiry - timezone.now()) / timedelta(days=1))


def test_an_administrator_issues_a_key_over_the_api_and_sees_its_secret_once(admin, integrator):
    answer = signed_in(admin).post(
        KEYS,
        {"name": "CRM", "user_id": str(integrator.pk), "scopes": ["calls:read"], "addresses": ["203.0.113.0/24"]},
        format="json",
    )
    assert answer.status_code == 201
    assert answer["Cache-Control"] == "private, no-store"
    secret = answer.json()["secret"]
    assert with_secret(secret).get(CALLS).status_code == 200
    listed = signed_in(admin).get(KEYS).json()["results"]
    assert [row["name"] for row in listed] == ["CRM"]
    assert "secret" not in listed[0]
    assert secret.startswith(listed[0]["prefix"])
    assert days_left(ApiKey.objects.get()) == 365


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"scopes": []}, "scopes"),
        ({"scopes": ["calls:eat"]}, "scopes"),
        ({"scopes": ["audit:read"]}, "scopes"),
        ({"days": 0}, "days"),
        ({"days": 366}, "days"),
        ({"never_expires": True}, "days"),
        ({"addresses": ["10.0.0.0/33"]}, "addresses"),
        ({"addresses": [f"10.0.0.{n}" for n in range(51)]}, "addresses"),
    ],
)
def test_what_a_key_cannot_be_is_said_beside_the_field(terms, field, issue, admin):
    with pytest.raises(ValidationError) as error:
        issue(actor=admin, **terms)
    assert list(error.value.message_dict) == [field]
    assert not ApiKey.objects.exists()


def test_only_the_superuser_issues_keys_that_never_expire(issue):
    assert issue(actor=make_superuser(), never_expires=True).key.expiry is None


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.ADMIN}))
def test_others_than_administrators_issue_none(role, tenant):
    user = make_user(role=role, client=tenant)
    with pytest.raises(PermissionDenied):
        issue_key(user=user, name="Mine", actor=user)
    assert signed_in(user).post(KEYS, {"name": "Mine", "scopes": ["calls:read"]}, format="json").status_code == 403


def test_an_administrator_issues_none_for_people_of_others_or_for_the_superuser(admin, tenant):
    for user in (make_user(), make_superuser(client=tenant)):
        with pytest.raises(PermissionDenied):
            issue_key(user=user, name="Theirs", actor=admin)
        terms = {"name": "Theirs", "scopes": ["calls:read"], "user_id": str(user.pk)}
        if user.client != tenant:
            assert signed_in(admin).post(KEYS, terms, format="json").status_code == 400
    assert not ApiKey.objects.exists()


def test_an_inactive_user_gets_no_key(tenant):
    with pytest.raises(ValidationError):
        issue_key(user=make_user(client=tenant, is_active=False), name="Idle", actor=None)


def test_a_key_passes_on_no_more_than_it_has(admin):
    parent = issue_key(user=admin, name="Parent", actor=None, scopes=["calls:read", "keys:write"], days=10)
    other = issue_key(user=admin, name="Other", actor=None, scopes=["calls:write"])
    api = with_secret(parent.secret)
    child = {"name": "Child", "scopes": ["calls:read"], "days": 300}
    assert api.post(KEYS, child, format="json").status_code == 201
    assert days_left(ApiKey.objects.get(name="Child")) == 10
    assert api.post(KEYS, {**child, "scopes": ["audit:read"]}, format="json").status_code == 400
    assert api.post(f"{KEYS}/{other.key.pk}/replace", {"hours": 1}, format="json").status_code == 400


def test_a_replaced_key_works_on_for_as_long_as_was_said(issue, integrator):
    old = issue(scopes=["calls:read"], addresses=["203.0.113.7"])
    new = replace_key(key=old.key, actor=integrator, hours=2)
    assert (new.key.scopes, new.key.addresses, new.key.user) == (["calls:read"], ["203.0.113.7/32"], integrator)
    assert with_secret(old.secret).get(CALLS).status_code == with_secret(new.secret).get(CALLS).status_code == 200
    old.key.refresh_from_db()
    assert old.key.replaced_by == new.key
    assert timedelta(hours=1) < old.key.expiry - timezone.now() <= timedelta(hours=2)
    ended = replace_key(key=new.key, actor=integrator, hours=0)
    assert with_secret(new.secret).get(CALLS).status_code == 401
    assert with_secret(ended.secret).get(CALLS).status_code == 200


def test_a_key_that_ended_cannot_be_replaced_and_a_replacement_is_never_endless(issue, integrator):
    endless = issue(never_expires=True)
    assert days_left(replace_key(key=endless.key, actor=integrator).key) == 365
    revoke_key(key=endless.key, actor=integrator)
    with pytest.raises(ValidationError):
        replace_key(key=endless.key, actor=integrator)
    for hours in (-1, 169):
        with pytest.raises(ValidationError):
            replace_key(key=issue().key, actor=integrator, hours=hours)


def test_people_revoke_their_own_keys_and_administrators_those_of_their_client(admin, integrator, issue):
    for user in (integrator, admin):
        key = issue().key
        assert signed_in(user).delete(f"{KEYS}/{key.pk}").status_code == 204
        key.refresh_from_db()
        assert key.revoked_by == user
    strange = issue(user=make_user()).key
    assert signed_in(admin).delete(f"{KEYS}/{strange.pk}").status_code == 404
    strange.refresh_from_db()
    assert strange.revoked_at is None


def test_a_list_can_be_narrowed_to_a_state(admin, issue):
    issue(name="Lives")
    revoke_key(key=issue(name="Ended").key, actor=admin)
    api = signed_in(admin)
    assert [row["name"] for row in api.get(KEYS, {"state": "revoked"}).json()["results"]] == ["Ended"]
    assert [row["name"] for row in api.get(KEYS, {"state": "active"}).json()["results"]] == ["Lives"]
    assert api.get(KEYS, {"state": "asleep"}).status_code == 400


def test_what_is_done_with_keys_is_audited(admin, integrator, issue):
    issued = issue(actor=admin)
    replaced = replace_key(key=issued.key, actor=integrator)
    revoke_key(key=replaced.key, actor=admin)
    events = [(event.action, event.actor_name) for event in AuditEvent.objects.order_by("at")]
    assert events == [
        ("key_issued", admin.username),
        ("key_replaced", integrator.username),
        ("key_revoked", admin.username),
    ]
    assert all(event.client_id == integrator.client_id for event in AuditEvent.objects.all())
    assert "withheld" not in str([event.details for event in AuditEvent.objects.all()])


def every_value_of_the_database() -> str:
    with connection.cursor() as cursor:
        found = []
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found.append(repr(cursor.fetchall()))
    return "".join(found)


def test_a_secret_is_in_no_row_and_in_no_log(admin, integrator, caplog, capfd):
    api = signed_in(admin)
    answer = api.post(KEYS, {"name": "CRM", "user_id": str(integrator.pk), "scopes": ["calls:read"]}, format="json")
    secret = answer.json()["secret"]
    with_secret(secret).get(CALLS)
    with_secret(secret[:-1] + "!").get(CALLS)
    signed_in(integrator).post(f"/account/keys/{answer.json()['id']}/replace")
    body = secret[15:]
    assert body not in every_value_of_the_database()
    assert body not in caplog.text + "".join(capfd.readouterr())
