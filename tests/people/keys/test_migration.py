"""Tokens of an installation of before go on working as keys."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from knox.crypto import hash_token

from salesiq.people.models import ApiKey
from salesiq.people.roles import Role
from tests.factories import make_user
from tests.people.keys.conftest import CALLS, with_secret

BEFORE, AFTER = ("people", "0005_api_keys"), ("people", "0006_tokens_become_keys")


def migrate(*targets):
    """As the command does it: triggers stand aside meanwhile."""
    for app, name in targets:
        call_command("migrate", app, name, verbosity=0)
    return MigrationExecutor(connection).loader.project_state(list(targets)).apps


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_tokens_become_keys_with_what_their_role_could_do(django_db_serialized_rollback):
    user, secret = make_user(role=Role.INTEGRATOR), "0123456789abcdef" * 4
    try:
        old = migrate(BEFORE, ("knox", "0009_extend_authtoken_field"))
        old.get_model("knox", "AuthToken").objects.create(
            digest=hash_token(secret), token_key=secret[:15], user_id=user.pk
        )
        migrate(AFTER)
        assert not old.get_model("knox", "AuthToken").objects.exists()
    finally:
        call_command("migrate", verbosity=0)
    key = ApiKey.objects.get()
    assert (key.user, key.client, key.expiry) == (user, user.client, None)
    assert key.scopes == ["calls:read", "calls:write", "sound:read", "originals:read", "jobs:read"]
    assert with_secret(secret).get(CALLS).status_code == 200
