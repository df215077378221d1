"""Columns that no field of a model fits: typed, and filters, dimensions and features like any other."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import ScopedQuerySet


class RecordKind(models.TextChoices):
    """What can be imported."""

    DEALS = "deals", _("Deals")
    COMPANIES = "companies", _("Companies")
    CONTACTS = "contacts", _("Contacts")
    LEADS = "leads", _("Leads")
    PRODUCTS = "products", _("Products")
    ACTIVITIES = "activities", _("Activities")
    TASKS = "tasks", _("Tasks")
    PURCHASES = "purchases", _("Purchases")
    CALLS = "calls", _("Calls")
    AGENTS = "agents", _("Agents")
    TARGETS = "targets", _("Targets")
    AD_COSTS = "ad_costs", _("Advertising costs")
    STANDARDS = "standards", _("Industry standards")


class FieldType(models.TextChoices):
    TEXT = "text", _("Text")
    CHOICE = "choice", _("Choice")
    NUMBER = "number", _("Number")
    DATE = "date", _("Day")
    BOOLEAN = "boolean", _("Yes or no")


class CustomFieldQuerySet(ScopedQuerySet["CustomField"]):
    pass


class CustomField(TimestampedModel):
    client = models.ForeignKey("people.Client", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(_("records"), max_length=12, choices=RecordKind.choices)
    key = models.SlugField(_("key"), max_length=60, allow_unicode=True)
    label = models.CharField(_("label"), max_length=120)
    type = models.CharField(_("type"), max_length=8, choices=FieldType.choices)

    objects = CustomFieldQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "label"]
        verbose_name = _("custom field")
        verbose_name_plural = _("custom fields")
        constraints = [models.UniqueConstraint(fields=["client", "kind", "key"], name="crm_custom_field_key_once")]

    def __str__(self) -> str:
        return self.label
