"""Customers: how many there was something to do with, whose they are, and who bought for the first time."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.pages.composing import bars, course, table
from analytics.pages.figures import cards_of
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look

_OF_CUSTOMERS = OF_ALL - {"industry"}


def groups(look: Look) -> dict[str, Any]:
    agents = look.ask("customers", "new_customers", by="agent", noted=False)
    over_time = look.ask("customers", "new_customers", grain=look.grain, noted=False)
    return {
        "charts": [
            course(look, over_time, ("customers", "new_customers"), title=_("Customers over time")),
            bars(look, agents, "customers", title=_("Customers by employee")),
        ],
        "table": table(look, agents, ("customers", "new_customers"), share_of="customers"),
        "table_title": _("By employee"),
    }


@analytics_page("customers", shown=_OF_CUSTOMERS, parts={"groups": groups})
def customers(look: Look) -> dict[str, Any]:
    answer = look.ask("customers", "new_customers", compare=True)
    found = cards_of(look, answer)
    if not (look.filters.agents or look.filters.teams or look.filters.sources):
        found += cards_of(look, look.ask("purchases", "purchase_value", compare=True))
    else:
        look.notes.append(_("Purchases belong to no agent and no source: they are not shown with these filters."))
    return {"cards": found}
