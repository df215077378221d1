"""Tokens and sessions at the API's door."""

from io import StringIO

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from tests.recordings.api.conftest import ANALYZE, RECORDINGS


@pytest.fixture
def token(admin) -> str:
    printed = StringIO()
    call_command("issue_token", admin.username, stdout=printed)
    return printed.getvalue().strip()


def with_token(token: str) -> APIClient:
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return client


def test_an_issued_token_opens_the_api(token):
    assert with_token(token).get(RECORDINGS).status_code == 200


@pytest.mark.parametrize("header", ["Bearer", "Bearer wrong", "Basic dXNlcjpzZWNyZXQ="])
def test_anything_else_does_not(header, token):
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=header)
    response = client.get(RECORDINGS)
    assert (response.status_code, response["Content-Type"]) == (401, "application/problem+json")


def test_the_token_of_somebody_who_left_is_worth_nothing(token, admin):
    admin.is_active = False
    admin.save()
    assert with_token(token).get(RECORDINGS).status_code == 401


def test_a_session_needs_the_csrf_token_to_write(admin):
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(admin)
    assert client.get(RECORDINGS).status_code == 200
    assert client.post(ANALYZE, {}).status_code == 403


def test_answers_are_kept_by_nobody_on_the_way(token):
    assert with_token(token).get(RECORDINGS)["Cache-Control"] == "private, no-store"
