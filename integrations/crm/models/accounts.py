"""Who is sold to, and what: companies, contacts, products; and what a CRM says of an agent."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from integrations.crm.models.record import CrmRecord, match_key
from salesiq.people.scoping import Scope, ScopedQuerySet


class CompanyQuerySet(ScopedQuerySet["Company"]):
    pass


class Company(CrmRecord):
    name = models.CharField(_("name"), max_length=200)
    match_key = models.CharField(max_length=200, editable=False)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    region = models.CharField(_("region"), max_length=100, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    annual_revenue = models.DecimalField(_("annual revenue"), max_digits=18, decimal_places=2, null=True, blank=True)
    founded = models.PositiveSmallIntegerField(_("founded"), null=True, blank=True)
    domain = models.CharField(_("domain"), max_length=200, blank=True)
    parent = models.ForeignKey(
        "self", on_delete=models.SET_NULL, related_name="subsidiaries", null=True, blank=True, verbose_name=_("parent")
    )

    objects = CompanyQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["name"]
        verbose_name = _("company")
        verbose_name_plural = _("companies")
        indexes = [models.Index(fields=["client", "match_key"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.match_key = match_key(self.name)
        super().save(*args, **kwargs)


class ContactQuerySet(ScopedQuerySet["Contact"]):
    scope = Scope(client="client", agent="customer__calls__agent", joins_many=True)


class Contact(CrmRecord):
    """What the CRM adds to a customer. Name, phone and e-mail stand in `people.Customer`, where a person is erased."""

    customer = models.OneToOneField("people.Customer", on_delete=models.CASCADE, related_name="contact")
    company = models.ForeignKey(Company, on_delete=models.SET_NULL, related_name="contacts", null=True, blank=True)
    job_title = models.CharField(_("job title"), max_length=200, blank=True)

    objects = ContactQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return str(self.customer)


class ProductQuerySet(ScopedQuerySet["Product"]):
    pass


class Product(CrmRecord):
    name = models.CharField(_("name"), max_length=200)
    match_key = models.CharField(max_length=200, editable=False)
    series = models.CharField(_("product line"), max_length=100, blank=True)
    price = models.DecimalField(_("list price"), max_digits=18, decimal_places=2, null=True, blank=True)

    objects = ProductQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        ordering = ["name"]
        verbose_name = _("product")
        verbose_name_plural = _("products")
        indexes = [models.Index(fields=["client", "match_key"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.match_key = match_key(self.name)
        super().save(*args, **kwargs)


class AgentProfileQuerySet(ScopedQuerySet["AgentProfile"]):
    scope = Scope(agent="agent")


class AgentProfile(CrmRecord):
    """What the CRM says of an agent beyond name and team."""

    agent = models.OneToOneField("people.Agent", on_delete=models.CASCADE, related_name="crm_profile")
    region = models.CharField(_("region"), max_length=100, blank=True)
    manager = models.CharField(_("manager"), max_length=200, blank=True)
    hired_on = models.DateField(_("hired on"), null=True, blank=True)

    objects = AgentProfileQuerySet.as_manager()

    class Meta(CrmRecord.Meta):
        verbose_name = _("agent in the CRM")
        verbose_name_plural = _("agents in the CRM")

    def __str__(self) -> str:
        return str(self.agent)
