"""Deals as columns say what the rows say, and an audience holds the rows of its teams alone."""

import numpy as np
import pytest

from decisions.models import Audience
from decisions.runs import audience_of, due_audiences
from decisions.tables import load_deals
from salesiq.people.roles import Role
from tests.analytics.crm_rows import make_deal
from tests.decisions.factories import make_audience
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db


def test_a_table_holds_what_the_deals_say(client_row):
    agent = make_agent(client=client_row)
    make_deal(client=client_row, owner=agent, status="won", region="North", created_on="2026-01-01",
              closed_on="2026-01-31", value=100)  # fmt: skip
    make_deal(client=client_row, status="open")
    table = load_deals(make_audience(client=client_row))
    assert len(table) == 2
    won = table.decided()
    assert (won.won.tolist(), won.cycle_days.tolist(), won.value.tolist()) == ([1.0], [30.0], [100.0])
    region = won.groups["region"]
    assert [region.levels[code] for code in region.codes] == ["North"]
    assert np.isnan(table.open().value).all()
    assert table.open().groups["agent"].n_missing == 1


def test_managers_of_the_same_teams_share_an_audience_and_see_no_other(client_row):
    north, south = make_team(client=client_row, name="North"), make_team(client=client_row, name="South")
    managers = [make_user(client=client_row, role=Role.MANAGER) for _ in range(3)]
    north.managers.add(managers[0], managers[1])
    south.managers.add(managers[2])
    audiences = list(due_audiences(client_row))
    assert len(audiences) == 3
    assert audience_of(managers[0]) == audience_of(managers[1]) != audience_of(managers[2])
    assert [row.pk for row in Audience.objects.visible_to(managers[0])] == [audience_of(managers[0]).pk]
    make_deal(client=client_row, owner=make_agent(team=south), status="won")
    assert [len(load_deals(audience_of(user))) for user in managers] == [0, 0, 1]


def test_agents_and_reviewers_have_no_audience(client_row):
    for role in (Role.AGENT, Role.REVIEWER, Role.PRIVACY):
        user = make_user(client=client_row, role=role)
        assert audience_of(user) is None
        assert not Audience.objects.visible_to(user).exists()
