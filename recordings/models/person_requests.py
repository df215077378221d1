"""Persons who ask for what is kept about them, or to be forgotten, and what became of it."""

from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet


class RequestStatus(models.TextChoices):
    OPEN = "open", _("Waiting")
    RUNNING = "running", _("Being worked on")
    DONE = "done", _("Done")
    PARTLY = "partly", _("Done except for held calls")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Expired")


class PersonRequestQuerySet(ScopedQuerySet[ModelT]):
    """For those who answer persons; roles that may not are turned away by the doors."""

    scope = Scope(roles=frozenset({Role.ADMIN, Role.PRIVACY}))


class PersonRequest(TimestampedModel):
    """Base of both kinds. `person` names the person while the work needs it, and is emptied with the work."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="%(class)ss")
    requested_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    status = models.CharField(
        _("status"), max_length=10, choices=RequestStatus.choices, default=RequestStatus.OPEN, db_index=True
    )
    person = models.JSONField(default=dict, blank=True, editable=False, help_text="What the person is found by")
    subject_hash = models.CharField(
        max_length=64, editable=False, db_index=True, help_text="Keyed hash of what was asked for"
    )
    error = models.TextField(_("error"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = PersonRequestQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-received_at"]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.code}"

    @property
    def code(self) -> str:
        """What people call the request by: it says nothing about whom."""
        return self.pk.hex[-6:].upper()


def export_path(export: "PersonExport", filename: str) -> str:
    return f"exports/{export.client_id}/{export.pk}/{filename}"


class PersonExport(PersonRequest):
    """Everything about one person as a ZIP, kept for some days."""

    file = models.FileField(upload_to=export_path, max_length=255, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    contents = models.JSONField(default=dict, help_text="{kind: how many}")
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)

    class Meta(PersonRequest.Meta):
        verbose_name = _("export of a person's data")
        verbose_name_plural = _("exports of persons' data")


class ErasureRequest(PersonRequest):
    """One person to be forgotten. `progress` says which steps are done, so that a killed run goes on."""

    except_held = models.BooleanField(default=False)
    progress = models.JSONField(default=dict, editable=False, help_text="{step: true}")
    removed = models.JSONField(default=dict, help_text="What went: {rows: {table: n}, files: [{sha256, …}], …}")
    kept = models.JSONField(default=list, help_text="What stayed and why: [{what, why, count}]")
    identifiers = models.JSONField(default=list, editable=False, help_text="[{kind, salt, hash}]: see receipts.py")
    scrubbed_at = models.DateTimeField(
        _("database files rewritten"), null=True, blank=True, help_text="See salesiq/common/scrubbing.py"
    )
    receipt = models.JSONField(default=dict, blank=True, help_text="The signed receipt")

    class Meta(PersonRequest.Meta):
        verbose_name = _("erasure")
        verbose_name_plural = _("erasures")

    def note_removed(self, table: str, count: int) -> None:
        """Count `count` more rows of `table` as removed or changed; the caller saves."""
        rows: dict[str, Any] = self.removed.setdefault("rows", {})
        if count:
            rows[table] = rows.get(table, 0) + count
