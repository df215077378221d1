"""Several versions tried on several models with one set of values, in the background."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models.prompt import Prompt
from prompts.models.run import PromptRun
from prompts.models.scoping import AboutCallsQuerySet
from salesiq.common.models import TimestampedModel


class TrialStatus(models.TextChoices):
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")


class PromptTrial(TimestampedModel):
    """What POST …/test does beyond one quick answer. `asked`: [{version, model}] by id, in this order.

    `values` are forgotten when all is answered. `agent` is whose call it was filled from.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="trials")
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    agent = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, null=True, related_name="+")
    values = models.JSONField(default=dict)
    asked = models.JSONField(default=list)
    runs = models.ManyToManyField(PromptRun, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=TrialStatus.choices, default=TrialStatus.RUNNING)
    error = models.CharField(_("error"), max_length=500, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = AboutCallsQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("trial of a prompt")
        verbose_name_plural = _("trials of prompts")

    def __str__(self) -> str:
        return f"{self.prompt} {self.created_at:%Y-%m-%d %H:%M}"
