"""An agent and a reviewer of one team, each with a signed-in client."""

import pytest
from django.test import Client as Browser

from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def team(tenant):
    return make_team(client=tenant)


@pytest.fixture
def agent(tenant, team):
    return make_agent(client=tenant, team=team, user=make_user(client=tenant, role=Role.AGENT), name="Dana Reed")


@pytest.fixture
def reviewer(tenant, team):
    user = make_user(client=tenant, role=Role.REVIEWER, first_name="Rosa", last_name="Keller")
    team.reviewers.add(user)
    return user


def signed_in(user) -> Browser:
    browser = Browser()
    browser.force_login(user)
    return browser


@pytest.fixture
def browser(agent):
    """Signed in as the agent."""
    return signed_in(agent.user)


@pytest.fixture
def desk(reviewer):
    """Signed in as the reviewer."""
    return signed_in(reviewer)
