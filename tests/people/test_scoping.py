"""Which rows `visible_to` shows, over every role."""

import pytest
from django.contrib.auth.models import AnonymousUser

from salesiq.people.models import Agent, Client, Team, User
from salesiq.people.roles import CAPABILITIES, Capability, Role
from tests.factories import make_agent, make_client, make_superuser, make_team, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    """Two teams of one client with an agent each, and an agent elsewhere."""
    client = make_client()
    east, west = make_team(client=client), make_team(client=client)
    return client, east, west, make_agent(team=east), make_agent(team=west), make_agent()


def test_strangers_inactive_people_and_people_without_a_client_see_nothing(world):
    for user in (AnonymousUser(), make_user(client=world[0], is_active=False)):
        assert not Agent.objects.visible_to(user).exists()
    homeless = make_user()
    User.objects.filter(pk=homeless.pk).update(client=None)
    homeless.refresh_from_db()
    assert not Agent.objects.visible_to(homeless).exists()


def test_a_superuser_sees_all(world):
    assert Agent.objects.visible_to(make_superuser()).count() == 3


@pytest.mark.parametrize("role", [Role.ADMIN, Role.INTEGRATOR])
def test_tenant_wide_roles_see_their_client_and_no_other(world, role):
    user = make_user(role=role, client=world[0])
    assert set(Agent.objects.visible_to(user)) == {world[3], world[4]}
    assert list(Client.objects.visible_to(user)) == [world[0]]


def test_a_manager_and_a_reviewer_see_the_agents_of_their_teams(world):
    client, east, west, eastern, western, _ = world
    manager, reviewer = (make_user(role=role, client=client) for role in (Role.MANAGER, Role.REVIEWER))
    east.managers.add(manager)
    west.reviewers.add(reviewer)
    assert list(Agent.objects.visible_to(manager)) == [eastern]
    assert list(Agent.objects.visible_to(reviewer)) == [western]


def test_an_agent_sees_themselves(world):
    user = make_user(role=Role.AGENT, client=world[0])
    world[3].user = user
    world[3].save()
    assert list(Agent.objects.visible_to(user)) == [world[3]]
    assert not User.objects.visible_to(user).exists()


def test_scoping_composes_with_other_filters(world):
    user = make_user(client=world[0])
    assert Team.objects.filter(pk=world[1].pk).visible_to(user).count() == 1


def test_every_role_has_its_row_of_capabilities():
    assert set(CAPABILITIES) == set(Role.values)
    assert CAPABILITIES[Role.ADMIN] == set(Capability) - {Capability.ANSWER_REVIEWS}


def test_an_inactive_user_can_do_nothing():
    assert not any(make_superuser(is_active=False).can(capability) for capability in Capability)
