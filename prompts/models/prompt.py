"""Prompts, their versions that never change, the labels that say which version works, and what people say of them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from prompts.models.scoping import PromptScopedQuerySet
from salesiq.common.models import TimestampedModel

PRODUCTION, STAGING = "production", "staging"


class Family(models.TextChoices):
    """What a prompt is for."""

    QUALIFICATION = "qualification", _("Lead qualification")
    OUTREACH = "outreach", _("Outreach")
    ENRICHMENT = "enrichment", _("CRM enrichment")
    FORECAST = "forecast", _("Deal forecast")
    PROPOSAL = "proposal", _("Proposal")
    NURTURE = "nurture", _("Nurture mails")
    COMPETITION = "competition", _("Competitor analysis and battle card")
    ROUTING = "routing", _("Routing")
    NARRATIVE = "narrative", _("Dashboard narrative")
    HAND_OFF = "hand_off", _("Hand-off")
    SUMMARY = "summary", _("Call summary")
    COACHING = "coaching", _("Coaching note")
    OBJECTION = "objection", _("Objection answer")
    NEXT_ACTION = "next_action", _("Next best action")
    FOLLOW_UP = "follow_up", _("Follow-up mail")
    SCRIPT_ANSWER = "script_answer", _("Script answer")
    SCORECARD = "scorecard", _("Scorecard answers")
    JUDGE = "judge", _("Judge of answers")
    IMPROVEMENT = "improvement", _("Improvement of prompts")
    OTHER = "other", _("Other")


class ResponseType(models.TextChoices):
    TEXT = "text", _("Text")
    JSON = "json", _("JSON")
    SCORE = "score", _("Number")
    LABEL = "label", _("One of several labels")
    LIST = "list", _("List")


class Prompt(TimestampedModel):
    """One thing we ask, by a name that is its own within the client: `call-summary`. What is asked are its versions.

    `gate` says what a version must show before it becomes production: {min_pass_rate, max_regressions, min_cases, …}
    (evaluation/gate.py). `library_key` names the shipped prompt that it was made from.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="prompts")
    name = models.SlugField(
        _("name"), max_length=100, help_text=_("As commands and the API call it, e.g. call-summary")
    )
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("description"), blank=True)
    family = models.CharField(_("family"), max_length=20, choices=Family.choices, default=Family.OTHER)
    language = models.CharField(_("language"), max_length=8, blank=True, help_text=_("Of its answers; empty: any"))
    library_key = models.CharField(max_length=100, blank=True, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    gate_dataset = models.ForeignKey(
        "prompts.Dataset", on_delete=models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("cases to pass"), help_text=_("A version must pass these before it becomes production"),
    )  # fmt: skip
    gate = models.JSONField(default=dict, blank=True)
    monthly_budget = models.DecimalField(_("budget of a month"), max_digits=12, decimal_places=4, null=True, blank=True)
    live_sample_percent = models.PositiveSmallIntegerField(
        _("live answers scored, in %"), default=0, help_text=_("A share of production answers is judged")
    )
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("prompt")
        verbose_name_plural = _("prompts")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="prompt_name_once")]

    def __str__(self) -> str:
        return self.name


class PromptVersion(TimestampedModel):
    """What is asked, for good: a trigger of the database refuses any change.

    `messages`: [{role: system|user|assistant, content: template}], few-shot examples as user and assistant turns.
    `variables`: [{name, type, required, default, example, sensitivity, source, description}] (templates/variables.py).
    `blocks`: {name: text} of the included blocks, as they were when this version was written.
    `parameters`: {temperature, max_tokens, top_p, seed, stop}. `checks`: what an answer must hold (validation/).
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    messages = models.JSONField(_("messages"), default=list)
    variables = models.JSONField(_("variables"), default=list, blank=True)
    blocks = models.JSONField(_("blocks"), default=dict, blank=True)
    parameters = models.JSONField(_("parameters"), default=dict, blank=True)
    response_type = models.CharField(
        _("response type"), max_length=10, choices=ResponseType.choices, default=ResponseType.TEXT
    )
    response_schema = models.JSONField(_("JSON Schema"), null=True, blank=True)
    checks = models.JSONField(_("checks"), default=dict, blank=True)
    content_hash = models.CharField(max_length=64, help_text="SHA-256 of all that is asked and expected")
    why = models.CharField(_("why"), max_length=500, blank=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["prompt", "-number"]
        verbose_name = _("version of a prompt")
        verbose_name_plural = _("versions of prompts")
        constraints = [models.UniqueConstraint(fields=["prompt", "number"], name="prompt_version_once")]

    def __str__(self) -> str:
        return f"{self.prompt} v{self.number}"


class PromptLabel(TimestampedModel):
    """Which version a name stands for now: production, staging, or a name of one's own."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="labels")
    name = models.SlugField(_("label"), max_length=40)
    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="labels")
    set_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("label of a prompt")
        verbose_name_plural = _("labels of prompts")
        constraints = [models.UniqueConstraint(fields=["prompt", "name"], name="prompt_label_once")]

    def __str__(self) -> str:
        return f"{self.version} {self.name}"


class LabelChange(TimestampedModel):
    """A label was moved: by whom, why, on the strength of which evaluation, or in spite of it."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="label_changes")
    name = models.SlugField(_("label"), max_length=40)
    before = models.ForeignKey(PromptVersion, on_delete=models.SET_NULL, related_name="+", null=True)
    after = models.ForeignKey(PromptVersion, on_delete=models.SET_NULL, related_name="+", null=True)
    evaluation = models.ForeignKey("prompts.Evaluation", on_delete=models.SET_NULL, related_name="+", null=True)
    verdict = models.JSONField(default=dict, help_text="What the gate found: {passed, reasons: […], figures}")
    overridden = models.BooleanField(_("in spite of the gate"), default=False)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    changed_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("release of a prompt")
        verbose_name_plural = _("releases of prompts")

    def __str__(self) -> str:
        return f"{self.prompt} {self.name}: {self.before} → {self.after}"


class PromptBlock(TimestampedModel):
    """A text that prompts include by `{% include 'name' %}`. A version keeps the text it was written with."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="prompt_blocks")
    name = models.SlugField(_("name"), max_length=100)
    text = models.TextField(_("text"))
    description = models.CharField(_("description"), max_length=300, blank=True)
    changed_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("block of prompts")
        verbose_name_plural = _("blocks of prompts")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="prompt_block_name_once")]

    def __str__(self) -> str:
        return self.name


class PromptComment(TimestampedModel):
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="comments")
    version = models.ForeignKey(PromptVersion, on_delete=models.CASCADE, related_name="comments", null=True, blank=True)
    author = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    text = models.TextField(_("comment"), max_length=4000)

    objects = PromptScopedQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("comment on a prompt")
        verbose_name_plural = _("comments on prompts")

    def __str__(self) -> str:
        return self.text[:60]
