"""Signed-in clients for the pages of prompts."""

import pytest

from salesiq.people.roles import Role
from tests.factories import make_client, make_user


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def manager(tenant):
    return make_user(role=Role.ADMIN, client=tenant, username="maria", first_name="Maria")


@pytest.fixture
def browser(client, manager):
    """Django's test client, signed in as an administrator."""
    client.force_login(manager)
    return client
