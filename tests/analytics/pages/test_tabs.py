"""The pages about CRM records: each with nothing, with rows, within its queries, and for a manager of one team."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from analytics.models import DirtyDay
from analytics.pages.team import PARTS as TEAM_PARTS
from analytics.rollups.refreshing import refresh_rollups
from analytics.rows import KINDS
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal, make_stages
from tests.analytics.pages.test_rows import everything
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user
from tests.recordings.factories import make_call

__all__ = ["everything"]
pytestmark = pytest.mark.django_db
PAGES = {
    "funnel": ("", "of=leads", "of=calls", "by=team", "by=agent", "of=calls&by=region", "of=leads&by=source"),
    "deals": ("", "part=groups", "part=groups&by=product", "part=groups&by=quarter", "part=funnel"),
    "geography": ("", "metric=revenue", "metric=conversion_rate"),
    "calls": ("", "part=agents"),
    "sources": ("", "source=Web"),
    "leads": ("", "part=funnel"),
    "customers": ("", "part=groups"),
    "tasks": ("", "part=groups"),
    "teams": ("", "part=agents"),
    "team": ("", *(f"part={part}" for part in TEAM_PARTS)),
    "roi": ("", "part=costs", "part=velocity", "day=2026-03-10"),
}
OF_PERFORMANCE = [("overview", ""), ("overview", "part=courses"), ("leaderboard", ""), ("volume", ""), ("quality", ""),
                  ("quality", "part=course"), ("trends", ""), ("dashboard", ""), ("dashboard", "part=ahead"),
                  ("dashboard", "part=funnel"), ("dashboard", "part=geography")]  # fmt: skip
ALL = [(name, query) for name, queries in PAGES.items() for query in queries]


def url(name: str, query: str = "") -> str:
    return f"{reverse(f'analytics-{name}')}?{query}"


@pytest.mark.parametrize(("name", "query"), ALL)
def test_a_page_without_any_row_says_so_and_breaks_nothing(name, query, browser):
    answer = browser.get(url(name, query))
    assert answer.status_code == 200 and "said-problem" not in answer.content.decode()


@pytest.mark.parametrize("period", ["period=all", "period=custom&since=2026-03-01&until=2026-03-31"])
@pytest.mark.parametrize(("name", "query"), ALL)
def test_a_page_takes_at_most_twelve_queries(name, query, period, everything, browser, django_assert_max_num_queries):
    refresh_rollups()
    browser.get(url(name, f"{period}&{query}"))
    with django_assert_max_num_queries(12):
        answer = browser.get(url(name, f"{period}&{query}"))
    assert answer.status_code == 200 and "said-problem" not in answer.content.decode()


@pytest.mark.parametrize("is_superuser", [False, True])
def test_a_page_takes_at_most_twelve_queries_while_days_wait_to_be_counted(
    everything, tenant, browser, client, is_superuser
):
    """Also for a superuser, who belongs to no client, and for the pages of performance."""
    queries = "period=custom&since=2026-03-01&until=2026-03-31"
    if is_superuser:
        client.force_login(make_superuser())
        queries += f"&client={tenant.pk}"
    DirtyDay.objects.create(client_id=tenant.pk, day="2026-03-10")
    taken = {}
    for name, query in [*ALL, *OF_PERFORMANCE]:
        for _warm in range(2):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(url(name, f"{queries}&{query}")).status_code == 200
        taken[name, query] = len(captured)
    assert {each: n for each, n in taken.items() if n > 12} == {}


@pytest.mark.parametrize(("name", "query"), ALL)
def test_every_figure_leads_to_a_page_that_is_there(name, query, everything, browser):
    words = browser.get(url(name, f"period=all&{query}")).content.decode()
    links = {link.replace("&amp;", "&") for link in re.findall(r'href="(/analytics/rows/[^"]+)"', words)}
    found = {link: browser.get(link) for link in sorted(links)[:20]}
    for link, answer in found.items():
        assert answer.status_code == 200 and not answer.context["problems"], link
    assert not found or any(answer.context["lines"] for answer in found.values())


@pytest.mark.parametrize(("name", "query"), ALL)
def test_a_manager_of_one_team_never_sees_another(name, query, tenant, client):
    make_stages(tenant, "New")
    ours, theirs = make_team(client=tenant, name="Ourteam"), make_team(client=tenant, name="Theirteam")
    manager = make_user(role=Role.MANAGER, client=tenant)
    ours.managers.add(manager)
    for team in (ours, theirs, theirs):
        agent = make_agent(client=tenant, team=team, name=f"Agent of {team.name}")
        make_deal(tenant, owner=agent, stage="New", status="won", value=777, closed_on="2026-03-09")
        make_call(client=tenant, agent=agent, published=False, status="logged", outcome="converted")
    make_deal(make_client(), name="Foreign")
    client.force_login(manager)
    words = client.get(url(name, f"period=all&{query}")).content.decode()
    assert "Theirteam" not in words and "2,331" not in words and "1,554" not in words


def test_filters_chosen_elsewhere_that_do_not_narrow_a_page_are_named(everything, browser):
    words = browser.get(url("deals", "type=demo&agent=-")).content.decode()
    assert "not narrowing this one: Call types." in words
    assert "not narrowing" not in browser.get(url("calls", "type=demo")).content.decode()


def test_deals_that_nobody_touched_lead_to_their_own_rows(tenant, browser):
    make_deal(tenant, name="Silent", status="open", created_on="2025-01-01")
    make_deal(tenant, name="Moved", status="open", created_on="2025-01-01", stage="New").stage_changes.create(
        stage="New", entered_on=timezone.localdate()
    )
    alert = browser.get(url("team", "part=alerts")).context["alerts"][1]
    found = browser.get(alert.url).context
    assert alert.n == found["n"] == 1 and found["lines"][0][0].text == "Silent"


def test_the_kinds_of_rows_are_all_led_to(everything, browser):
    words = "".join(browser.get(url(name, f"period=all&{query}")).content.decode() for name, query in ALL)
    assert {kind for kind in KINDS if f"/analytics/rows/{kind}" in words} >= KINDS.keys() - {"activities"}
