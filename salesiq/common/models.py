"""Shared model ground: time-ordered keys, timestamps, remembered answers of repeated requests."""

import uuid
from datetime import timedelta

import uuid_utils.compat
from django.conf import settings
from django.db import models
from django.utils import timezone

IDEMPOTENCY_KEY_LIFETIME = timedelta(hours=24)


def new_id() -> uuid.UUID:
    """A version 7 UUID (RFC 9562): sorts by time of making, so that keyset pages and indexes stay compact."""
    return uuid_utils.compat.uuid7()


class TimestampedModel(models.Model):
    """Base of rows that are shown to people and integrators: UUID key, made and changed times."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True


class IdempotentRequest(models.Model):
    """The answer first given to a POST that carried an `Idempotency-Key`, so that a repeat changes nothing."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, path and body")
    status_code = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="idempotency_key_once_per_user")]

    def __str__(self) -> str:
        return f"{self.key} → {self.status_code or 'in progress'}"
