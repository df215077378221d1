"""A signed-in client of a tenant."""

import pytest
from django.core.cache import cache

from salesiq.people.roles import Role
from tests.factories import make_client, make_user


@pytest.fixture(autouse=True)
def _nothing_kept():
    cache.clear()


@pytest.fixture
def tenant(db):
    return make_client(currency="EUR")


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant)


@pytest.fixture
def browser(client, admin):
    client.force_login(admin)
    return client
