"""The frame of the pages of decisions: whose results, how old, and who may look."""

import pytest
from django.urls import reverse

from decisions.models import AnalysisRun, RunStatus
from salesiq.people.roles import Role
from tests.access.decisions import PAGES
from tests.decisions.documents_by_hand import win_rate_document
from tests.decisions.factories import make_analysis
from tests.factories import make_client, make_superuser, make_user


def url(name):
    return reverse(f"analytics-{name}")


# What each page says where there is nothing to show yet; most rest on an analysis.
EMPTY = dict.fromkeys(PAGES, "Nothing was worked out yet") | {
    "findings": "Nothing asks for action now",
    "rules": "No alert rules yet",
    "models": "No model was fitted yet",
}


@pytest.mark.parametrize(("name", "says"), EMPTY.items())
def test_a_page_without_any_analysis_says_so(name, says, browser, audience):
    page = browser.get(url(name)).content.decode()
    assert says in page and "said-problem" not in page


def test_a_page_with_an_analysis_does_not_say_that_there_is_none(browser, audience):
    make_analysis(audience=audience, result=win_rate_document(), finished_at=audience.created_at)
    assert EMPTY["win-rate"] not in browser.get(url("win-rate")).content.decode()


def test_who_polls_is_sent_nothing_while_nothing_changed(browser, audience):
    make_analysis(audience=audience)
    first = browser.get(url("win-rate"), headers={"HX-Request": "true"})
    seen = {"HX-Request": "true", "X-Seen": first["X-Stamp"]}
    assert browser.get(url("win-rate"), headers=seen).status_code == 204
    make_analysis(audience=audience, status=RunStatus.FAILED, error="Too few deals.")
    assert browser.get(url("win-rate"), headers=seen).status_code == 200


@pytest.mark.parametrize("role", [Role.AGENT, Role.REVIEWER, Role.PRIVACY])
def test_who_works_with_no_decisions_sees_no_page_and_no_tab(role, client, tenant):
    client.force_login(make_user(role=role, client=tenant))
    assert {client.get(url(name)).status_code for name in PAGES} == {403}
    if role != Role.PRIVACY:
        assert url("decisions") not in client.get("/analytics").content.decode()


def test_decisions_are_one_tab_among_the_figures_and_have_tabs_of_their_own(browser):
    figures, decisions = browser.get("/analytics").content.decode(), browser.get(url("decisions")).content.decode()
    assert url("decisions") in figures and url("patterns") not in figures
    assert url("patterns") in decisions and 'href="/analytics"' in decisions


def test_the_button_begins_the_analyses_of_the_page_and_the_page_says_so(browser, audience):
    browser.post(url("decisions-work"), {"kind": "winrate", "page": "analytics-win-rate"})
    assert AnalysisRun.objects.get().kind == "winrate"
    page = browser.get(url("win-rate")).content.decode()
    assert 'data-state="working"' in page and "Being worked out" in page and 'data-refresh="4"' in page


def test_a_failure_is_told_with_its_reason_and_what_was_before_is_kept(browser, audience):
    make_analysis(audience=audience, status=RunStatus.FAILED, error="There are no closed deals.")
    page = browser.get(url("win-rate")).content.decode()
    assert "The analysis failed." in page and "There are no closed deals." in page and "said-problem" in page
    make_analysis(audience=audience, result=win_rate_document(), finished_at=audience.created_at)
    assert "said-problem" not in browser.get(url("win-rate")).content.decode()
    make_analysis(audience=audience, status=RunStatus.FAILED, error="The disk is full.")
    page = browser.get(url("win-rate")).content.decode()
    assert "What you see is the one before. The disk is full." in page and "said-problem" in page
    assert "The win rate fell to 42" in page


def test_who_belongs_to_no_client_chooses_one(client, db):
    clients = [make_client(name=name) for name in ("Alpha", "Beta")]
    client.force_login(make_superuser())
    assert "Whose decisions?" in client.get(url("decisions")).content.decode()
    page = client.get(url("decisions"), {"client": str(clients[1].pk)})
    assert page.context["reading"].client == clients[1]
    assert f"client={clients[1].pk}" in page.content.decode()
