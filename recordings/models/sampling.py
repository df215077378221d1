"""Which calls are reviewed by people, and why these."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from recordings.models.scorecard import Scorecard
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import ModelT, Scope, ScopedQuerySet


class SamplingStrategy(models.TextChoices):
    RANDOM = "random", _("Random")
    STRATIFIED = "stratified", _("Even over groups")
    RISK = "risk", _("By risk")
    BELOW_THRESHOLD = "below_threshold", _("Low scores not yet reviewed")


class Stratum(models.TextChoices):
    AGENT = "agent", _("Agent")
    TEAM = "team", _("Team")
    OUTCOME = "outcome", _("Outcome")
    SCORE = "score", _("Score band")


class Cadence(models.TextChoices):
    BY_HAND = "by_hand", _("By hand")
    DAILY = "daily", _("Daily")
    WEEKLY = "weekly", _("Weekly")
    MONTHLY = "monthly", _("Monthly")


class PlanQuerySet(ScopedQuerySet[ModelT]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER}))


class SamplingPlan(TimestampedModel):
    """A standing order: so many calls, chosen so, given to these reviewers, due in so many days."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="sampling_plans")
    name = models.CharField(_("name"), max_length=120)
    strategy = models.CharField(
        _("strategy"), max_length=16, choices=SamplingStrategy.choices, default=SamplingStrategy.RANDOM
    )
    stratify_by = models.CharField(_("groups"), max_length=8, choices=Stratum.choices, blank=True)
    size = models.PositiveSmallIntegerField(_("calls each time"), default=20)
    threshold = models.DecimalField(
        _("score below"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("0 to 100")
    )
    look_back_days = models.PositiveSmallIntegerField(_("from the last days"), default=7)
    filters = models.JSONField(
        _("filters"),
        default=dict,
        blank=True,
        help_text="{team, agent, call_type, outcome, source, min_seconds}",
    )
    scorecard = models.ForeignKey(
        Scorecard, on_delete=models.SET_NULL, related_name="+", null=True, blank=True, verbose_name=_("scorecard"),
        help_text=_("Empty: the one in use"),
    )  # fmt: skip
    reviewers = models.ManyToManyField("people.User", related_name="+", blank=True, verbose_name=_("reviewers"))
    due_days = models.PositiveSmallIntegerField(_("days to review"), default=5)
    cadence = models.CharField(_("how often"), max_length=8, choices=Cadence.choices, default=Cadence.WEEKLY)
    is_active = models.BooleanField(_("active"), default=True)
    created_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True, blank=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("sampling plan")
        verbose_name_plural = _("sampling plans")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="sampling_plan_name_once")]

    def __str__(self) -> str:
        return self.name


class SamplingRunQuerySet(PlanQuerySet["SamplingRun"]):
    scope = Scope(client="plan__client", roles=frozenset({Role.ADMIN, Role.MANAGER, Role.REVIEWER}))


class SamplingRun(TimestampedModel):
    """One drawing of a plan. `period` names the day, week or month it was for, so that each is drawn once."""

    plan = models.ForeignKey(SamplingPlan, on_delete=models.CASCADE, related_name="runs")
    period = models.CharField(_("for"), max_length=40)
    seed = models.BigIntegerField(help_text="Of the random numbers: the same drawing can be made again")
    population = models.PositiveIntegerField(_("calls to choose from"), default=0)
    chosen = models.PositiveIntegerField(_("chosen"), default=0)
    groups = models.JSONField(default=list, help_text="[{group, population, chosen}]")

    objects = SamplingRunQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("sampling run")
        verbose_name_plural = _("sampling runs")
        constraints = [models.UniqueConstraint(fields=["plan", "period"], name="sample_once_per_period")]

    def __str__(self) -> str:
        return f"{self.plan}, {self.period}"
