"""What somebody should look at or do: found by rules, told once, followed to its end."""

from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from decisions.models.audience import DECIDING_ROLES, Audience, AudienceScopedQuerySet
from decisions.models.forecast import DecidingQuerySet
from decisions.models.run import AnalysisRun
from salesiq.common.models import TimestampedModel
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet

if TYPE_CHECKING:
    from salesiq.people.models import User


class RuleKind(models.TextChoices):
    """How a rule sees: a limit, a change, or what is unusual for the season."""

    LIMIT = "limit", _("A figure passes a limit")
    CHANGE = "change", _("A figure changed")
    UNUSUAL = "unusual", _("A figure is unusual for its season")


class AlertRule(TimestampedModel):
    """`metric` is one of `analytics.metrics`; `by` a dimension whose groups are watched one by one, or "".

    `parameters`: {direction: up|down|both, limit | relative | false_alarms, days, minimum}; see decisions.advice.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    key = models.SlugField(_("key"), max_length=60)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=8, choices=RuleKind.choices)
    metric = models.CharField(_("figure"), max_length=60)
    by = models.CharField(_("by"), max_length=120, blank=True)
    parameters = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(_("in use"), default=True)
    tells = models.JSONField(_("told by"), default=list, blank=True, help_text='["email", "webhook"]')

    objects = DecidingQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        constraints = [models.UniqueConstraint(fields=["client", "key"], name="alert_rule_once")]

    def __str__(self) -> str:
        return self.name


class FindingKind(models.TextChoices):
    ALERT = "alert", _("Alert")
    RECOMMENDATION = "recommendation", _("Recommendation")


class FindingStatus(models.TextChoices):
    OPEN = "open", _("Open")
    SNOOZED = "snoozed", _("Snoozed")
    ACKNOWLEDGED = "acknowledged", _("Being acted on")
    DONE = "done", _("Done")
    DISMISSED = "dismissed", _("Dismissed")


class Worked(models.TextChoices):
    """Whether what was done helped: decided by the figure before and after, never by hope."""

    UNKNOWN = "", _("Not known yet")
    YES = "yes", _("It worked")
    NO = "no", _("It did not work")
    UNCLEAR = "unclear", _("Too little to tell")


class FindingQuerySet(AudienceScopedQuerySet["Finding"]):
    pass


class Finding(TimestampedModel):
    """An alert or a recommendation. `key` names what it is about, so that the same thing is told once while it lasts.

    `code` and `figures` make the sentence and `action` the advice, in the reader's language (decisions.advice.wording).
    `evidence`: [{label_code, value, low, high, n, url_query}]. `rank` = money at stake × certainty.
    `outcome`: {before, after, low, high, n_before, n_after, since, until} once it can be told whether it `worked`.
    """

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    audience = models.ForeignKey(Audience, on_delete=models.CASCADE, related_name="findings")
    run = models.ForeignKey(AnalysisRun, on_delete=models.SET_NULL, related_name="findings", null=True)
    rule = models.ForeignKey(AlertRule, on_delete=models.SET_NULL, related_name="findings", null=True)
    kind = models.CharField(_("kind"), max_length=14, choices=FindingKind.choices)
    key = models.CharField(max_length=200, editable=False)
    code = models.CharField(_("says"), max_length=60)
    figures = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    action = models.CharField(_("suggests"), max_length=60)
    money = models.DecimalField(_("money at stake"), max_digits=18, decimal_places=2, null=True)
    certainty = models.FloatField(_("certainty"), validators=[MinValueValidator(0), MaxValueValidator(1)])
    rank = models.FloatField(_("rank"), default=0, db_index=True)
    status = models.CharField(_("status"), max_length=12, choices=FindingStatus.choices, default=FindingStatus.OPEN)
    first_seen_on = models.DateField(_("first seen"))
    last_seen_on = models.DateField(_("last seen"))
    snoozed_until = models.DateField(_("snoozed until"), null=True)
    acknowledged_at = models.DateTimeField(_("acknowledged"), null=True)
    acknowledged_by = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    closed_at = models.DateTimeField(_("closed"), null=True)
    worked = models.CharField(_("whether it worked"), max_length=8, choices=Worked.choices, blank=True)
    outcome = models.JSONField(default=dict, blank=True)

    objects = FindingQuerySet.as_manager()

    class Meta:
        ordering = ["-rank", "-created_at"]
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.UniqueConstraint(
                fields=["audience", "key"],
                name="finding_once_while_it_lasts",
                condition=~models.Q(status__in=["done", "dismissed"]),
            )
        ]
        indexes = [models.Index(fields=["audience", "status", "-rank"])]

    def __str__(self) -> str:
        return self.key


class AdviceSubscriptionQuerySet(ScopedQuerySet["AdviceSubscription"]):
    scope = Scope(roles=DECIDING_ROLES)

    def visible_to(self, user: "User | AnonymousUser") -> "AdviceSubscriptionQuerySet":
        """One's own; administrators see all of the client."""
        rows = super().visible_to(user)
        if isinstance(user, AnonymousUser) or user.is_superuser or user.role == Role.ADMIN:
            return rows
        return rows.filter(user=user)


class AdviceSubscription(TimestampedModel):
    """Who gets new findings by e-mail, how often. A letter holds what the audience of `user` found, no names of people.

    `told_until`: findings that began later, or woke up, are in the next letter.
    """

    class Cadence(models.TextChoices):
        DAILY = "daily", _("Every day")
        WEEKLY = "weekly", _("Every Monday")

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    user = models.OneToOneField("people.User", on_delete=models.CASCADE, related_name="advice_subscription")
    cadence = models.CharField(_("how often"), max_length=6, choices=Cadence.choices, default=Cadence.DAILY)
    alerts_only = models.BooleanField(_("alerts only"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    told_until = models.DateTimeField(_("told until"), default=timezone.now, editable=False)

    objects = AdviceSubscriptionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("subscription to recommendations")
        verbose_name_plural = _("subscriptions to recommendations")

    def __str__(self) -> str:
        return f"{self.user} ({self.get_cadence_display()})"


class FindingEventQuerySet(AudienceScopedQuerySet["FindingEvent"]):
    scope = Scope(client="finding__client", roles=DECIDING_ROLES)
    audience = "finding__audience__"


class FindingEvent(TimestampedModel):
    """What somebody did with a finding, or what became of it."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="events")
    user = models.ForeignKey("people.User", on_delete=models.SET_NULL, related_name="+", null=True)
    action = models.CharField(_("action"), max_length=14)
    note = models.CharField(_("note"), max_length=500, blank=True)

    objects = FindingEventQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        verbose_name = _("event of a finding")
        verbose_name_plural = _("events of findings")

    def __str__(self) -> str:
        return self.action
