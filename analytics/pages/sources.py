"""Sources: where customers come from, by the tag that goes along from call and lead to the closed deal."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.pages.composing import bars, dots, table
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look

BY_SOURCE = ("calls", "leads", "lead_conversion_rate", "deals_won", "win_rate", "revenue", "ad_cost", "cost_per_call",
             "cost_per_lead", "cost_per_deal")  # fmt: skip
_OF_SOURCES = frozenset(OF_ALL & {"agent", "team", "region", "source", "industry"})


@analytics_page("sources", shown=_OF_SOURCES)
def sources(look: Look) -> dict[str, Any]:
    # Costs have a source alone: asked with an agent or a region they would be refused, and everything with them.
    narrowed = look.filters.agents or look.filters.teams or look.filters.regions or look.filters.industries
    metrics = BY_SOURCE[:6] if narrowed else BY_SOURCE
    answer = look.ask(*metrics, by="source")
    charts = [
        bars(look, answer, "leads", title=_("Leads")),
        bars(look, answer, "calls", title=_("Calls")),
        bars(look, answer, "revenue", title=_("Revenue")),
        dots(look, answer, "win_rate", title=_("Win rate")),
    ]
    if not narrowed:
        charts += [
            bars(look, answer, "cost_per_lead", title=_("Cost per lead")),
            bars(look, answer, "cost_per_deal", title=_("Cost per won deal")),
        ]
    else:
        look.notes.append(_("Costs belong to sources alone: they are shown without any other filter."))
    return {"charts": charts, "table": table(look, answer, metrics), "table_title": _("By source")}
