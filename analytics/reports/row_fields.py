"""Which columns a file has for each kind of rows. Codes, not labels: they are the same in every language. Pure.

Phone numbers and e-mail addresses of customers are in none of them; a person's own data is exported for that person.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from analytics.reports.tables import Column, Type
from salesiq.people.roles import Capability


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One column: `path` is where its value stands, `needs` what one must be allowed to see it."""

    path: str
    title: Any
    type: Type = Type.TEXT
    scale: int = 2
    key: str = ""
    needs: Capability | None = None

    @property
    def column(self) -> Column:
        return Column(key=self.key or self.path, title=self.title, type=self.type, scale=self.scale)


def _field(path: str, title: Any, kind: Type = Type.TEXT, *, scale: int = 2, key: str = "") -> Field:
    return Field(path=path, title=title, type=kind, scale=scale, key=key)


def _person(path: str, title: Any, key: str) -> Field:
    """Something about the person who is called or sold to."""
    return Field(path=path, title=title, key=key, needs=Capability.VIEW_CALLS)


_ID = _field("id", _("Id"))
_OWNER = (_field("owner__name", _("Agent"), key="agent"), _field("owner__team__name", _("Team"), key="team"))
_CUSTOMER = _person("customer__name", _("Customer"), "customer")
_COMPANY = _field("company__name", _("Company"), key="company")
_ORIGIN = (_field("system", _("System")), _field("external_id", _("Id in that system")))
_MONEY = (
    _field("amount", _("Amount"), Type.DECIMAL),
    _field("currency", _("Currency")),
    _field("value", _("Value"), Type.DECIMAL),
)

CALL_FIELDS = (
    _ID,
    _field("started_at", _("Time"), Type.MOMENT),
    _person("title", _("Title"), "title"),
    _field("agent__name", _("Agent"), key="agent"),
    _field("agent__team__name", _("Team"), key="team"),
    _CUSTOMER,
    _field("customer__company", _("Company"), key="company"),
    _field("call_type", _("Type")),
    _field("status", _("Status")),
    _field("outcome", _("Outcome")),
    _field("outcome_origin", _("Outcome set by")),
    _field("call_duration", _("Seconds"), Type.REAL),
    _field("language", _("Language")),
    _field("region", _("Region")),
    _field("source", _("Source")),
    _field("quality_score", _("Quality score"), Type.DECIMAL),
    _field("conversion_probability", _("Conversion probability"), Type.REAL),
    _field("csat", _("Customer satisfaction"), Type.REAL),
    *_ORIGIN,
)
DEAL_FIELDS = (
    _ID,
    _field("name", _("Deal")),
    _COMPANY,
    _field("company__industry", _("Industry"), key="industry"),
    _CUSTOMER,
    *_OWNER,
    _field("product__name", _("Product"), key="product"),
    _field("pipeline", _("Pipeline")),
    _field("stage", _("Stage")),
    _field("status", _("Status")),
    *_MONEY,
    _field("source", _("Source")),
    _field("region", _("Region")),
    _field("lost_reason", _("Why it was lost")),
    _field("created_on", _("Created"), Type.DAY),
    _field("expected_close_on", _("Expected to close"), Type.DAY),
    _field("closed_on", _("Closed"), Type.DAY),
    *_ORIGIN,
)
LEAD_FIELDS = (
    _ID,
    _CUSTOMER,
    _COMPANY,
    *_OWNER,
    _field("status", _("Status")),
    _field("source", _("Source")),
    _field("campaign", _("Campaign")),
    _field("region", _("Region")),
    _field("created_on", _("Created"), Type.DAY),
    _field("converted_on", _("Became a deal"), Type.DAY),
    *_ORIGIN,
)
ACTIVITY_FIELDS = (
    _ID,
    _field("happened_at", _("Time"), Type.MOMENT),
    _field("type", _("Type")),
    _person("subject", _("Subject"), "subject"),
    *_OWNER,
    _field("deal__name", _("Deal"), key="deal"),
    _CUSTOMER,
    _COMPANY,
    _field("seconds", _("Seconds"), Type.INTEGER),
    _field("outcome", _("Outcome")),
    *_ORIGIN,
)
TASK_FIELDS = (
    _ID,
    _person("subject", _("Task"), "subject"),
    *_OWNER,
    _field("deal__name", _("Deal"), key="deal"),
    _CUSTOMER,
    _field("created_on", _("Created"), Type.DAY),
    _field("due_on", _("Due"), Type.DAY),
    _field("done_on", _("Done"), Type.DAY),
    *_ORIGIN,
)
PURCHASE_FIELDS = (
    _ID,
    _field("bought_on", _("Bought"), Type.DAY),
    _field("product__name", _("Product"), key="product"),
    _CUSTOMER,
    _COMPANY,
    _field("quantity", _("Quantity"), Type.DECIMAL, scale=3),
    *_MONEY,
    *_ORIGIN,
)
CUSTOMER_FIELDS = (
    _ID,
    _person("name", _("Customer"), "customer"),
    _field("company", _("Company")),
    _field("region", _("Region")),
    _field("created_at", _("Known since"), Type.MOMENT),
    _field("external_id", _("Id in that system")),
)
AD_COST_FIELDS = (
    _ID,
    _field("source", _("Source")),
    _field("campaign", _("Campaign")),
    _field("since", _("From"), Type.DAY),
    _field("until", _("To"), Type.DAY),
    *_MONEY,
)
