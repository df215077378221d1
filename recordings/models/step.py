"""How far the pipeline got with a call, so that it goes on where it was killed."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.call import SalesCall
from salesiq.people.scoping import Scope, ScopedQuerySet


class StageName(models.TextChoices):
    """The stages of a call's way, in their order; `pipeline/runner.py` holds what they do."""

    STORE = "store", _("Read the sound")
    TRANSCRIBE = "transcribe", _("Write down the words")
    ATTRIBUTE = "attribute", _("Tell the speakers apart")
    REDACT = "redact", _("Hide payment data")
    CONSENT = "consent", _("Check the lawful basis")
    UNDERSTAND = "understand", _("Understand the call")
    SCORE = "score", _("Score")
    PUBLISH = "publish", _("Publish")


class StepQuerySet(ScopedQuerySet["PipelineStep"]):
    scope = Scope(client="call__client", agent="call__agent")


class PipelineStep(models.Model):
    """One stage of one call for one set of inputs. Its outputs and `finished_at` commit together."""

    call = models.ForeignKey(SalesCall, on_delete=models.CASCADE, related_name="steps")
    stage = models.CharField(max_length=20)
    inputs_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(default=0)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)

    objects = StepQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pipeline step")
        verbose_name_plural = _("pipeline steps")
        constraints = [models.UniqueConstraint(fields=["call", "stage", "inputs_hash"], name="one_step_per_inputs")]

    def __str__(self) -> str:
        return f"{self.stage} of {self.call_id}"
