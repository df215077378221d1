"""What every page has: signing in and out, errors in the design, no script or style of others."""

import re

import pytest
from django.test import Client

from salesiq.people.roles import Role
from tests.factories import make_user
from tests.recordings.factories import make_call


def test_signing_in_leads_to_the_calls_and_signing_out_back(client, tenant):
    make_user(client=tenant, username="ana")
    response = client.post("/login", {"username": "ana", "password": "secret", "next": "/sales-recording-audit"})
    assert response["Location"] == "/sales-recording-audit"
    assert client.post("/logout")["Location"] == "/login"
    assert client.get("/sales-recording-audit").status_code == 302


def test_a_wrong_password_is_told_without_saying_which_part_is_wrong(client, tenant):
    make_user(client=tenant, username="ana")
    content = client.post("/login", {"username": "ana", "password": "guess"}).content.decode()
    assert 'role="alert"' in content
    assert 'value="ana"' in content


def test_signing_out_takes_a_post(browser):
    assert browser.get("/logout").status_code == 405


@pytest.mark.parametrize(("role", "shown"), [(Role.MANAGER, True), (Role.AGENT, False)])
def test_the_back_office_is_linked_for_those_who_may_use_it(client, tenant, role, shown):
    client.force_login(make_user(role=role, client=tenant))
    assert ('href="/admin/"' in client.get("/sales-recording-audit").content.decode()) is shown


@pytest.mark.parametrize(
    ("cookie", "theme"), [("dark", "dark"), ("light", "light"), ("purple", "system"), ("", "system")]
)
def test_the_chosen_colours_come_with_the_page(browser, cookie, theme):
    browser.cookies["theme"] = cookie
    assert f'data-theme="{theme}"' in browser.get("/sales-recording-audit").content.decode()


def test_an_error_of_ours_has_a_page_that_needs_nothing(client, db, monkeypatch):
    monkeypatch.setattr("recordings.pages.list_views.cut_page", lambda *args, **kwargs: 1 / 0)
    client.raise_request_exception = False
    client.force_login(make_user())
    response = client.get("/sales-recording-audit")
    assert response.status_code == 500
    assert "Something went wrong" in response.content.decode()


def test_pages_carry_no_inline_script_style_or_foreign_address(browser, tenant):
    call = make_call(client=tenant)
    for path in ("/sales-recording-audit", f"/sales-recording-audit/{call.pk}", "/sales-recording-audit/upload"):
        content = browser.get(path).content.decode()
        assert re.findall(r"\son\w+=", content) == []
        assert re.findall(r"\sstyle=", content) == []
        assert re.findall(r"<script(?![^>]*(?:src=|application/json))", content) == []
        assert re.findall(r"(?:src|href|action)=\"(?:https?:)?//", content) == []


def test_a_form_without_its_token_is_refused_in_the_design(admin):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(admin)
    response = strict.post("/sales-recording-audit/upload", {})
    assert response.status_code == 403
    assert "The form has expired" in response.content.decode()


def test_a_session_that_ended_sends_the_whole_page_to_the_sign_in(client, db):
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/sales-recording-audit?outcome=converted"}
    response = client.get("/sales-recording-audit", headers=headers)
    assert response["HX-Redirect"] == "/login?next=/sales-recording-audit%3Foutcome%3Dconverted"
