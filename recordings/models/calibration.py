"""Do reviewers mean the same by the same question? Several answer the same calls blind, then compare."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from recordings.models.scorecard import Scorecard
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet

_STAFF = frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER})


class CalibrationQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(roles=_STAFF)


class CalibrationSession(TimestampedModel):
    """Calls that all its reviewers answer without seeing each other's, until somebody opens the comparison."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="calibrations")
    name = models.CharField(_("name"), max_length=120)
    scorecard = models.ForeignKey(Scorecard, on_delete=models.PROTECT, related_name="+", verbose_name=_("scorecard"))
    reviewers = models.ManyToManyField("people.User", related_name="calibrations", verbose_name=_("reviewers"))
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)
    compared_at = models.DateTimeField(_("comparison opened"), null=True, blank=True, editable=False)
    opened_early = models.TextField(
        _("why it was opened early"), blank=True, max_length=500, editable=False,
        help_text=_("Where somebody had not submitted yet"),
    )  # fmt: skip
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)

    objects = CalibrationQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("calibration")
        verbose_name_plural = _("calibrations")

    def __str__(self) -> str:
        return self.name


class CalibrationPartQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(client="session__client", roles=_STAFF)


class CalibrationCall(models.Model):
    session = models.ForeignKey(CalibrationSession, on_delete=models.CASCADE, related_name="calls")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="+")
    position = models.PositiveSmallIntegerField()

    objects = CalibrationPartQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["session", "call"], name="calibrated_once_per_session")]

    def __str__(self) -> str:
        return f"{self.session}: {self.position}"


class AgreedAnswer(models.Model):
    """What the reviewers agreed on after comparing."""

    session = models.ForeignKey(CalibrationSession, on_delete=models.CASCADE, related_name="agreed")
    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="agreed_answers")
    key = models.CharField(max_length=60)
    value = models.CharField(max_length=60)
    reason = models.TextField(_("reason"), blank=True, max_length=2000)
    agreed_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = CalibrationPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed answer")
        verbose_name_plural = _("agreed answers")
        constraints = [models.UniqueConstraint(fields=["session", "call", "key"], name="agreed_once_per_question")]

    def __str__(self) -> str:
        return f"{self.key}: {self.value}"
