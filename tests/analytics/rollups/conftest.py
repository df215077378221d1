import pytest

from analytics.rollups.triggers import set_triggers
from salesiq.people.roles import Role
from tests.factories import make_agent, make_client, make_team, make_user


@pytest.fixture(autouse=True)
def triggers(db):
    """Tests of migrations, which go back and forth by themselves, may have left them lifted."""
    set_triggers(using="default")


@pytest.fixture
def client_of_madrid(db):
    return make_client(time_zone="Europe/Madrid")


@pytest.fixture
def admin(client_of_madrid):
    return make_user(role=Role.ADMIN, client=client_of_madrid)


@pytest.fixture
def people(client_of_madrid):
    """Three agents: two in one team, one in none."""
    team = make_team(client=client_of_madrid)
    return [make_agent(team=team), make_agent(team=team), make_agent(client=client_of_madrid)]
