"""A signed-in administrator of a client, and its audience."""

import pytest

from salesiq.people.roles import Role
from tests.decisions.factories import make_audience
from tests.factories import make_client, make_user


@pytest.fixture
def client_row():
    return make_client()


@pytest.fixture
def tenant(db):
    return make_client(currency="EUR")


@pytest.fixture
def audience(tenant):
    return make_audience(client=tenant)


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant)


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    return client
