"""What is done about deals and what comes of it: activities, tasks, purchases; and what was planned and spent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.crm.models.accounts import Company, Product
from integrations.crm.models.deals import Deal, Lead
from integrations.crm.models.record import CrmRecord, OwnedQuerySet
from salesiq.people.scoping import Scope, ScopedQuerySet


class ActivityType(models.TextChoices):
    CALL = "call", _("Call")
    EMAIL = "email", _("E-mail")
    MEETING = "meeting", _("Meeting")
    DEMO = "demo", _("Demonstration")
    PROPOSAL = "proposal", _("Proposal")
    NOTE = "note", _("Note")
    OTHER = "other", _("Other")


class ActivityQuerySet(OwnedQuerySet["Activity"]):
    pass


class Activity(CrmRecord):
    """Something that was done: a call logged in the CRM, a mail, a meeting."""

    type = models.CharField(_("type"), max_length=8, choices=ActivityType.choices)
    owner = models.ForeignKey(
        "people.Agent", on_delete=models.SET_NULL, related_name="activities", null=True, blank=True
    )
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="activities", null=True, blank=True)
    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="activities", null=True, blank=True)
    customer = models.ForeignKey(
        "people.Customer", on_delete=models.CASCADE, related_name="activities", null=True, blank=True
    )
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, related_name="activities", null=True, blank=True)
    happened_at = models.DateTimeField(_("time"))
    seconds = models.PositiveIntegerField(_("duration"), null=True, blank=True, help_text=_("Seconds"))
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    outcome = models.CharField(_("outcome"), max_length=100, blank=True)

    objects = ActivityQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["-happened_at"]
        verbose_name = _("activity")
        verbose_name_plural = _("activities")
        indexes = [
            models.Index(fields=["client", "happened_at"]),
            models.Index(fields=["owner", "happened_at"]),
        ]

    def __str__(self) -> str:
        return self.subject or self.get_type_display()


class TaskQuerySet(OwnedQuerySet["Task"]):
    pass


class Task(CrmRecord):
    """Something to be done. Promises heard in calls are `recordings.FollowUp`."""

    subject = models.CharField(_("subject"), max_length=200)
    owner = models.ForeignKey("people.Agent", on_delete=models.SET_NULL, related_name="tasks", null=True, blank=True)
    deal = models.ForeignKey(Deal, on_delete=models.CASCADE, related_name="tasks", null=True, blank=True)
    customer = models.ForeignKey(
        "people.Customer", on_delete=models.CASCADE, related_name="tasks", null=True, blank=True
    )
    created_on = models.DateField(_("created on"))
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["due_on"]
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [models.Index(fields=["client", "created_on"]), models.Index(fields=["owner", "due_on"])]

    def __str__(self) -> str:
        return self.subject


class PurchaseQuerySet(ScopedQuerySet["Purchase"]):
    scope = Scope(agent="customer__calls__agent", joins_many=True)


class Purchase(CrmRecord):
    """A product was bought."""

    customer = models.ForeignKey(
        "people.Customer", on_delete=models.SET_NULL, related_name="purchases", null=True, blank=True
    )
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, related_name="purchases", null=True, blank=True)
    product = models.ForeignKey(Product, on_delete=models.SET_NULL, related_name="purchases", null=True, blank=True)
    bought_on = models.DateField(_("bought on"))
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3, default=1)
    amount = models.DecimalField(_("amount"), max_digits=18, decimal_places=2, null=True, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    value = models.DecimalField(_("value"), max_digits=18, decimal_places=2, null=True, blank=True)

    objects = PurchaseQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["-bought_on"]
        verbose_name = _("purchase")
        verbose_name_plural = _("purchases")
        indexes = [
            models.Index(fields=["client", "bought_on"]),
            models.Index(fields=["customer", "bought_on"]),
        ]

    def __str__(self) -> str:
        return f"{self.product} {self.bought_on}"
