"""An API client per user, and what most tests of figures start from."""

import pytest

from salesiq.people.roles import Role
from tests.factories import make_client, make_user
from tests.recordings.api.conftest import api_of

__all__ = ["api_of"]


@pytest.fixture
def tenant(db):
    return make_client(name="Brightline", currency="USD")


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant)


@pytest.fixture
def api(admin):
    return api_of(admin)
