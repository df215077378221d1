"""A prompt in production and how it may become better: experiments, alerts, suggestions, bias checks."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models.evaluation import Dataset, Evaluation
from prompts.models.prompt import Prompt, PromptVersion
from prompts.models.provider import LanguageModel
from prompts.models.scoping import PromptScopedQuerySet
from salesiq.common.models import TimestampedModel


class ExperimentStatus(models.TextChoices):
    RUNNING = "running", _("Running")
    STOPPED = "stopped", _("Stopped")


class ExperimentMetric(models.TextChoices):
    """What decides an experiment; named before it starts. Each is one number from 0 to 1 per subject."""

    SCORE = "score", _("Score by the judge")
    VALIDITY = "validity", _("Valid answers")
    THUMBS = "thumbs", _("Thumbs up")


class PromptExperiment(TimestampedModel):
    """Two versions in production at once. What a subject gets comes of a hash of `salt` and subject.

    `verdict` is what the gate said of B, which may be `overridden` with a `reason`.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="experiments")
    version_a = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="+")
    version_b = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="+")
    percent_b = models.PositiveSmallIntegerField(_("share of B in %"), default=50)
    salt = models.CharField(max_length=40)
    metric = models.CharField(
        _("decided by"), max_length=10, choices=ExperimentMetric.choices, default=ExperimentMetric.SCORE
    )
    verdict = models.JSONField(default=dict)
    overridden = models.BooleanField(_("in spite of the gate"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    status = models.CharField(
        _("status"), max_length=10, choices=ExperimentStatus.choices, default=ExperimentStatus.RUNNING
    )
    ended_at = models.DateTimeField(_("ended"), null=True)
    started_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    ended_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("experiment")
        verbose_name_plural = _("experiments")
        constraints = [
            models.UniqueConstraint(
                fields=["prompt"], name="one_experiment_at_a_time", condition=models.Q(status="running")
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_a} / {self.version_b}"


class AlertKind(models.TextChoices):
    DRIFT = "drift", _("Answers changed")
    INVALID = "invalid", _("Invalid answers")
    BUDGET = "budget", _("Budget")
    PROVIDER = "provider", _("Provider")


class PromptAlert(TimestampedModel):
    """Something to look at; `key` keeps the same thing from being told twice."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="alerts", null=True)
    kind = models.CharField(_("kind"), max_length=10, choices=AlertKind.choices)
    key = models.CharField(max_length=200)
    message = models.CharField(_("message"), max_length=500)
    figures = models.JSONField(default=dict)
    seen_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    seen_at = models.DateTimeField(_("seen"), null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("alert of a prompt")
        verbose_name_plural = _("alerts of prompts")
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="prompt_alert_once")]

    def __str__(self) -> str:
        return self.message


class WorkStatus(models.TextChoices):
    RUNNING = "running", _("Running")
    FINISHED = "finished", _("Finished")
    FAILED = "failed", _("Failed")


class Suggestion(TimestampedModel):
    """A version proposed from failed cases, with what it gained on cases it was not made from. Nothing is applied.

    `proposal` is the content of a version (messages, variables, …); `result`: {gain, low, high, p, n, before, after}.
    `progress` are the cases that were measured, by part and side, for a job that goes on after it was killed.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="suggestions")
    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="+")
    writer = models.ForeignKey(LanguageModel, on_delete=models.SET_NULL, null=True, related_name="+")
    method = models.CharField(_("method"), max_length=20, blank=True, help_text="rewrite or few_shot")
    proposal = models.JSONField(default=dict)
    made = models.ForeignKey(PromptVersion, on_delete=models.SET_NULL, null=True, related_name="+")
    evaluation = models.ForeignKey(Evaluation, on_delete=models.SET_NULL, null=True, related_name="+")
    status = models.CharField(_("status"), max_length=10, choices=WorkStatus.choices, default=WorkStatus.RUNNING)
    result = models.JSONField(default=dict)
    progress = models.JSONField(default=dict, editable=False)
    error = models.CharField(_("error"), max_length=500, blank=True)
    asked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")

    def __str__(self) -> str:
        return f"{self.version}: {self.method}"


class BiasCheck(TimestampedModel):
    """The same cases with other names, genders, regions, accents; `result`: each attribute's difference, corrected.

    `progress`: {case: {variant: {measure: number}}} of the variants that were asked; no texts.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="bias_checks")
    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="+")
    dataset = models.ForeignKey(Dataset, on_delete=models.CASCADE, related_name="+")
    model = models.ForeignKey(LanguageModel, on_delete=models.CASCADE, related_name="+")
    attributes = models.JSONField(_("attributes"), default=list)
    status = models.CharField(_("status"), max_length=10, choices=WorkStatus.choices, default=WorkStatus.RUNNING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict)
    progress = models.JSONField(default=dict, editable=False)
    error = models.CharField(_("error"), max_length=500, blank=True)
    asked_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("bias check")
        verbose_name_plural = _("bias checks")

    def __str__(self) -> str:
        return f"{self.version}: {', '.join(self.attributes)}"
