"""Tokens of before are keys with all the scopes that their user's role could use, so that programs go on working."""

from django.db import migrations

CALLS = ["calls:read", "sound:read"]
SCOPES = {
    "admin": ["calls:read", "calls:write", "sound:read", "originals:read", "jobs:read", "audit:read", "privacy:read",
              "privacy:write", "keys:read", "keys:write"],
    "manager": ["calls:read", "calls:write", "sound:read", "jobs:read"],
    "reviewer": CALLS,
    "agent": CALLS,
    "integrator": ["calls:read", "calls:write", "sound:read", "jobs:read"],
    "privacy": ["audit:read", "privacy:read", "privacy:write"],
}  # fmt: skip


def tokens_to_keys(apps, schema_editor):
    tokens, keys = apps.get_model("knox", "AuthToken"), apps.get_model("people", "ApiKey")
    for token in tokens.objects.select_related("user").iterator():
        keys.objects.create(
            digest=token.digest,
            token_key=token.token_key,
            user=token.user,
            client_id=token.user.client_id,
            name=f"Token of {token.created:%Y-%m-%d}",
            scopes=SCOPES["admin"] if token.user.is_superuser else SCOPES[token.user.role],
            created=token.created,
            expiry=token.expiry,
        )
    tokens.objects.all().delete()


def keys_to_tokens(apps, schema_editor):
    tokens, keys = apps.get_model("knox", "AuthToken"), apps.get_model("people", "ApiKey")
    for key in keys.objects.filter(revoked_at__isnull=True).iterator():
        token = tokens.objects.create(digest=key.digest, token_key=key.token_key, user_id=key.user_id, expiry=key.expiry)
        tokens.objects.filter(pk=token.pk).update(created=key.created)


class Migration(migrations.Migration):
    dependencies = [("people", "0005_api_keys"), ("knox", "0009_extend_authtoken_field")]
    operations = [migrations.RunPython(tokens_to_keys, keys_to_tokens)]
