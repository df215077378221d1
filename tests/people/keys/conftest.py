"""Keys and API clients that use them."""

import pytest
from rest_framework.test import APIClient

from salesiq.people.keys import issue_key
from salesiq.people.roles import Role
from tests.factories import make_client, make_user

KEYS = "/api/v1/sales/keys"
CALLS = "/api/v1/sales/recordings"


def with_secret(secret: str, address: str = "203.0.113.7") -> APIClient:
    client = APIClient(REMOTE_ADDR=address)
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {secret}")
    return client


def signed_in(user) -> APIClient:
    client = APIClient()
    client.force_login(user)
    return client


@pytest.fixture
def tenant(db):
    return make_client()


@pytest.fixture
def admin(tenant):
    return make_user(role=Role.ADMIN, client=tenant)


@pytest.fixture
def integrator(tenant):
    return make_user(role=Role.INTEGRATOR, client=tenant)


@pytest.fixture
def issue(integrator):
    """Issue a key for the integrator, as whoever runs the installation."""

    def issue_with(**terms):
        return issue_key(**{"user": integrator, "name": "CRM sync", "actor": None, **terms})

    return issue_with
