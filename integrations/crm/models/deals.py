"""Leads and deals, the stages they pass, and when they did."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.crm.models.accounts import Company, Product
from integrations.crm.models.record import CrmRecord, OwnedQuerySet
from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet


class LeadStatus(models.TextChoices):
    NEW = "new", _("New")
    WORKING = "working", _("Being worked on")
    QUALIFIED = "qualified", _("Qualified")
    CONVERTED = "converted", _("Became a deal")
    DISQUALIFIED = "disqualified", _("Disqualified")


class LeadQuerySet(OwnedQuerySet["Lead"]):
    pass


class Lead(CrmRecord):
    """Somebody who may buy. Who it is stands in `people.Customer`; when that person is erased the lead still counts."""

    customer = models.ForeignKey(
        "people.Customer", on_delete=models.SET_NULL, related_name="leads", null=True, blank=True
    )
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, related_name="leads", null=True, blank=True)
    owner = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, related_name="leads", null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=LeadStatus.choices, default=LeadStatus.NEW)
    source = models.CharField(_("source"), max_length=60, blank=True)
    campaign = models.CharField(_("campaign"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    created_on = models.DateField(_("created on"))
    converted_on = models.DateField(_("became a deal on"), null=True, blank=True)

    objects = LeadQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["-created_on"]
        verbose_name = _("lead")
        verbose_name_plural = _("leads")
        indexes = [
            models.Index(fields=["client", "created_on"]),
            models.Index(fields=["owner", "created_on"]),
        ]

    def __str__(self) -> str:
        return str(self.customer or self.company or self.external_id)


class DealStatus(models.TextChoices):
    OPEN = "open", _("Open")
    WON = "won", _("Won")
    LOST = "lost", _("Lost")


class StageQuerySet(ScopedQuerySet["Stage"]):
    pass


class Stage(TimestampedModel):
    """One step of a pipeline, in order. What a deal in it counts as follows from its `status`."""

    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    pipeline = models.CharField(_("pipeline"), max_length=60, blank=True)
    name = models.CharField(_("name"), max_length=100)
    position = models.PositiveSmallIntegerField(_("position"))
    status = models.CharField(_("counts as"), max_length=4, choices=DealStatus.choices, default=DealStatus.OPEN)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["pipeline", "position"]
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        constraints = [models.UniqueConstraint(fields=["client", "pipeline", "name"], name="crm_stage_name_once")]

    def __str__(self) -> str:
        return self.name


class DealQuerySet(OwnedQuerySet["Deal"]):
    pass


class Deal(CrmRecord):
    """A possible sale. `value` is `amount` in the client's currency, by the exchange rate of its day."""

    name = models.CharField(_("name"), max_length=200, blank=True)
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, related_name="deals", null=True, blank=True)
    customer = models.ForeignKey(
        "people.Customer", on_delete=models.SET_NULL, related_name="deals", null=True, blank=True
    )
    lead = models.ForeignKey(Lead, on_delete=models.SET_NULL, related_name="deals", null=True, blank=True)
    owner = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, related_name="deals", null=True, blank=True)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, related_name="deals", null=True, blank=True)
    calls = models.ManyToManyField("recordings.SalesCall", related_name="deals", blank=True)
    calls_refused = models.ManyToManyField(
        "recordings.SalesCall", related_name="+", blank=True, help_text="Unlinked by hand: not linked again by rule"
    )
    pipeline = models.CharField(_("pipeline"), max_length=60, blank=True)
    stage = models.CharField(_("stage"), max_length=100, blank=True)
    status = models.CharField(_("status"), max_length=4, choices=DealStatus.choices, default=DealStatus.OPEN)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    lost_reason = models.CharField(_("why it was lost"), max_length=200, blank=True)
    created_on = models.DateField(_("created on"), null=True, blank=True, help_text=_("Empty: not said by the CRM"))
    expected_close_on = models.DateField(_("expected to close on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    objects = DealQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["-created_on", "-id"]
        verbose_name = _("deal")
        verbose_name_plural = _("deals")
        indexes = [
            models.Index(fields=["client", "status", "closed_on"]),
            models.Index(fields=["client", "created_on"]),
            models.Index(fields=["owner", "closed_on"]),
        ]
        constraints = [
            *CrmRecord.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(created_on__isnull=True)
                | models.Q(closed_on__isnull=True)
                | models.Q(closed_on__gte=models.F("created_on")),
                name="crm_deal_closes_after_it_opens",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gte=0), name="crm_deal_amount_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id


class DealStageChangeQuerySet(ScopedQuerySet["DealStageChange"]):
    scope = Scope(client="deal__client", agent="deal__owner")


class StageOrigin(models.TextChoices):
    """Who says that a deal entered a stage: somebody by hand, a file by its day, or an import that found it moved."""

    HAND = "hand", _("By hand")
    FILE = "file", _("A file")
    SEEN = "seen", _("Found by an import")


class DealStageChange(models.Model):
    """A deal entered a stage. The last one of a deal is where it stands."""

    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="stage_changes")
    stage = models.CharField(_("stage"), max_length=100)
    entered_on = models.DateField(_("entered on"))
    origin = models.CharField(_("who says so"), max_length=4, choices=StageOrigin.choices, default=StageOrigin.HAND)

    objects = DealStageChangeQuerySet.as_manager()

    class Meta:
        ordering = ["entered_on", "pk"]
        verbose_name = _("stage change")
        verbose_name_plural = _("stage changes")
        constraints = [
            models.UniqueConstraint(fields=["deal", "stage", "entered_on"], name="crm_stage_entered_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.stage} {self.entered_on}"
