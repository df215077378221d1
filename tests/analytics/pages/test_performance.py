"""Overview, leaderboard, volume, quality, trends, dashboard: what they show, to whom, and at what cost."""

import re
from html import unescape

import pytest

from analytics.models import Annotation
from analytics.rollups.refreshing import refresh_rollups
from recordings.models import SalesCall
from recordings.pages.paging import PAGE_SIZE
from salesiq.people.roles import Role
from tests.analytics.pages.rows import make_calls, make_deals
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user

PAGES = {
    "overview": "/analytics",
    "overview's courses": "/analytics?part=courses",
    "leaderboard": "/analytics/leaderboard",
    "volume": "/analytics/volume",
    "volume's hours": "/analytics/volume?part=hours",
    "quality": "/analytics/quality",
    "quality's course": "/analytics/quality?part=course",
    "quality's people": "/analytics/quality?part=people",
    "quality's spread": "/analytics/quality?part=spread",
    "trends": "/analytics/trends",
    "dashboard": "/sales-recording-audit/dashboard",
    "dashboard's funnel": "/sales-recording-audit/dashboard?part=funnel",
    "dashboard's map": "/sales-recording-audit/dashboard?part=geography",
    "dashboard's head": "/sales-recording-audit/dashboard?part=ahead",
}


@pytest.fixture
def agents(tenant):
    north, south = make_team(client=tenant, name="North"), make_team(client=tenant, name="South")
    found = [make_agent(team=north, name="Nora Best"), make_agent(team=north, name="Nils Good"),
             make_agent(team=south, name="Sam Last"), make_agent(team=south, name="Sue Few")]  # fmt: skip
    make_calls(found[0], converted=60, lost=20)
    make_calls(found[1], converted=55, lost=25)
    make_calls(found[2], converted=2, lost=78)
    make_calls(found[3], converted=3, lost=0)
    make_deals(found[0], won=3, lost=1)
    return found


@pytest.fixture
def manager(tenant, agents):
    user = make_user(role=Role.MANAGER, client=tenant)
    agents[0].team.managers.add(user)
    return user


@pytest.mark.parametrize("page", PAGES)
def test_a_page_costs_twelve_queries_at_most(browser, agents, page, django_assert_max_num_queries):
    refresh_rollups()  # as the worker does within two seconds
    with django_assert_max_num_queries(12):
        answer = browser.get(PAGES[page])
    assert answer.status_code == 200
    assert ("part=" in PAGES[page]) == (b"data-filters" not in answer.content)


def test_a_part_that_is_not_there_is_never_the_whole_page(browser):
    """Which would ask for its own parts again, for ever."""
    assert browser.get("/analytics?part=nonsense").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_page_stands_without_a_single_row(browser, page):
    answer = browser.get(PAGES[page])
    assert answer.status_code == 200
    if "part=" not in PAGES[page]:
        assert "No figures in this period" in answer.content.decode()


@pytest.mark.parametrize("page", PAGES)
def test_a_manager_of_one_team_never_reads_of_another(client, manager, page):
    client.force_login(manager)
    text = client.get(PAGES[page]).content.decode()
    assert "Sam Last" not in text and "South" not in text


def test_an_agent_sees_their_own_figures_alone(client, tenant, agents):
    agents[2].user = make_user(role=Role.AGENT, client=tenant)
    agents[2].save()
    client.force_login(agents[2].user)
    cards = client.get(PAGES["overview"]).context["call_cards"]
    assert cards[0].value == "80"
    text = client.get(PAGES["leaderboard"]).content.decode()
    assert "Sam Last" in text and "Nora Best" not in text


def test_a_card_has_value_interval_n_and_the_way_to_exactly_its_rows(browser, agents):
    card = next(card for card in browser.get(PAGES["overview"]).context["call_cards"] if card.key == "calls")
    assert (card.value, card.rests_on) == ("243", "n\N{NARROW NO-BREAK SPACE}=\N{NARROW NO-BREAK SPACE}243")
    assert "status=counted" in card.url and "since=" in card.url
    listed = browser.get(card.url).context["filters"]
    assert listed.narrow(SalesCall.objects.all()).count() == 243


def test_a_deals_card_leads_to_the_deals_behind_it(browser, agents):
    cards = browser.get(PAGES["overview"]).context["deal_cards"]
    won = next(card for card in cards if card.key == "deals_won")
    assert won.value == "3" and "/analytics/rows/deals?" in won.url and "which=won" in won.url
    assert "Deal 0" in browser.get(won.url).content.decode()


def test_a_leaderboard_ties_what_cannot_be_told_apart_and_ranks_nobody_by_few_rows(browser, agents):
    context = browser.get(PAGES["leaderboard"]).context
    assert [(place.name, place.rank) for place in context["places"]] == [
        ("Nora Best", "1–2"), ("Nils Good", "1–2"), ("Sam Last", "3"),
    ]  # fmt: skip
    assert [place.name for place in context["unranked"]] == ["Sue Few"]


def test_a_leaderboard_of_totals_ranks_them_as_they_are(browser, agents):
    context = browser.get(PAGES["leaderboard"], {"metric": "calls", "of": "team"}).context
    assert [(place.name, place.value, place.rank) for place in context["places"]] == [
        ("North", "160", "1"), ("South", "83", "2"),
    ]  # fmt: skip
    assert not context["is_estimate"]


def test_a_filter_that_a_figure_does_not_have_is_told_and_not_ignored(browser, agents):
    answer = browser.get(PAGES["trends"], {"metric": "revenue", "outcome": "converted"})
    assert answer.context["problems"] and answer.context["is_empty"]


def test_trends_are_split_smoothed_and_marked(browser, tenant, agents, admin):
    data = {"day": "2026-01-05", "text": "New <script>", "query": "period=all"}
    told = browser.post("/analytics/annotations", data)
    assert told.headers["Location"] == "/analytics/trends?period=all"
    answer = browser.get(PAGES["trends"], {"by": "team", "smooth": "average", "grain": "day"})
    (chart,) = answer.context["charts"]
    assert [line.name for line in chart.legend] == ["North", "South"]
    page = answer.content.decode()
    assert "New &lt;script&gt;" in page and "New <script>" not in page
    browser.post(f"/analytics/annotations/{Annotation.objects.get().pk}/delete")
    assert not Annotation.objects.exists()


def test_only_who_leads_marks_days_and_takes_marks_away(client, tenant, agents, manager, admin):
    mark = Annotation.objects.create(client=tenant, created_by=admin, day="2026-01-05", text="Fair")
    client.force_login(manager)
    assert client.post(f"/analytics/annotations/{mark.pk}/delete").status_code == 403
    assert client.post("/analytics/annotations", {"day": "2026-02-30", "text": "x"}).status_code == 302
    client.force_login(make_user(role=Role.AGENT, client=tenant))
    assert client.post("/analytics/annotations", {"day": "2026-01-05", "text": "x"}).status_code == 403
    assert Annotation.objects.count() == 1


def test_quality_shows_how_scores_are_spread(browser, agents):
    histogram, *_ = browser.get(PAGES["quality's spread"]).context["charts"]
    counts = {row[0].text: row[1].text for row in histogram.table.rows}
    assert counts["60–70"] != "0" and counts["0–10"] == "0"
    assert sum(int(count) for count in counts.values()) == 243


def test_figures_say_which_period_they_are_of_and_what_they_are_compared_with(browser, agents):
    page = browser.get(PAGES["overview"], {"period": "custom", "since": "2026-01-01", "until": "2026-01-31"})
    text = unescape(re.sub(r"<[^>]+>", "", page.content.decode()))
    assert "Jan 1, 2026 – Jan 31, 2026" in text and "against Dec 1, 2025 – Dec 31, 2025" in text


def test_a_superuser_reads_one_client_at_a_time(client, agents, tenant):
    other = make_client(name="Other")
    make_calls(make_agent(client=other), lost=5)
    client.force_login(make_superuser())
    cards = client.get(PAGES["overview"], {"client": str(other.pk)}).context["call_cards"]
    assert cards[0].value == "5"
    assert f"client={other.pk}" in cards[0].url


def test_numbers_follow_the_readers_language(client, tenant, agents):
    make_calls(agents[2], lost=1000, days_ago=1)
    client.force_login(make_user(role=Role.ADMIN, client=tenant))
    client.cookies["django_language"] = "es"
    assert client.get(PAGES["overview"]).context["call_cards"][0].value == "1.243"


def test_the_list_of_calls_takes_several_values_of_a_filter_and_what_figures_lead_with(browser, tenant, agents):
    make_calls(agents[0], lost=1, region="North", source="web", call_type="inbound")
    make_calls(agents[1], lost=1, region="East", source="fair", call_type="outbound")
    url = "/sales-recording-audit"
    both = browser.get(url, {"region": ["North", "East"], "type": ["inbound", "outbound"]}).context
    assert len(both["rows"]) == 2
    one = browser.get(url, {"region": "North", "source": "web", "agent": str(agents[0].pk)}).context
    assert len(one["rows"]) == 1
    assert browser.get(url, {"region": "Nowhere"}).context["rows"] == []


def test_an_hour_of_the_week_leads_to_as_many_calls_as_it_shows(browser, agents):
    make_calls(agents[0], converted=3, days_ago=2)
    refresh_rollups()
    week = browser.get("/analytics/volume?part=hours").context["charts"][1]
    cells = [cell for row in week.table.rows for cell in row if cell.url]
    assert len(cells) > 1
    for cell in cells:
        listed = browser.get(cell.url).context["rows"]
        assert len(listed) == min(int(cell.text), PAGE_SIZE), cell
