"""The card of a call's page that tells which deals the call was about."""

from dataclasses import dataclass

from django.urls import reverse

from integrations.crm.formatting import money
from integrations.crm.models import Deal
from integrations.crm.selectors import deals_of_call
from recordings.models import SalesCall
from recordings.pages.panels import Panel
from salesiq.people.models import User
from salesiq.people.roles import Capability

COLOURS = {"won": "converted", "lost": "not_qualified", "open": "qualified"}
SHOWN = 20


@dataclass(frozen=True, slots=True)
class DealCard:
    """One deal; `url` is empty for who does not work in the back office."""

    name: str
    company: str
    stage: str
    status: str
    colour: str
    value: str
    url: str


def worth(deal: Deal) -> str:
    """What a deal may bring, in the client's currency where that is known."""
    if deal.value is None:
        return money(deal.amount, deal.currency)
    return money(deal.value, deal.client.currency)


def deals_panel(call: SalesCall, user: User) -> Panel | None:
    """The deals of `call` that `user` may see; no card where there are none. One query."""
    if not user.can(Capability.VIEW_ANALYTICS):
        return None
    may_open = user.can(Capability.USE_ADMIN)
    cards = [
        DealCard(
            name=str(deal) or "–",
            company=deal.company.name if deal.company else "",
            stage=deal.stage,
            status=deal.get_status_display(),
            colour=COLOURS[deal.status],
            value=worth(deal),
            url=reverse("admin:crm_deal_change", args=[deal.pk]) if may_open else "",
        )
        for deal in deals_of_call(call, user)[:SHOWN]
    ]
    return Panel("crm/_card_deals.html", cards) if cards else None
