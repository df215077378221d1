"""Tokens of an installation of before go on working as keys."""

import pytest
from knox.crypto import hash_token

from salesiq.people.roles import Role

BEFORE, AFTER = ("people", "0005_api_keys"), ("people", "0008_former_tokens_download")


@pytest.mark.one_database
def test_tokens_become_keys_with_what_their_role_could_do(migrate):
    secret = "0123456789abcdef" * 4
    old = migrate(BEFORE, ("knox", "0009_extend_authtoken_field"))
    client = old.get_model("people", "Client").objects.create(name="Luna", slug="luna")
    user = old.get_model("people", "User").objects.create(username="ines", role=Role.INTEGRATOR, client=client)
    old.get_model("knox", "AuthToken").objects.create(digest=hash_token(secret), token_key=secret[:15], user_id=user.pk)
    apps = migrate(AFTER)
    assert not old.get_model("knox", "AuthToken").objects.exists()
    key = apps.get_model("people", "ApiKey").objects.get()
    assert (key.user_id, key.client_id, key.expiry) == (user.pk, client.pk, None)
    assert (key.digest, key.token_key) == (hash_token(secret), secret[:15])  # what a request is recognised by
    assert key.scopes == ["calls:read", "calls:write", "sound:read", "originals:read", "jobs:read"]
