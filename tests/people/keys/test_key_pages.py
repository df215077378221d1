"""Keys in the back office and on one's own page."""

from datetime import timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse
from django.utils import timezone

from salesiq.audit.models import AuditEvent
from salesiq.people.key_format import PATTERN
from salesiq.people.models import ApiKey
from salesiq.people.roles import Role
from tests.factories import make_superuser, make_user
from tests.people.keys.conftest import CALLS, with_secret

LIST = reverse("admin:people_apikey_changelist")
ADD = reverse("admin:people_apikey_add")


def browser_of(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


def screen(kind, key):
    return reverse(f"admin:people_apikey_{kind}", args=[key.pk])


def secret_in(answer) -> str:
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    return PATTERN.search(answer.content.decode())[0]


def form(**values):
    return {"name": "CRM", "scopes": ["calls:read", "jobs:read"], "days": "30", "addresses": "", **values}


def test_an_issued_key_is_shown_once_and_only_its_beginning_afterwards(admin, integrator):
    browser = browser_of(admin)
    secret = secret_in(browser.post(ADD, form(user=integrator.pk, addresses="203.0.113.0/24\n")))
    key = ApiKey.objects.get()
    assert (key.user, key.created_by, key.addresses) == (integrator, admin, ["203.0.113.0/24"])
    assert with_secret(secret).get(CALLS).status_code == 200
    for page in (LIST, screen("change", key), screen("history", key), ADD):
        text = browser.get(page).content.decode()
        assert PATTERN.search(text) is None
        assert secret[15:] not in text
    assert secret[:10] in browser.get(LIST).content.decode()


def test_what_is_wrong_is_said_on_the_form_and_no_key_is_made(admin, integrator):
    browser = browser_of(admin)
    for wrong in (
        {"user": make_user().pk},
        {"user": make_superuser(client=admin.client).pk},
        {"user": integrator.pk, "scopes": ["audit:read"]},
        {"user": integrator.pk, "scopes": []},
        {"user": integrator.pk, "days": "400"},
        {"user": integrator.pk, "addresses": "everywhere"},
        {"user": integrator.pk, "never_expires": "on", "days": "400"},
    ):
        answer = browser.post(ADD, form(**wrong))
        assert answer.context["adminform"].form.errors, wrong
    assert not ApiKey.objects.exists()


def test_the_superuser_issues_a_key_that_never_expires(integrator):
    secret_in(browser_of(make_superuser()).post(ADD, form(user=integrator.pk, never_expires="on")))
    assert ApiKey.objects.get().expiry is None


def test_name_and_networks_can_be_changed_and_nothing_else(admin, issue):
    key = issue(scopes=["calls:read"]).key
    data = {"name": "New name", "addresses": "10.0.0.0/8", "scopes": ["keys:write"], "user": admin.pk}
    assert browser_of(admin).post(screen("change", key), data).status_code == 302
    changed = ApiKey.objects.get()
    assert (changed.name, changed.addresses) == ("New name", ["10.0.0.0/8"])
    assert (changed.scopes, changed.user, changed.digest) == (["calls:read"], key.user, key.digest)


def test_a_key_is_replaced_after_a_question(admin, issue):
    old = issue()
    browser = browser_of(admin)
    assert ApiKey.objects.count() == 1
    assert browser.get(screen("replace", old.key)).status_code == 200
    assert ApiKey.objects.count() == 1
    assert b"168" in browser.post(screen("replace", old.key), {"hours": "999"}).content
    secret = secret_in(browser.post(screen("replace", old.key), {"hours": "1"}))
    assert with_secret(secret).get(CALLS).status_code == with_secret(old.secret).get(CALLS).status_code == 200


def test_a_key_is_revoked_after_a_question_or_many_from_the_list(admin, issue):
    first, second = issue().key, issue().key
    browser = browser_of(admin)
    browser.get(screen("revoke", first))
    assert ApiKey.objects.in_state("revoked").count() == 0
    browser.post(screen("revoke", first))
    assert list(ApiKey.objects.in_state("revoked")) == [first]
    browser.post(LIST, {"action": "revoke_selected", "_selected_action": [first.pk, second.pk]})
    assert ApiKey.objects.in_state("revoked").count() == 2
    assert AuditEvent.objects.filter(action="key_revoked").count() == 2
    assert b"has ended" in browser.post(screen("replace", first), {"hours": "1"}).content


def test_keys_are_found_that_end_soon_or_lie_unused(admin, issue):
    issue(name="Long")
    issue(name="Soon", days=5)
    old = issue(name="Old").key
    ApiKey.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=100))
    browser = browser_of(admin)

    def found(**query):
        return {key.name for key in browser.get(LIST, query).context["cl"].result_list}

    assert found(state="expiring") == {"Soon"}
    assert found(state="active") == {"Long", "Soon", "Old"}
    assert found(unused="90") == {"Old"}
    assert found(unused="365") == set()
    assert found(state="nonsense") == {"Long", "Soon", "Old"}
    assert found(q="soon") == {"Soon"}


def test_everybody_sees_replaces_and_revokes_their_own_keys_and_nobody_elses(integrator, issue, tenant):
    issued = issue(name="Mine")
    browser, other = browser_of(integrator), browser_of(make_user(role=Role.AGENT, client=tenant))
    assert b"Mine" in browser.get("/account/keys").content
    assert b"Mine" not in other.get("/account/keys").content
    for act in ("replace", "revoke"):
        assert other.post(f"/account/keys/{issued.key.pk}/{act}").status_code == 404
        assert browser.get(f"/account/keys/{issued.key.pk}/{act}").status_code == 405
    secret = secret_in(browser.post(f"/account/keys/{issued.key.pk}/replace"))
    assert with_secret(secret).get(CALLS).status_code == 200
    browser.post(f"/account/keys/{issued.key.pk}/revoke")
    assert with_secret(issued.secret).get(CALLS).status_code == 401
    assert b"1 key that has ended" in browser.get("/account/keys").content


@pytest.mark.parametrize("role", [Role.MANAGER, Role.REVIEWER, Role.PRIVACY])
def test_others_of_the_back_office_have_no_screen_of_keys(role, tenant):
    assert browser_of(make_user(role=role, client=tenant)).get(LIST).status_code == 403
