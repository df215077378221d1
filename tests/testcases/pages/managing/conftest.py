import pytest

from salesiq.people.roles import Role
from tests.factories import make_client, make_user


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def manager(tenant):
    return make_user(role=Role.ADMIN, client=tenant, username="mara", first_name="Mara")


@pytest.fixture
def browser(client, manager):
    client.force_login(manager)
    return client
