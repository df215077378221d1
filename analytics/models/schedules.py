"""Reports that are sent again and again."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet
from salesiq.vault.fields import EncryptedJSONField


class Cadence(models.TextChoices):
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
    MONTHLY = "monthly", _("Every month")


class Weekday(models.IntegerChoices):
    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class ReportScheduleQuerySet(ScopedQuerySet["ReportSchedule"]):
    def visible_to(self, user: User | AnonymousUser) -> "ReportScheduleQuerySet":
        """One's own; administrators see all of the client."""
        rows = super().visible_to(user)
        if isinstance(user, AnonymousUser) or user.is_superuser or user.role == Role.ADMIN:
            return rows
        return rows.filter(user=user)


class ReportSchedule(TimestampedModel):
    """What is sent, to whom, when. It holds what `user` may see on the day it is made, whoever reads it."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="report_schedules")
    user = models.ForeignKey(
        "people.User",
        on_delete=models.CASCADE,
        related_name="report_schedules",
        verbose_name=_("whose rights apply"),
    )
    name = models.CharField(_("name"), max_length=80)
    kind = models.CharField(_("what"), max_length=20, default="report")
    query = models.TextField(_("filters"), blank=True, help_text=_("Of the page's address, without ?"))
    format = models.CharField(_("format"), max_length=8, default="pdf")
    language = models.CharField(max_length=8, blank=True)
    cadence = models.CharField(_("how often"), max_length=8, choices=Cadence.choices, default=Cadence.WEEKLY)
    weekday = models.PositiveSmallIntegerField(_("day of the week"), choices=Weekday.choices, default=Weekday.MONDAY)
    day = models.PositiveSmallIntegerField(
        _("day of the month"), default=1, validators=[MinValueValidator(1), MaxValueValidator(28)]
    )
    hour = models.PositiveSmallIntegerField(
        _("hour"), default=7, validators=[MaxValueValidator(23)], help_text=_("In the client's time zone")
    )
    recipients: Any = models.ManyToManyField(
        "people.User", related_name="+", blank=True, verbose_name=_("people of the client")
    )
    addresses = EncryptedJSONField(default=list, blank=True, help_text="E-mail addresses of others, set by an admin")
    is_active = models.BooleanField(_("active"), default=True)
    stopped_because = models.TextField(_("why it stopped"), blank=True)
    next_run_at = models.DateTimeField(_("next"), null=True, blank=True, db_index=True)
    last_run_at = models.DateTimeField(_("last"), null=True, blank=True)

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("scheduled report")
        verbose_name_plural = _("scheduled reports")

    def __str__(self) -> str:
        return self.name


class ReportRunQuerySet(ScopedQuerySet["ReportRun"]):
    scope = Scope(client="schedule__client", roles=frozenset({Role.ADMIN}))


class ReportRun(TimestampedModel):
    """A scheduled report was due once. The constraint lets it be made once."""

    schedule = models.ForeignKey(ReportSchedule, on_delete=models.CASCADE, related_name="runs")
    due_at = models.DateTimeField(_("due"))
    message = models.ForeignKey("messaging.OutboxMessage", on_delete=models.SET_NULL, related_name="+", null=True)
    error = models.TextField(_("error"), blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        ordering = ["-due_at"]
        verbose_name = _("run of a report")
        verbose_name_plural = _("runs of reports")
        constraints = [models.UniqueConstraint(fields=["schedule", "due_at"], name="report_made_once_when_due")]

    def __str__(self) -> str:
        return f"{self.schedule} {self.due_at:%Y-%m-%d %H:%M}"
