"""An API client per user, and what most tests of the API start from."""

import pytest
from rest_framework.test import APIClient

from salesiq.people.models import User
from salesiq.people.roles import Role
from tests.factories import make_client, make_superuser, make_user

RECORDINGS = "/api/v1/sales/recordings"
ANALYZE = f"{RECORDINGS}/analyze"


def api_of(user: User | None = None) -> APIClient:
    """A client signed in as `user`; a stranger's without one."""
    client = APIClient()
    if user is not None:
        client.force_authenticate(user)
    return client


@pytest.fixture
def tenant(db):
    return make_client(name="Brightline")


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant)


@pytest.fixture
def api(admin):
    return api_of(admin)


@pytest.fixture
def superuser(db):
    return make_superuser()
