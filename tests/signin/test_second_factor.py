"""Second factors: setting up, signing in with one, losing it, and who must have one."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.cache import cache
from django.test import Client as Browser

from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from tests.factories import make_superuser, make_user

SET_UP, CODES, FACTOR = "/account/app", "/account/recovery-codes", "/login/second-factor"
PAGE = "/sales-recording-audit"


def code_of(secret, step=0):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30 + step))


@pytest.fixture
def enrolled(client, sign_in, ana, django_capture_on_commit_callbacks):
    """Ana with an authenticator app, signed out; the app's secret and her recovery codes."""
    sign_in()
    page = client.get(SET_UP).content.decode()
    secret = re.search(r"data-secret>(\w+)<", page)[1]
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(SET_UP, {"code": code_of(secret, -1)})["Location"] == CODES
    codes = re.findall(r"<li><code>([\w-]+)</code>", client.get(CODES).content.decode())
    client.post("/logout")
    return secret, codes


def test_setting_up_gives_recovery_codes_once_and_is_filed(client, sign_in, enrolled, ana):
    assert len(enrolled[1]) == 10
    sign_in()
    client.post(FACTOR, {"code": code_of(enrolled[0])})
    page = client.get(CODES).content.decode()
    assert enrolled[1][0] not in page and "10 unused" in page
    added = AuditEvent.objects.filter(action="second_factor_added").order_by("sequence")
    assert [event.details["factor"] for event in added] == ["totp", "recovery_codes"]


def test_the_password_alone_opens_nothing(client, sign_in, enrolled):
    assert sign_in()["Location"] == FACTOR
    assert client.get(PAGE).status_code == 302
    assert client.get("/admin/").status_code == 302
    assert client.get("/api/v1/sales/recordings").status_code == 401


def test_password_and_code_do_and_the_code_works_once(client, sign_in, enrolled):
    secret, _ = enrolled
    code = code_of(secret)
    sign_in()
    assert client.post(FACTOR, {"code": code}).status_code == 302
    assert client.get(PAGE).status_code == 200
    again = Browser()
    sign_in(browser=again)
    assert again.post(FACTOR, {"code": code}).status_code == 200
    cache.clear()  # as another process sees it
    assert again.post(FACTOR, {"code": code}).status_code == 200


def test_a_recovery_code_stands_in_once(client, sign_in, enrolled):
    code = enrolled[1][0]
    for expected in (302, 200):
        sign_in()
        assert client.post(FACTOR, {"code": code}).status_code == expected
        client.post("/logout")


def test_guessing_codes_locks_like_guessing_passwords(client, sign_in, enrolled, settings):
    settings.AXES_FAILURE_LIMIT = 3
    sign_in()
    answers = [client.post(FACTOR, {"code": f"00000{n}"}).status_code for n in range(3)]
    assert answers == [200, 200, 429]
    assert sign_in().status_code == 429
    failed = AuditEvent.objects.filter(action="sign_in_failed")
    assert {event.details["step"] for event in failed} == {"second_factor"}


def test_secrets_are_sealed_in_the_database(enrolled, ana):
    rows = str(list(Authenticator.objects.filter(user=ana).values_list("data", flat=True)))
    assert enrolled[0] not in rows and not any(code in rows for code in enrolled[1])
    with pytest.raises(ValueError, match="changed in the database"):
        row = Authenticator.objects.get(user=ana, type="totp")
        row.data["secret"] = row.data["secret"][:-8] + "AAAAAAA="
        row.wrap().validate_code("000000")


@pytest.mark.parametrize("step", [SET_UP, "/account/passkeys/add"])
def test_changing_factors_asks_who_signed_in_long_ago_to_prove_it_again(client, sign_in, ana, step):
    sign_in()
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 3600
    session.save()
    assert client.get(step)["Location"].startswith("/account/confirm?")
    assert client.post("/account/confirm", {"password": "wrong"}).status_code == 200
    assert client.post("/account/confirm", {"password": "secret", "next": step})["Location"] == step
    assert client.get(step).status_code == 200


def test_a_factor_can_be_removed_with_its_codes(client, sign_in, enrolled, ana):
    sign_in()
    client.post(FACTOR, {"code": code_of(enrolled[0])})
    client.post("/account/app/remove")
    assert not Authenticator.objects.filter(user=ana).exists()
    removed = AuditEvent.objects.filter(action="second_factor_removed").order_by("sequence")
    assert [event.details["factor"] for event in removed] == ["totp", "recovery_codes"]


def test_who_must_have_a_factor_cannot_take_the_last_one_away(client, sign_in, enrolled, tenant, ana):
    tenant.second_factor = "everybody"
    tenant.save()
    sign_in()
    client.post(FACTOR, {"code": code_of(enrolled[0])})
    assert "Set up another one first" in client.post("/account/app/remove").content.decode()
    assert Authenticator.objects.filter(user=ana, type="totp").exists()


@pytest.mark.parametrize(
    ("rule", "role", "held"),
    [
        ("optional", Role.ADMIN, False),
        ("back_office", Role.AGENT, False),
        ("back_office", Role.ADMIN, True),
        ("back_office", Role.PRIVACY, True),
        ("everybody", Role.AGENT, True),
    ],
)
def test_who_must_have_a_factor_is_held_at_every_door(client, sign_in, tenant, rule, role, held):
    tenant.second_factor = rule
    tenant.save()
    make_user(client=tenant, username="ben", role=role)
    sign_in("ben")
    answers = [client.get(path) for path in (PAGE, "/admin/", "/api/v1/sales/recordings")]
    assert [answer.get("Location") == "/account" for answer in answers[:2]] == [held, held]
    assert (answers[2].status_code == 403 and answers[2].json()["code"] == "second_factor_required") == held
    assert client.get("/account").status_code == client.get(SET_UP).status_code == 200
    whole = client.get(PAGE, headers={"HX-Request": "true"})
    assert (whole.get("HX-Redirect") == "/account") == held


def test_the_installation_can_demand_it_of_all_also_of_the_superuser(client, sign_in, db, settings):
    settings.SECOND_FACTOR = "everybody"
    make_superuser(username="root")
    sign_in("root")
    assert client.get("/admin/")["Location"] == "/account"


def test_whoever_set_it_up_goes_on_at_once(client, sign_in, ana):
    ana.client.second_factor = "everybody"
    ana.client.save()
    sign_in()
    secret = re.search(r"data-secret>(\w+)<", client.get(SET_UP).content.decode())[1]
    client.post(SET_UP, {"code": code_of(secret)})
    assert client.get(CODES).status_code == 200
    assert client.get(PAGE).status_code == 200


def test_an_administrator_resets_a_lost_factor_and_its_sessions(client, sign_in, enrolled, tenant, ana):
    theirs = Browser()
    sign_in(browser=theirs)
    theirs.post(FACTOR, {"code": code_of(enrolled[0])})
    assert theirs.get(PAGE).status_code == 200
    client.force_login(make_user(client=tenant, username="ben"))
    assert "Second factor" in client.get("/admin/people/user/").content.decode()
    client.post("/admin/people/user/", {"action": "reset_second_factor", "_selected_action": [ana.pk]})
    assert theirs.get(PAGE).status_code == 302
    assert sign_in(browser=theirs)["Location"] == "/"
    assert AuditEvent.objects.filter(action="second_factor_reset", object_id=str(ana.pk)).exists()
