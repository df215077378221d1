"""The API as an administrator calls it."""

import pytest
from rest_framework.test import APIClient


@pytest.fixture
def api(admin):
    found = APIClient()
    found.force_authenticate(admin)
    return found
