"""What was asked and answered: each exchange with a model, and each filled prompt with its checked answer."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models.prompt import Prompt, PromptVersion
from prompts.models.provider import LanguageModel, ModelProvider
from prompts.models.scoping import AboutCallsQuerySet, PromptScopedQuerySet
from salesiq.common.models import TimestampedModel


class Purpose(models.TextChoices):
    TRIAL = "trial", _("Trial")
    EVALUATION = "evaluation", _("Evaluation")
    PRODUCTION = "production", _("Production")
    JUDGE = "judge", _("Judging")
    IMPROVEMENT = "improvement", _("Improvement")
    BIAS = "bias", _("Bias check")


class ExchangeStatus(models.TextChoices):
    RESERVED = "reserved", _("Under way")
    OK = "ok", _("Answered")
    FAILED = "failed", _("Failed")
    CANCELLED = "cancelled", _("Cancelled")


class ModelExchange(TimestampedModel):
    """One paid request to a model and what it cost. Reserved before it is sent, so that budgets hold.

    `key` is the idempotency key: one answered exchange for each key, whoever was killed in between. `answer` is kept
    for `request_hash`, so that the same question is not paid twice; it goes when the run that owns it goes.
    `cost` is the most it may come to while it is under way. After `expires_at` the process that asked must be dead, and
    another may ask in its place.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200, blank=True)
    prompt = models.ForeignKey(Prompt, on_delete=models.SET_NULL, null=True, related_name="+")
    provider = models.ForeignKey(ModelProvider, on_delete=models.SET_NULL, null=True, related_name="exchanges")
    model = models.ForeignKey(LanguageModel, on_delete=models.SET_NULL, null=True, related_name="exchanges")
    model_name = models.CharField(_("model"), max_length=200)
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    status = models.CharField(
        _("status"), max_length=10, choices=ExchangeStatus.choices, default=ExchangeStatus.RESERVED
    )
    request_hash = models.CharField(max_length=64)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    input_tokens = models.PositiveIntegerField(_("tokens in"), default=0)
    cached_tokens = models.PositiveIntegerField(_("cached tokens"), default=0)
    output_tokens = models.PositiveIntegerField(_("tokens out"), default=0)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=8, default=0)
    currency = models.CharField(max_length=3, default="USD")
    latency_ms = models.PositiveIntegerField(_("milliseconds"), null=True)
    first_token_ms = models.PositiveIntegerField(_("milliseconds to the first token"), null=True)
    from_cache = models.BooleanField(_("from the cache"), default=False)
    answer = models.TextField(blank=True, editable=False)
    finish_reason = models.CharField(max_length=30, blank=True)
    error_kind = models.CharField(_("error"), max_length=40, blank=True)
    error = models.CharField(max_length=500, blank=True)
    expires_at = models.DateTimeField(null=True, editable=False)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("exchange with a model")
        verbose_name_plural = _("exchanges with models")
        constraints = [
            models.UniqueConstraint(
                fields=["client", "key"], name="one_answer_per_key",
                condition=~models.Q(key="") & models.Q(status__in=[ExchangeStatus.RESERVED, ExchangeStatus.OK]),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["client", "created_at"], name="exchange_spending"),
            models.Index(fields=["client", "request_hash"], name="exchange_request"),
            models.Index(fields=["provider"], name="exchange_under_way", condition=models.Q(status="reserved")),
        ]

    def __str__(self) -> str:
        return f"{self.model_name} {self.status}"


class Validity(models.TextChoices):
    VALID = "valid", _("Valid")
    REPAIRED = "repaired", _("Valid after a repair")
    INVALID = "invalid", _("Invalid")
    FAILED = "failed", _("No answer")


class PromptRun(TimestampedModel):
    """One filled prompt and its checked answer.

    `subject_kind` and `subject_id` name what it was filled from (`call`, a UUID); `agent` is whose call that is, and
    decides who sees the run. What a variable of high sensitivity held is not kept. `problems`: [{check, message,
    place}]. `left_out`: what of the context did not fit, [{name, lines, of, why}]. `arm`: of an A/B experiment.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="runs")
    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="runs")
    model = models.ForeignKey(LanguageModel, on_delete=models.SET_NULL, null=True, related_name="runs")
    model_name = models.CharField(_("model"), max_length=200, blank=True)
    exchange = models.ForeignKey(ModelExchange, on_delete=models.SET_NULL, null=True, related_name="runs")
    purpose = models.CharField(_("purpose"), max_length=12, choices=Purpose.choices)
    subject_kind = models.CharField(max_length=20, blank=True)
    subject_id = models.UUIDField(null=True, blank=True)
    agent = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, null=True, related_name="+")
    variables = models.JSONField(_("variables"), default=dict)
    messages = models.JSONField(_("messages"), default=list)
    left_out = models.JSONField(_("left out"), default=list)
    answer = models.TextField(_("answer"), blank=True)
    parsed = models.JSONField(null=True)
    validity = models.CharField(_("validity"), max_length=10, choices=Validity.choices)
    problems = models.JSONField(_("problems"), default=list)
    suspected_injection = models.BooleanField(_("suspected injection"), default=False)
    error_kind = models.CharField(max_length=40, blank=True)
    error = models.CharField(_("error"), max_length=500, blank=True)
    input_tokens = models.PositiveIntegerField(default=0)
    output_tokens = models.PositiveIntegerField(default=0)
    cost = models.DecimalField(_("cost"), max_digits=14, decimal_places=8, default=0)
    currency = models.CharField(max_length=3, default="USD")
    latency_ms = models.PositiveIntegerField(_("milliseconds"), null=True)
    arm = models.CharField(max_length=1, blank=True)
    accuracy = models.FloatField(_("accuracy"), null=True, help_text="0 to 1; of live samples, by the judge")
    relevance = models.FloatField(_("relevance"), null=True)
    helpfulness = models.FloatField(_("helpfulness"), null=True)
    judged_at = models.DateTimeField(_("judged"), null=True, help_text=_("A sampled production answer was looked at"))
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = AboutCallsQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("run of a prompt")
        verbose_name_plural = _("runs of prompts")
        indexes = [
            models.Index(fields=["prompt", "created_at"], name="run_of_prompt"),
            models.Index(fields=["subject_kind", "subject_id"], name="run_about"),
        ]

    def __str__(self) -> str:
        return f"{self.version} {self.validity}"
