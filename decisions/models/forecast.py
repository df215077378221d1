"""What open deals will bring: the stage table, its adjustments, and the figures per deal and per day."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from decisions.models.audience import DECIDING_ROLES, Audience, AudienceScopedQuerySet
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet


class DecidingQuerySet(ScopedQuerySet[ModelT]):
    """Settings of a client that everybody who works with decisions reads."""

    scope = Scope(roles=DECIDING_ROLES)


class StageKind(models.TextChoices):
    """The stages of the sales handbook, and the share of deals in them that it expects to be won."""

    QUALIFICATION = "qualification", _("Qualification (10 %)")
    DISCOVERY = "discovery", _("Discovery (25 %)")
    PROPOSAL = "proposal", _("Proposal (50 %)")
    NEGOTIATION = "negotiation", _("Negotiation (75 %)")
    CLOSING = "closing", _("Closing (90 %)")


class StageChance(TimestampedModel):
    """The share of deals in a stage of the client's own that are expected to be won."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    pipeline = models.CharField(_("pipeline"), max_length=60, blank=True)
    stage = models.CharField(_("stage"), max_length=100)
    kind = models.CharField(_("counts as"), max_length=14, choices=StageKind.choices)
    chance = models.DecimalField(
        _("expected to be won"), max_digits=4, decimal_places=3, help_text=_("0 to 1"),
        validators=[MinValueValidator(0), MaxValueValidator(1)],
    )  # fmt: skip
    is_guessed = models.BooleanField(_("guessed by its name or place"), default=True)

    objects = DecidingQuerySet.as_manager()

    class Meta:
        ordering = ["pipeline", "chance"]
        verbose_name = _("chance of a stage")
        verbose_name_plural = _("chances of stages")
        constraints = [models.UniqueConstraint(fields=["client", "pipeline", "stage"], name="chance_once_per_stage")]

    def __str__(self) -> str:
        return f"{self.stage} {self.chance:.0%}"


class ForecastAdjustment(TimestampedModel):
    """What moves the chance of a deal up or down, in points of percent. `matches` says by what it is seen."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(_("key"), max_length=40)
    points = models.SmallIntegerField(_("points of percent"), help_text=_("-100 to 100"),
                                      validators=[MinValueValidator(-100), MaxValueValidator(100)])  # fmt: skip
    matches = models.JSONField(_("seen by"), default=dict, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = DecidingQuerySet.as_manager()

    class Meta:
        ordering = ["key"]
        verbose_name = _("adjustment of the forecast")
        verbose_name_plural = _("adjustments of the forecast")
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="adjustment_once_per_client")]

    def __str__(self) -> str:
        return f"{self.key} {self.points:+d}"


class Confidence(models.TextChoices):
    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class DealForecastQuerySet(ScopedQuerySet["DealForecast"]):
    scope = Scope(client="deal__client", agent="deal__owner")


class DealForecast(TimestampedModel):
    """What is expected of one open deal; written anew every day.

    `breakdown`: {stage: {name, chance}, adjustments: [{key, points, because: {code, …}, sure}], staged, record,
    base_rate, learned (chance by each method, None where it has nothing to go by; learned as the deal began), blended
    (record and learned together, where learned is the method), why (code), behind (closed deals that the chance rests
    on), value, value_is_usual (not known: that of won deals of its product)}.
    `risks` and `steps`: [{code, figures}], sentences are made where they are shown.
    """

    deal = models.OneToOneField("crm.Deal", on_delete=models.CASCADE, related_name="forecast")
    method = models.CharField(_("method"), max_length=10)
    probability = models.FloatField(_("probability"))
    expected_value = models.DecimalField(_("expected value"), max_digits=18, decimal_places=2, null=True)
    close_on = models.DateField(_("expected to close on"), null=True)
    close_low = models.DateField(null=True)
    close_high = models.DateField(null=True)
    confidence = models.CharField(_("confidence"), max_length=6, choices=Confidence.choices)
    breakdown = models.JSONField(default=dict)
    risks = models.JSONField(default=list)
    steps = models.JSONField(default=list)
    as_of = models.DateField(_("as of"))

    objects = DealForecastQuerySet.as_manager()

    class Meta:
        ordering = ["-expected_value"]
        verbose_name = _("forecast of a deal")
        verbose_name_plural = _("forecasts of deals")

    def __str__(self) -> str:
        return f"{self.deal} {self.probability:.0%}"


class ForecastSnapshotQuerySet(AudienceScopedQuerySet["ForecastSnapshot"]):
    pass


class ForecastSnapshot(TimestampedModel):
    """What a method said on one day about the revenue of one period; `actual` is filled in once it is over."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="+")
    as_of = models.DateField(_("as of"))
    since = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    method = models.CharField(_("method"), max_length=20)
    value = models.DecimalField(_("expected"), max_digits=20, decimal_places=2)
    low = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    high = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    actual = models.DecimalField(_("came true"), max_digits=20, decimal_places=2, null=True)

    objects = ForecastSnapshotQuerySet.as_manager()

    class Meta:
        ordering = ["-as_of"]
        verbose_name = _("forecast as it was")
        verbose_name_plural = _("forecasts as they were")
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "as_of", "since", "until", "method"], name="forecast_once_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.since}–{self.until}"
