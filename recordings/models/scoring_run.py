"""Scoring many past calls by a scorecard: to see what would change, or to change it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.scorecard import Scorecard
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet


class ScoringPurpose(models.TextChoices):
    PREVIEW = "preview", _("Preview")
    RESCORE = "rescore", _("Rescore")


class ScoringRunQuerySet(ScopedQuerySet["ScoringRun"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER}))


class ScoringRun(TimestampedModel):
    """A preview writes nothing but its `result`; a rescore adds a score beside the old one. Its job has its id.

    `cursor` is the last call done, so that a run that was killed goes on from there.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    scorecard = models.ForeignKey(Scorecard, on_delete=models.CASCADE, related_name="runs")
    purpose = models.CharField(_("purpose"), max_length=8, choices=ScoringPurpose.choices)
    filters = models.JSONField(default=dict, help_text="{days, team, agent, call_type, outcome, limit}")
    total = models.PositiveIntegerField(_("calls"), default=0)
    done = models.PositiveIntegerField(_("done"), default=0)
    cursor = models.UUIDField(null=True, editable=False)
    result = models.JSONField(default=dict, help_text="Distribution before and after, and who would change grade")
    started_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    finished_at = models.DateTimeField(_("finished"), null=True, editable=False)

    objects = ScoringRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("scoring run")
        verbose_name_plural = _("scoring runs")

    def __str__(self) -> str:
        return f"{self.scorecard}: {self.get_purpose_display()}"
