import pytest

from tests.factories import make_client


@pytest.fixture
def client_row():
    return make_client()
