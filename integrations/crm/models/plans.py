"""What was planned, spent and is usual elsewhere: targets, advertising costs, industry standards, exchange rates."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.crm.models.record import CrmRecord
from salesiq.common.models import TimestampedModel
from salesiq.people.models import User
from salesiq.people.roles import Role
from salesiq.people.scoping import Scope, ScopedQuerySet


class TargetQuerySet(ScopedQuerySet["Target"]):
    """Agents see their own; managers and reviewers those of their teams, and of the agents in them."""

    scope = Scope(agent="agent")

    def _narrowing(self, user: User) -> models.Q | None:
        own = super()._narrowing(user)
        if own is None or user.role == Role.AGENT:
            return own
        teams = user.managed_teams if user.role == Role.MANAGER else user.reviewed_teams
        return own | models.Q(agent__isnull=True, team__in=teams.values("pk"))


class Target(CrmRecord):
    """How much of a metric is wanted in a period, of an agent, of a team, or (neither) of everybody."""

    metric = models.CharField(_("metric"), max_length=40, help_text=_("Key of a metric that adds up, e.g. revenue"))
    agent = models.ForeignKey("people.Agent", on_delete=models.CASCADE, related_name="targets", null=True, blank=True)
    team = models.ForeignKey("people.Team", on_delete=models.CASCADE, related_name="targets", null=True, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), help_text=_("Last day"))
    value = models.DecimalField(_("target"), max_digits=18, decimal_places=2)

    objects = TargetQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["-since"]
        verbose_name = _("target")
        verbose_name_plural = _("targets")
        constraints = [
            *CrmRecord.Meta.constraints,
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="crm_target_period_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.metric} {self.since}"


class AdCostQuerySet(ScopedQuerySet["AdCost"]):
    scope = Scope(roles=frozenset({Role.ADMIN, Role.MANAGER}))


class AdCost(CrmRecord):
    """What one source of customers cost in a period."""

    source = models.CharField(_("source"), max_length=60)
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    since = models.DateField(_("from"))
    until = models.DateField(_("to"), help_text=_("Last day"))
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)

    objects = AdCostQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["-since"]
        verbose_name = _("advertising cost")
        verbose_name_plural = _("advertising costs")
        constraints = [
            *CrmRecord.Meta.constraints,
            models.CheckConstraint(condition=models.Q(until__gte=models.F("since")), name="crm_cost_period_in_order"),
            models.CheckConstraint(condition=models.Q(amount__gte=0), name="crm_cost_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.since}"


class IndustryStandardQuerySet(ScopedQuerySet["IndustryStandard"]):
    pass


class IndustryStandard(CrmRecord):
    """What a metric usually is elsewhere, and who says so."""

    metric = models.CharField(_("metric"), max_length=40)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    value = models.FloatField(_("value"))
    published_by = models.CharField(_("published by"), max_length=200)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    objects = IndustryStandardQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["metric"]
        verbose_name = _("industry standard")
        verbose_name_plural = _("industry standards")

    def __str__(self) -> str:
        return f"{self.metric}: {self.published_by}"


class ExchangeRateQuerySet(ScopedQuerySet["ExchangeRate"]):
    pass


class ExchangeRate(TimestampedModel):
    """One unit of `currency` is `rate` units of the client's currency, from a day on until a later rate."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    currency = models.CharField(_("currency"), max_length=3)
    since = models.DateField(_("from"))
    rate = models.DecimalField(_("rate"), max_digits=18, decimal_places=8)

    objects = ExchangeRateQuerySet.as_manager()

    class Meta:
        ordering = ["currency", "-since"]
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        constraints = [
            models.UniqueConstraint(fields=["client", "currency", "since"], name="crm_rate_once_a_day"),
            models.CheckConstraint(condition=models.Q(rate__gt=0), name="crm_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.since}"
