"""Files of figures and rows that people asked for."""

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import ScopedQuerySet


class ExportStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Being made")
    DONE = "done", _("Ready")
    FAILED = "failed", _("Failed")
    EXPIRED = "expired", _("Removed")


class DataExportQuerySet(ScopedQuerySet["DataExport"]):
    def visible_to(self, user: User | AnonymousUser) -> "DataExportQuerySet":
        """One's own: what is in a file follows the rights of who asked. Administrators see all of the client."""
        rows = super().visible_to(user)
        if isinstance(user, AnonymousUser) or user.is_superuser or user.role == Role.ADMIN:
            return rows
        return rows.filter(user=user)


def export_path(export: "DataExport", filename: str) -> str:
    return f"{export.folder}/{filename}"


class DataExport(TimestampedModel):
    """One file on its way or ready. `query` is that of the address of the page that it was asked on."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="data_exports")
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    kind = models.CharField(_("what"), max_length=20)
    query = models.TextField(_("filters"), blank=True)
    format = models.CharField(_("format"), max_length=8)
    language = models.CharField(max_length=8, blank=True)
    status = models.CharField(_("status"), max_length=8, choices=ExportStatus.choices, default=ExportStatus.WAITING)
    rows = models.PositiveBigIntegerField(_("rows"), null=True, blank=True)
    file = models.FileField(upload_to=export_path, max_length=255, blank=True)
    size = models.PositiveBigIntegerField(_("size"), null=True, blank=True)
    error = models.TextField(_("error"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    expires_at = models.DateTimeField(_("kept until"), null=True, blank=True)
    downloads = models.PositiveIntegerField(_("downloads"), default=0)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["client", "-created_at"]),
            models.Index(fields=["status", "expires_at"]),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.created_at:%Y-%m-%d %H:%M}"

    @property
    def folder(self) -> str:
        return f"data-exports/{self.client_id}/{self.pk}"

    @property
    def filename(self) -> str:
        return f"salesiq-{self.kind}-{self.created_at:%Y-%m-%d}.{self.format}"
