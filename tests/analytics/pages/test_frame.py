"""The frame of all analytics pages: filters, tabs, saved views, rights."""

import pytest

from analytics.models import SavedView
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user

PAGE, VIEWS = "/analytics", "/analytics/views?page=analytics-overview"
SWAP = {"HX-Request": "true"}


@pytest.fixture
def teams(tenant):
    ours, theirs = make_team(client=tenant, name="Northern"), make_team(client=tenant, name="Southern")
    make_agent(team=ours, name="Nora North")
    make_agent(team=theirs, name="Sam South")
    return ours, theirs


def test_a_manager_is_offered_the_people_of_their_teams_alone(client, tenant, teams):
    manager = make_user(role=Role.MANAGER, client=tenant)
    teams[0].managers.add(manager)
    client.force_login(manager)
    page = client.get(PAGE).content.decode()
    assert "Nora North" in page and "Northern" in page
    assert "Sam South" not in page and "Southern" not in page


def test_what_was_chosen_is_still_chosen_after_a_reload(browser, teams):
    agent = teams[0].agents.get()
    page = browser.get(PAGE, {"period": "30", "agent": str(agent.pk)}).content.decode()
    assert f'value="{agent.pk}" checked' in page
    assert '<option value="30" selected>' in page


def test_a_value_that_cannot_be_read_is_left_out_and_told_at_its_field(browser, teams):
    query = {"period": "custom", "since": "yesterday", "until": "2026-02-30", "agent": "nobody", "type": "inbound"}
    answer = browser.get("/analytics/volume", query)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count("This is not a day") == 2
    assert "“nobody” is not among the choices and was left out." in page
    assert answer.context["look"].filters.call_types == ("inbound",)


def test_a_period_that_ends_before_it_begins_is_open_at_its_end(browser):
    answer = browser.get(PAGE, {"period": "custom", "since": "2026-03-01", "until": "2026-02-01"})
    filters = answer.context["look"].filters
    assert str(filters.since) == "2026-03-01" and filters.until is None
    assert "The period ends before it begins." in answer.content.decode()


def test_htmx_gets_what_filters_change_and_nothing_while_nothing_changed(browser):
    first = browser.get(PAGE, headers=SWAP)
    assert b"<html" not in first.content
    again = browser.get(PAGE, headers={**SWAP, "X-Seen": first.headers["X-Stamp"]})
    assert (again.status_code, again.content) == (204, b"")


def test_the_tabs_take_the_filters_along_and_not_what_is_the_pages_own(browser):
    page = browser.get(PAGE, {"period": "30", "type": "inbound", "metric": "calls"}).content.decode()
    assert 'href="/analytics?period=30&amp;type=inbound"' in page


def test_who_belongs_to_no_client_chooses_one(client, db):
    names = [make_client(name=name).pk for name in ("Alpha", "Beta")]
    client.force_login(make_superuser())
    assert "Whose figures?" in client.get(PAGE).content.decode()
    answer = client.get(PAGE, {"client": str(names[1])})
    assert answer.context["look"].filters.client == names[1]
    assert "Whose figures?" in client.get(PAGE, {"client": "nonsense"}).content.decode()


def test_a_view_is_kept_shared_opened_and_let_go(browser, tenant, client, admin):
    told = browser.post(
        "/analytics/views", {"name": "Month", "page": "analytics-overview", "query": "period=month", "is_shared": "on"}
    )
    assert told.headers["Location"] == "/analytics?period=month"
    view = SavedView.objects.get()
    colleague = make_user(role=Role.MANAGER, client=tenant)
    client.force_login(colleague)
    assert 'href="/analytics?period=month"' in client.get(VIEWS).content.decode()
    assert client.post(f"/analytics/views/{view.pk}/delete").status_code == 404
    client.force_login(make_user(role=Role.ADMIN))
    assert "Month" not in client.get(VIEWS).content.decode()
    client.force_login(admin)
    client.post(f"/analytics/views/{view.pk}/delete")
    assert not SavedView.objects.exists()


def test_a_view_kept_under_the_same_name_replaces_the_former(browser):
    for query in ("period=month", "period=year"):
        browser.post("/analytics/views", {"name": "Mine", "page": "analytics-overview", "query": query})
    assert SavedView.objects.get().query == "period=year"


@pytest.mark.parametrize("wrong", [{"name": ""}, {"page": "//evil.example"}, {"query": "x" * 5000}])
def test_a_view_that_cannot_be_kept_is_told(browser, wrong):
    data = {"name": "Mine", "page": "analytics-overview", "query": "", **wrong}
    answer = browser.post("/analytics/views", data)
    assert answer.headers["Location"].startswith("/analytics")
    assert not SavedView.objects.exists()
