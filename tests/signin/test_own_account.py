"""One's own account: reachable for everybody, about nobody else; and where each role starts."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from salesiq.people.roles import Role
from tests.factories import make_user


@pytest.fixture
def foreign_passkey(ana):
    ben = make_user(client=ana.client)
    return Authenticator.objects.create(user=ben, type="webauthn", data={"name": "Ben's", "credential": {}})


@pytest.mark.parametrize("step", ["remove", "rename"])
def test_nobody_touches_anothers_passkey(client, sign_in, ana, foreign_passkey, step):
    sign_in()
    address = f"/account/passkeys/{foreign_passkey.pk}/{step}"
    assert client.get(address).status_code == client.post(address, {"name": "mine"}).status_code == 404
    foreign_passkey.refresh_from_db()
    assert foreign_passkey.data["name"] == "Ben's"


def test_the_last_factor_stays_where_one_is_a_must(client, sign_in, ana, tenant):
    sign_in()
    own = Authenticator.objects.create(user=ana, type="webauthn", data={"name": "Laptop", "credential": {}})
    tenant.second_factor = "everybody"
    tenant.save()
    address = f"/account/passkeys/{own.pk}/remove"
    assert "Set up another one first" in client.post(address, follow=True).content.decode()
    tenant.second_factor = "optional"
    tenant.save()
    client.post(address)
    assert not Authenticator.objects.filter(user=ana).exists()


@pytest.mark.parametrize(
    ("role", "start"),
    [
        (Role.ADMIN, "/sales-recording-audit"),
        (Role.AGENT, "/my"),
        (Role.INTEGRATOR, "/sales-recording-audit"),
        (Role.PRIVACY, None),
    ],
)
def test_each_role_starts_where_its_work_is(client, sign_in, tenant, role, start):
    make_user(client=tenant, username="ben", role=role)
    assert sign_in("ben")["Location"] == "/"
    led_to = client.get("/")["Location"]
    assert led_to == start if start else led_to in ("/privacy", reverse("admin:index"))
    assert client.get(led_to).status_code == 200


def test_a_stranger_at_the_start_is_asked_to_sign_in(client, db):
    assert client.get("/")["Location"] == "/login"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_leads_nowhere_else(client, sign_in, ana, target):
    assert sign_in(next=target)["Location"] == "/"
