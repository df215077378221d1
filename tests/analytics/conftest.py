"""An API client per user, and what most tests of figures start from."""

import pytest
from django.db import transaction

from salesiq.people.roles import Role
from tests.analytics.maven import import_maven
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


@pytest.fixture(scope="module")
def maven(django_db_setup, django_db_blocker):
    """The client that has the maven set of sales, brought in once for all tests of a module and rolled back after."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield import_maven()
        transaction.set_rollback(True)
