"""Teams: the deals of each team and of everybody in it."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.pages.composing import bars, dots, table, whole_of
from analytics.pages.filters import OF_DEALS
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look

ALL = ("deals_won", "deals_lost", "win_rate", "revenue", "average_deal_size", "sales_cycle_days", "open_deals",
       "pipeline_value")  # fmt: skip


def agents(look: Look) -> dict[str, Any]:
    answer = look.ask(*ALL, by="agent", noted=False)
    links = {cell.key: look.agent_url(cell.key) for cell in answer.cells}
    return {"table": table(look, answer, ALL, link=links), "table_title": _("By employee"), "table_id": "agents"}


@analytics_page("teams", shown=OF_DEALS, parts={"agents": agents})
def teams(look: Look) -> dict[str, Any]:
    answer = look.ask(*ALL, by="team")
    whole = look.ask("win_rate", noted=False)
    return {
        "charts": [
            bars(look, answer, "revenue", title=_("Revenue")),
            dots(look, answer, "win_rate", title=_("Win rate"), whole=whole_of(whole, "win_rate")),
        ],
        "table": table(look, answer, ALL),
        "table_title": _("By team"),
        "table_id": "teams",
    }
