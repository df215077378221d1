"""The audit trail: who saw or changed what. Append-only; each row carries the hash of the one before it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet


class AuditEventQuerySet(ScopedQuerySet["AuditEvent"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.PRIVACY}))

    def update(self, **kwargs: object) -> int:
        raise TypeError("The audit trail is append-only: events cannot be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit trail is append-only: events cannot be deleted.")


class AuditChain(models.Model):
    """The last link, one row for the installation. Locked while an event is appended, so that links never fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default="0" * 64)

    def __str__(self) -> str:
        return f"{self.length} events, head {self.head[:12]}"


class AuditEvent(models.Model):
    """One look or change. People and objects are kept as text too, so that the row outlives them."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    at = models.DateTimeField(default=timezone.now)
    client = models.ForeignKey(
        "people.Client", on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.DO_NOTHING, db_constraint=False, related_name="+", null=True
    )
    actor_name = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60)
    object_id = models.CharField(_("object"), max_length=64)
    address = models.GenericIPAddressField(_("address"), null=True)
    details = models.JSONField(_("details"), default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-sequence"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit trail")
        indexes = [
            models.Index(fields=["client", "-sequence"]),
            models.Index(fields=["object_type", "object_id", "-sequence"]),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.action} {self.object_type} {self.object_id}"

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit trail is append-only: events cannot be deleted.")
