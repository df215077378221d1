"""The tenant and its people: teams, agents, customers."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from salesiq.common.models import TimestampedModel
from salesiq.people.scoping import Scope, ScopedQuerySet
from salesiq.vault.fields import BlindIndexField, EncryptedCharField, EncryptedEmailField, IndexedModel


class SecondFactor(models.TextChoices):
    """Who of a client must sign in with a second factor."""

    OPTIONAL = "optional", _("Who wants to")
    BACK_OFFICE = "back_office", _("Everybody with the back office")
    EVERYBODY = "everybody", _("Everybody")


class ClientQuerySet(ScopedQuerySet["Client"]):
    scope = Scope(client="pk")


class Client(TimestampedModel):
    """A tenant: one company that uses this installation. Nothing crosses from one to another."""

    name = models.CharField(_("name"), max_length=200)
    slug = models.SlugField(_("short name"), unique=True)
    language = models.CharField(_("default language"), max_length=8, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default="UTC")
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        help_text=_("ISO 4217, of all figures of money; the first import sets it"),
    )
    product_names = models.JSONField(_("products"), default=list, blank=True)
    competitor_names = models.JSONField(_("competitors"), default=list, blank=True)
    agent_channels = models.JSONField(
        _("agent's channel by source"), default=dict, blank=True, help_text="{source: channel}, channels from 0"
    )
    second_factor = models.CharField(
        _("second factor is a must for"), max_length=12, choices=SecondFactor.choices, default=SecondFactor.OPTIONAL
    )

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("client")
        verbose_name_plural = _("clients")

    def __str__(self) -> str:
        return self.name


class TeamQuerySet(ScopedQuerySet["Team"]):
    scope = Scope()


class Team(TimestampedModel):
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(_("name"), max_length=200)
    managers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="managed_teams", blank=True, verbose_name=_("managers")
    )
    reviewers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="reviewed_teams", blank=True, verbose_name=_("reviewers")
    )

    objects = TeamQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("team")
        verbose_name_plural = _("teams")
        constraints = [models.UniqueConstraint(fields=["client", "name"], name="team_name_once_per_client")]

    def __str__(self) -> str:
        return self.name


class AgentQuerySet(ScopedQuerySet["Agent"]):
    scope = Scope(agent="")


class Agent(TimestampedModel):
    """Someone who speaks with customers. May exist before they have a login."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="agents")
    team = models.ForeignKey(Team, on_delete=models.SET_NULL, related_name="agents", null=True, blank=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="agent", null=True, blank=True
    )
    name = models.CharField(_("name"), max_length=200)
    external_id = models.CharField(_("id in other systems"), max_length=200, blank=True)
    accent = models.CharField(
        _("accent group"), max_length=60, blank=True, help_text=_("For measuring how well speech is recognised")
    )
    is_active = models.BooleanField(_("active"), default=True)

    objects = AgentQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("agent")
        verbose_name_plural = _("agents")
        indexes = [models.Index(fields=["client", "name"])]

    def __str__(self) -> str:
        return self.name


class CustomerQuerySet(ScopedQuerySet["Customer"]):
    scope = Scope(agent="calls__agent", joins_many=True)

    def with_phone(self, phone: str, *, clients: Iterable[Any]) -> "CustomerQuerySet":
        """Customers of `clients` (their ids) with these national digits; another country may have the same ones."""
        return self.filter(phone_index__in=_index("phone_index").hashes(phone, clients))

    def with_email(self, email: str, *, clients: Iterable[Any]) -> "CustomerQuerySet":
        """Customers of `clients` (their ids) with this address, whatever its case."""
        return self.filter(email_index__in=_index("email_index").hashes(email, clients))


def _index(name: str) -> BlindIndexField:
    field = Customer._meta.get_field(name)
    assert isinstance(field, BlindIndexField)
    return field


class Customer(IndexedModel, TimestampedModel):
    """Somebody who is called. Phone and e-mail lie encrypted and are found by their whole value only."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="customers")
    name = models.CharField(_("name"), max_length=200)
    company = models.CharField(_("company"), max_length=200, blank=True)
    phone = EncryptedCharField(_("phone"), max_length=40, blank=True, default="")
    phone_index = BlindIndexField(of="phone", normalise="salesiq.people.contact.phone_index")
    email = EncryptedEmailField(_("e-mail"), blank=True, default="")
    email_index = BlindIndexField(of="email", normalise="salesiq.people.contact.email_index")
    region = models.CharField(_("region"), max_length=100, blank=True)
    external_id = models.CharField(_("id in other systems"), max_length=200, blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = [
            models.Index(fields=["client", "name"]),
            # Imports look for thousands of them at once.
            models.Index(fields=["client", "external_id"], condition=~models.Q(external_id=""), name="customer_by_id"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.company}" if self.company else self.name
