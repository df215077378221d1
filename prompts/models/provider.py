"""Where language models answer: endpoints, the models behind them with their prices, and who may use what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models.scoping import PromptScopedQuerySet
from salesiq.common.models import TimestampedModel
from salesiq.vault.fields import EncryptedCharField


class ProviderKind(models.TextChoices):
    """`embedded` is started by us on loopback from a package: for trying the workflow, unfit to judge anything."""

    OPENAI = "openai", _("OpenAI-compatible endpoint")
    EMBEDDED = "embedded", _("Small model inside salesiq")


class ModelProvider(TimestampedModel):
    """An endpoint that speaks the OpenAI protocol.

    Its key is a reference to a secret of the installation (`env:SALESIQ_MODEL_KEY_…`, `file:NAME`), or lies sealed in
    `sealed_key`; neither is ever shown again. Calls go to providers in their `order` until one answers.
    `failures` and `resting_until` are the circuit breaker, `next_request_at` the limit of requests a minute, shared by
    all processes.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="model_providers")
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=10, choices=ProviderKind.choices, default=ProviderKind.OPENAI)
    # No URLField: it knows no hosts of one word, as they have inside of networks. See providers/endpoints.py.
    base_url = models.CharField(
        _("base URL"), max_length=500, blank=True, help_text=_("e.g. https://api.openai.com/v1")
    )
    key_reference = models.CharField(
        _("key by reference"), max_length=200, blank=True, help_text=_("env:SALESIQ_MODEL_KEY_NAME or file:NAME")
    )
    sealed_key = EncryptedCharField(_("key"), client="client_id", max_length=500, blank=True, default="")
    leaves_house = models.BooleanField(
        _("texts leave the house"), default=True, help_text=_("No where you run this endpoint yourself")
    )
    order = models.PositiveSmallIntegerField(_("order"), default=10, help_text=_("The lowest is asked first"))
    timeout_seconds = models.PositiveSmallIntegerField(_("timeout in seconds"), default=60)
    max_attempts = models.PositiveSmallIntegerField(_("attempts"), default=3)
    max_concurrency = models.PositiveSmallIntegerField(_("requests at once"), default=4)
    requests_per_minute = models.PositiveIntegerField(_("requests a minute"), null=True, blank=True)
    is_enabled = models.BooleanField(_("enabled"), default=True)
    failures = models.PositiveIntegerField(default=0, editable=False)
    resting_until = models.DateTimeField(_("rests until"), null=True, editable=False)
    last_error = models.CharField(_("last error"), max_length=300, blank=True, editable=False)
    next_request_at = models.DateTimeField(null=True, editable=False)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["order", "name"]
        verbose_name = _("model provider")
        verbose_name_plural = _("model providers")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="model_provider_name_once")]

    def __str__(self) -> str:
        return self.name


class LanguageModel(TimestampedModel):
    """A model of a provider, by the name that the endpoint knows. Prices are for a million tokens.

    `useful` is what an administrator says of it; the product's own use of production prompts waits for a useful model.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="language_models")
    provider = models.ForeignKey(ModelProvider, on_delete=models.CASCADE, related_name="models")
    name = models.CharField(_("name"), max_length=200, help_text=_("As the endpoint calls it"))
    context_tokens = models.PositiveIntegerField(_("context in tokens"), default=8192)
    max_output_tokens = models.PositiveIntegerField(_("longest answer in tokens"), default=1024)
    input_price = models.DecimalField(_("price of input"), max_digits=12, decimal_places=6, default=0)
    cached_input_price = models.DecimalField(
        _("price of cached input"), max_digits=12, decimal_places=6, null=True, blank=True
    )
    output_price = models.DecimalField(_("price of output"), max_digits=12, decimal_places=6, default=0)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    takes_schema = models.BooleanField(_("takes a JSON Schema"), default=True)
    useful = models.BooleanField(
        _("useful"), default=True, help_text=_("No for models that are only for trying the workflow")
    )
    is_enabled = models.BooleanField(_("enabled"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=10)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["provider__order", "order", "name"]
        verbose_name = _("language model")
        verbose_name_plural = _("language models")
        constraints = [models.UniqueConstraint(fields=["provider", "name"], name="language_model_name_once")]

    def __str__(self) -> str:
        return self.name


class ModelPolicy(TimestampedModel):
    """What a client allows: may its texts leave the house, are they sent redacted, what may a month cost."""

    client = models.OneToOneField("people.Client", on_delete=models.CASCADE, related_name="model_policy")
    may_leave_house = models.BooleanField(_("texts may leave the house"), default=False)
    redacted_only = models.BooleanField(_("only redacted texts"), default=True)
    monthly_budget = models.DecimalField(_("budget of a month"), max_digits=12, decimal_places=4, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="USD")
    requests_per_minute = models.PositiveIntegerField(_("requests a minute"), null=True, blank=True)
    use_in_product = models.BooleanField(
        _("use production prompts in the product"), default=True,
        help_text=_("Summaries, scorecard answers and coaching notes, where a useful model is configured"),
    )  # fmt: skip
    next_request_at = models.DateTimeField(null=True, editable=False)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("model policy")
        verbose_name_plural = _("model policies")

    def __str__(self) -> str:
        return str(self.client)
