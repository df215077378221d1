"""The scorecard of an agent: who may see it, what it says, and how many queries it takes."""

from datetime import date

import pytest
from django.urls import reverse

from analytics.pages.agent import PARTS
from analytics.rollups.refreshing import refresh_rollups
from integrations.crm.models import IndustryStandard, Target
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal
from tests.analytics.pages.test_rows import everything
from tests.factories import make_agent, make_client, make_team, make_user

__all__ = ["everything"]
pytestmark = pytest.mark.django_db
ALL = ["", *(f"part={part}" for part in PARTS)]


def url(agent, query=""):
    return f"{reverse('analytics-agent', args=[agent.pk])}?period=all&{query}"


@pytest.mark.parametrize("query", ALL)
def test_each_part_takes_few_queries(query, everything, browser, django_assert_max_num_queries):
    agent = everything.agents.first()
    refresh_rollups()
    browser.get(url(agent, query))
    with django_assert_max_num_queries(12):
        answer = browser.get(url(agent, query))
    assert answer.status_code == 200 and "said-problem" not in answer.content.decode()


@pytest.mark.parametrize("query", ALL)
def test_an_agent_sees_their_own_scorecard_alone(query, tenant, client):
    team = make_team(client=tenant)
    mine = make_agent(client=tenant, team=team, user=make_user(role=Role.AGENT, client=tenant))
    other = make_agent(client=tenant, team=team, name="Othermark")
    make_deal(tenant, owner=other, status="won", value=777, closed_on=date(2026, 3, 3))
    client.force_login(mine.user)
    answer = client.get(url(mine, query))
    assert answer.status_code == 200 and "Othermark" not in answer.content.decode()
    assert "777" not in answer.content.decode()
    assert client.get(url(other, query)).status_code == 404


def test_a_manager_sees_the_agents_of_their_team_alone(tenant, client):
    ours, theirs = make_team(client=tenant), make_team(client=tenant)
    manager = make_user(role=Role.MANAGER, client=tenant)
    ours.managers.add(manager)
    client.force_login(manager)
    assert client.get(url(make_agent(client=tenant, team=ours))).status_code == 200
    assert client.get(url(make_agent(client=tenant, team=theirs))).status_code == 404
    assert client.get(url(make_agent(client=make_client()))).status_code == 404


def test_strengths_stand_against_the_team_and_the_industry(tenant, browser):
    team = make_team(client=tenant)
    good, plain = make_agent(client=tenant, team=team), make_agent(client=tenant, team=team)
    for agent, won in ((good, 36), (plain, 12)):
        for n in range(40):
            status = "won" if n < won else "lost"
            make_deal(tenant, owner=agent, status=status, value=10, closed_on=date(2026, 3, 9))
    IndustryStandard.objects.create(client=tenant, metric="win_rate", value=0.47, published_by="Someone", year=2024)
    words = browser.get(url(good, "part=standing")).content.decode()
    assert "Win rate: 90" in words and "Someone, 2024" in words
    assert browser.get(url(plain, "part=standing")).context["focus"]


def test_activities_stand_against_their_targets(everything, browser, tenant):
    agent = everything.agents.first()
    Target.objects.create(client=tenant, metric="emails", agent=agent, since="2026-01-01", until="2026-12-31", value=4)
    rows = browser.get(url(agent, "part=activities")).context["table"].rows
    (emails,) = [row for row in rows if row[0].text == "E-mails"]
    assert [entry.text.replace("\u202f", "") for entry in emails[1:]] == ["1", "4", "25%"]
