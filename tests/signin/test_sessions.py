"""Sessions: how long they last, what ends them, and whose one sees."""

import time

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client as Browser

from salesiq.audit.models import AuditEvent
from salesiq.people.models import User
from tests.factories import make_user

PAGE, API, OFFICE = "/sales-recording-audit", "/api/v1/sales/recordings", "/admin/"


def turn_clock(browser, key, seconds):
    session = browser.session
    session[key] -= seconds
    session.save()


def is_in(browser):
    return browser.get(PAGE).status_code == 200


def test_signing_in_gives_the_session_a_new_key(client, sign_in, ana):
    client.get("/login")
    client.session.save()
    before = client.session.session_key
    sign_in()
    assert client.session.session_key != before


@pytest.mark.parametrize("key", ["seen_at", "signed_in_at"])
def test_a_session_ends_when_idle_and_when_old_everywhere(client, sign_in, ana, settings, key):
    limit = settings.SESSION_IDLE_SECONDS if key == "seen_at" else settings.SESSION_COOKIE_AGE
    sign_in()
    turn_clock(client, key, limit - 60)
    assert is_in(client)
    turn_clock(client, key, limit + 60)
    assert [client.get(path).status_code for path in (API, PAGE, OFFICE)] == [401, 302, 302]
    assert not UserSession.objects.exists()
    assert AuditEvent.objects.get(action="signed_out").details == {"why": "expired"}


def test_the_sign_in_page_says_why_one_was_signed_out(client, sign_in, ana, settings):
    sign_in()
    turn_clock(client, "seen_at", settings.SESSION_IDLE_SECONDS + 1)
    assert "had not been here" in client.get(PAGE, follow=True).content.decode()


def test_a_page_that_asks_by_itself_keeps_no_session_alive(client, sign_in, ana):
    sign_in()
    turn_clock(client, "seen_at", 600)
    seen = client.session["seen_at"]
    client.get(PAGE, headers={"HX-Request": "true", "HX-Trigger": "rows"})
    assert client.session["seen_at"] == seen
    client.get(PAGE)
    assert client.session["seen_at"] >= int(time.time()) - 60


def test_a_page_costs_no_write_while_the_last_request_was_just_noted(
    client, sign_in, ana, django_assert_max_num_queries
):
    sign_in()
    with django_assert_max_num_queries(3) as asked:
        client.get("/account/password")
    assert not [query for query in asked if "UPDATE" in query["sql"]]


def test_a_new_password_ends_the_other_sessions_and_not_this_one(client, sign_in, ana):
    sign_in()
    other = Browser()
    sign_in(browser=other)
    new = "correct horse battery"
    client.post("/account/password", {"oldpassword": "secret", "password1": new, "password2": new})
    assert (is_in(client), is_in(other)) == (True, False)
    assert AuditEvent.objects.filter(action="password_changed", actor=ana).count() == 1


@pytest.mark.parametrize("change", [{"role": "agent"}, {"is_active": False}, {"is_superuser": True}, {"password": "x"}])
def test_a_change_of_rights_ends_every_session(client, sign_in, ana, change):
    sign_in()
    User.objects.filter(pk=ana.pk).update(**change)
    assert not is_in(client)


def test_who_is_switched_off_and_on_again_has_to_sign_in(client, ana, sign_in):
    ben = make_user(client=ana.client, username="ben")
    theirs = Browser()
    sign_in("ben", browser=theirs)
    client.force_login(ana)
    form = {"username": "ben", "role": "admin"}
    client.post(f"/admin/people/user/{ben.pk}/change/", form)
    client.post(f"/admin/people/user/{ben.pk}/change/", {**form, "is_active": "on"})
    assert not is_in(theirs)
    assert sign_in("ben", browser=theirs).status_code == 302


def test_a_change_of_role_in_the_back_office_is_filed_with_both_roles(client, ana, sign_in):
    ben = make_user(client=ana.client, username="ben", role="agent")
    client.force_login(ana)
    client.post(f"/admin/people/user/{ben.pk}/change/", {"username": "ben", "role": "manager", "is_active": "on"})
    event = AuditEvent.objects.get(action="changed")
    assert (event.actor, event.object_id) == (ana, str(ben.pk))
    assert (event.details["before"], event.details["after"]) == ({"role": "agent"}, {"role": "manager"})


def test_one_sees_and_ends_ones_own_sessions_alone(client, sign_in, ana):
    ben = make_user(client=ana.client, username="ben")
    sign_in(browser=Browser(HTTP_USER_AGENT="Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"))
    foreign = Browser()
    sign_in("ben", browser=foreign)
    sign_in()
    page = client.get("/account").content.decode()
    assert "Firefox, Linux" in page and page.count('name="session"') == 1
    client.post("/account/sessions/end", {"session": UserSession.objects.get(user=ben).pk})
    assert is_in(foreign)
    client.post("/account/sessions/end", {"session": "nonsense"})
    assert UserSession.objects.filter(user=ana).count() == 2
    client.post("/account/sessions/end")
    assert [row.session_key for row in UserSession.objects.filter(user=ana)] == [client.session.session_key]
    assert AuditEvent.objects.get(action="sessions_ended").details == {"sessions": 1}


def test_an_administrator_ends_somebodys_sessions(client, sign_in, ana):
    ben = make_user(client=ana.client, username="ben")
    theirs = Browser()
    sign_in("ben", browser=theirs)
    client.force_login(ana)
    client.post("/admin/people/user/", {"action": "end_all_sessions", "_selected_action": [ben.pk]})
    assert not is_in(theirs)


def test_signing_out_ends_the_session_and_has_the_browser_forget(client, sign_in, ana):
    sign_in()
    key = client.session.session_key
    answer = client.post("/logout")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.filter(pk=key).exists()
