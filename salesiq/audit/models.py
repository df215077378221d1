"""The audit trail: who saw or changed what. Append-only, one chain of hashes per tenant.

The database itself keeps the trail: triggers (salesiq/audit/guards) link each event to the one before it, and refuse
to change or delete it afterwards.
"""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.audit.chain import GENESIS, INSTALLATION
from salesiq.common.models import new_id
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet

READERS = frozenset({Role.ADMIN, Role.PRIVACY})


class AuditChain(models.Model):
    """The last link of a tenant's chain; its id is the tenant's, or `INSTALLATION` for what belongs to no tenant."""

    id = models.UUIDField(primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    head = models.CharField(max_length=64, default=GENESIS)

    def __str__(self) -> str:
        return f"{self.length} events, head {self.head[:12]}"

    @property
    def client_id(self) -> UUID | None:
        return None if self.id == INSTALLATION else self.id


class AuditEventQuerySet(ScopedQuerySet["AuditEvent"]):
    scope = Scope(roles=READERS)

    def update(self, **kwargs: object) -> int:
        raise TypeError("The audit trail is append-only: events cannot be changed.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit trail is append-only: events cannot be deleted.")


class AuditEvent(models.Model):
    """One look or change. Ids are kept as text beside their relations, so that the row outlives what it tells of.

    `actor_name` is the user name of a member of staff, kept on purpose: a trail that cannot say who looked holds
    nobody to account (legitimate interest, GDPR article 6(1)(f), and article 5(2)). It is part of what is hashed, so a
    departed employee's events keep it; who must not appear by name gets a user name that is a pseudonym, such as a
    personnel number, from the start. Customers never appear: see salesiq/audit/details.py.

    `payload_hash` is over the event's own fields (salesiq/audit/chain.py). `sequence`, `previous_hash` and `hash` are
    set by the database when the transaction commits (on SQLite at once), which is why they are empty on a new object.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    client = models.ForeignKey(
        "people.Client",
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        null=True,
        verbose_name=_("client"),
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        db_index=False,
        related_name="+",
        null=True,
    )
    actor_name = models.CharField(_("who"), max_length=200)
    action = models.CharField(_("action"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=60, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    details = models.JSONField(_("details"), default=dict)
    payload_hash = models.CharField(_("hash of its own fields"), max_length=64)
    chain = models.ForeignKey(
        AuditChain, on_delete=models.DO_NOTHING, db_constraint=False, db_index=False, related_name="events"
    )
    sequence = models.PositiveBigIntegerField(_("number"), null=True)
    previous_hash = models.CharField(_("hash of the event before"), max_length=64, blank=True)
    hash = models.CharField(_("hash"), max_length=64, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("audit event")
        verbose_name_plural = _("audit events")
        constraints = [models.UniqueConstraint(fields=["chain", "sequence"], name="audit_one_event_per_place")]
        indexes = [
            models.Index(fields=["client", "-at"], name="audit_by_client"),
            models.Index(fields=["object_id", "-at"], name="audit_by_object"),
            models.Index(fields=["actor", "-at"], name="audit_by_actor"),
            # Holds only what is being committed at this moment.
            models.Index(fields=["chain", "at"], condition=models.Q(sequence__isnull=True), name="audit_unlinked"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.object_type} {self.object_id}".strip()

    def delete(self, *args: object, **kwargs: object) -> tuple[int, dict[str, int]]:
        raise TypeError("The audit trail is append-only: events cannot be deleted.")


class AnchoringQuerySet(ScopedQuerySet["Anchoring"]):
    """Of the installation: it names every tenant's chain."""

    scope = Scope(client="pk", roles=frozenset())


class Anchoring(models.Model):
    """The signed ends of all chains at one moment, and where they were written down; see salesiq/audit/anchors.py."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(_("when"), default=timezone.now)
    documents = models.JSONField(_("signed ends"), default=list)
    filed_at = models.DateTimeField(_("written to the file"), null=True)
    sent_at = models.DateTimeField(_("sent to the webhook"), null=True)
    error = models.TextField(_("error"), blank=True)

    objects = AnchoringQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-id"]
        verbose_name = _("anchor")
        verbose_name_plural = _("anchors")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {len(self.documents)}"


class VerificationQuerySet(ScopedQuerySet["Verification"]):
    scope = Scope(roles=READERS)


class Verification(models.Model):
    """What somebody who pressed “Verify” was told. `client` is empty where all chains were walked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+", null=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    ended_at = models.DateTimeField(_("ended"), null=True)
    events = models.PositiveBigIntegerField(_("events"), default=0)
    since = models.DateTimeField(_("since"), null=True)
    anchors = models.PositiveIntegerField(_("anchors compared"), default=0)
    last_anchor = models.DateTimeField(_("last anchor"), null=True)
    breaks = models.JSONField(_("breaks"), default=list, help_text="[{tenant, event, what}], the first hundred")
    break_count = models.PositiveIntegerField(_("number of breaks"), default=0)

    objects = VerificationQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-id"]
        verbose_name = _("verification")
        verbose_name_plural = _("verifications")

    def __str__(self) -> str:
        return f"{self.asked_at:%Y-%m-%d %H:%M} {self.break_count}"

    @property
    def is_whole(self) -> bool:
        return self.ended_at is not None and not self.break_count
