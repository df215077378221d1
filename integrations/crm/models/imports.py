"""Imports: how a source's columns are read, and what became of each file."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.crm.models.custom import RecordKind
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet

_STAFF = frozenset({Role.ADMIN, Role.MANAGER, Role.INTEGRATOR})


class ImportSourceQuerySet(ScopedQuerySet["ImportSource"]):
    scope = Scope(roles=_STAFF)


class ImportSource(TimestampedModel):
    """How files of one kind from one system are read. Saved once a person has seen it, used for the next file."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    system = models.CharField(_("system"), max_length=40)
    kind = models.CharField(_("records"), max_length=12, choices=RecordKind.choices)
    mapping = models.JSONField(
        _("columns"), default=dict, help_text="{column: field, custom:key, or empty for a column that is left out}"
    )
    options = models.JSONField(_("options"), default=dict, blank=True, help_text="{day_first, decimal_comma, currency}")

    objects = ImportSourceQuerySet.as_manager()

    class Meta:
        ordering = ["system", "kind"]
        verbose_name = _("import source")
        verbose_name_plural = _("import sources")
        constraints = [models.UniqueConstraint(fields=["client", "system", "kind"], name="crm_source_once")]

    def __str__(self) -> str:
        return f"{self.system}: {self.get_kind_display()}"


class ImportStatus(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ImportRunQuerySet(ScopedQuerySet["ImportRun"]):
    scope = Scope(roles=_STAFF)


class ImportRun(TimestampedModel):
    """One file: what was read, made, changed, left as it was and refused, and why."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    system = models.CharField(_("system"), max_length=40)
    kind = models.CharField(_("records"), max_length=12, choices=RecordKind.choices)
    file_name = models.CharField(_("file"), max_length=200)
    file = models.FileField(upload_to="imports", blank=True, help_text="Gone once the run has ended")
    is_dry = models.BooleanField(_("dry run"), default=False)
    status = models.CharField(_("status"), max_length=8, choices=ImportStatus.choices, default=ImportStatus.WAITING)
    error = models.TextField(_("error"), blank=True)
    mapping = models.JSONField(_("columns"), default=dict)
    options = models.JSONField(_("options"), default=dict)
    read = models.PositiveIntegerField(_("read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    reasons = models.JSONField(_("reasons"), default=dict, help_text="{reason: rows}")
    made = models.JSONField(
        _("made on the way"), default=dict, help_text="{agents, teams, companies, products, customers: how many}"
    )
    notes = models.JSONField(_("notes"), default=list, help_text="Sentences on how the file was read")
    rejected_file = models.FileField(upload_to="imports", blank=True, help_text="CSV: the rows refused and why")
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["client", "-created_at"])]

    def __str__(self) -> str:
        return self.file_name
