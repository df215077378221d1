"""A signed-in client for each page test."""

import pytest

from salesiq.people.roles import Role
from tests.factories import make_client, make_user


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant, username="ana", first_name="Ana", last_name="Whitfield")


@pytest.fixture
def browser(client, admin):
    """Django's test client, signed in as the tenant's administrator."""
    client.force_login(admin)
    return client


@pytest.fixture
def reader(client, tenant):
    """The same, signed in as somebody who may see prompts and not write them."""
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    return client
