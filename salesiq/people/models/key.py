"""Keys by which programs use the API."""

import ipaddress
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from salesiq.common.models import new_id
from salesiq.people.models.user import User
from salesiq.people.roles import Capability
from salesiq.people.scoping import Scope, ScopedQuerySet

EXPIRES_SOON = timedelta(days=30)
SHOWN_CHARACTERS = 10


class KeyState(models.TextChoices):
    ACTIVE = "active", _("Active")
    EXPIRING = "expiring", _("Expires soon")
    EXPIRED = "expired", _("Expired")
    REVOKED = "revoked", _("Revoked")


class ApiKeyQuerySet(ScopedQuerySet["ApiKey"]):
    scope = Scope()

    def visible_to(self, user: User | AnonymousUser) -> "ApiKeyQuerySet":
        """Who manages keys sees those of their client; everybody else their own."""
        rows = super().visible_to(user)
        if isinstance(user, User) and not user.can(Capability.MANAGE_KEYS):
            return rows.filter(user=user)
        return rows

    def in_state(self, state: str) -> "ApiKeyQuerySet":
        """Keys that are in `state` at this moment; ACTIVE includes those that expire soon."""
        now = timezone.now()
        alive = Q(expiry__isnull=True) | Q(expiry__gt=now)
        conditions: dict[str, Q] = {
            KeyState.ACTIVE: Q(revoked_at__isnull=True) & alive,
            KeyState.EXPIRING: Q(revoked_at__isnull=True, expiry__gt=now, expiry__lte=now + EXPIRES_SOON),
            KeyState.EXPIRED: Q(revoked_at__isnull=True, expiry__lte=now),
            KeyState.REVOKED: Q(revoked_at__isnull=False),
        }
        return self.filter(conditions[state])

    def unused_for(self, time: timedelta) -> "ApiKeyQuerySet":
        """Keys that are older than `time` and were not used within it."""
        since = timezone.now() - time
        return self.filter(Q(last_used_at__isnull=True) | Q(last_used_at__lt=since), created__lt=since)


class ApiKey(AbstractAuthToken):
    """A key of one user. Its secret is shown once and kept as a hash; its row stays when it has ended."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    digest = models.CharField(max_length=128, unique=True, editable=False)
    client = models.ForeignKey(
        "people.Client", on_delete=models.CASCADE, related_name="api_keys", null=True, verbose_name=_("client")
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="api_keys", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100, help_text=_("What uses it, e.g. “CRM sync, production”."))
    scopes = models.JSONField(_("scopes"), default=list)
    addresses = models.JSONField(_("addresses"), default=list, blank=True)
    created = models.DateTimeField(_("issued"), default=timezone.now, editable=False)
    expiry = models.DateTimeField(_("expires"), null=True, blank=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("issued by")
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("revoked by")
    )
    replaced_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("replaced by")
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    last_used_address = models.GenericIPAddressField(_("last used from"), null=True, blank=True)

    objects: ClassVar[Any] = ApiKeyQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ["-created"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        indexes = [models.Index(fields=["client", "-created"]), models.Index(fields=["user", "-created"])]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"

    @property
    def visible_part(self) -> str:
        """The beginning of the secret, by which people tell keys apart."""
        return self.token_key[:SHOWN_CHARACTERS]

    @property
    def prefix(self) -> str:
        return f"{self.visible_part}…"

    @property
    def state(self) -> KeyState:
        now = timezone.now()
        if self.revoked_at is not None:
            return KeyState.REVOKED
        if self.expiry is not None and self.expiry <= now:
            return KeyState.EXPIRED
        return KeyState.EXPIRING if self.expiry is not None and self.expiry <= now + EXPIRES_SOON else KeyState.ACTIVE

    @property
    def is_usable(self) -> bool:
        return self.state in (KeyState.ACTIVE, KeyState.EXPIRING)

    def may_come_from(self, address: str | None) -> bool:
        """Whether requests from `address` are let in; with no list of networks, from everywhere."""
        if not self.addresses:
            return True
        if not address:
            return False
        there = ipaddress.ip_address(address)
        return any(there in ipaddress.ip_network(network) for network in self.addresses)


class KeyAddress(models.Model):
    """An address that a key was used from, so that the first use from a new one can be told."""

    key = models.ForeignKey(ApiKey, on_delete=models.CASCADE, related_name="seen_from")
    address = models.GenericIPAddressField()
    first_seen_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "address"], name="key_address_once")]

    def __str__(self) -> str:
        return f"{self.key}: {self.address}"
