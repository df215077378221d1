"""A client, its administrator, and a browser that signs in by itself."""

import pytest

from salesiq.people.roles import Role
from tests.factories import make_client, make_user

PASSWORD = "secret"


@pytest.fixture
def tenant(db):
    return make_client(name="Brightline")


@pytest.fixture
def ana(tenant):
    return make_user(role=Role.ADMIN, client=tenant, username="ana", email="ana@brightline.example")


@pytest.fixture
def sign_in(client):
    """Posts the sign-in form as a browser would."""

    def post(username="ana", password=PASSWORD, browser=client, **more):
        return browser.post("/login", {"username": username, "password": password, **more})

    return post
