"""Leads: how many came in, to whom, from where, and what became of them."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.funnel import lead_funnels
from analytics.pages.composing import bars, course, dots, table, whole_of
from analytics.pages.figures import cards_of, is_empty
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.funnel_chart import draw_funnel
from analytics.pages.look import Look
from analytics.questions import QuestionError

ALL = ("leads", "lead_conversion_rate", "lead_win_rate")


def funnel(look: Look) -> dict[str, Any]:
    try:
        whole = lead_funnels(look.user, look.filters)[""]
    except QuestionError as error:
        look.problems.append(error.message)
        return {}
    view = draw_funnel(look, whole, kind="leads", title=_("From lead to won deal"))
    return {"funnel": view, "url": look.page_url("funnel", of="leads")}


@analytics_page("leads", shown=OF_ALL | {"custom"}, parts={"funnel": funnel})
def leads(look: Look) -> dict[str, Any]:
    answer = look.ask(*ALL, compare=True)
    volume = look.ask("leads", grain=look.grain, noted=False)
    agents = look.ask(*ALL, by="agent", noted=False)
    sources = look.ask(*ALL, by="source", noted=False)
    whole = whole_of(answer, "lead_conversion_rate")
    return {
        "cards": cards_of(look, answer),
        "is_empty": is_empty(answer),
        "wide": course(look, volume, ("leads",), title=_("Leads over time")),
        "charts": [
            bars(look, agents, "leads", title=_("Leads by employee"), id="leads-by-agent"),
            bars(look, sources, "leads", title=_("Leads by source"), id="leads-by-source"),
            dots(look, agents, "lead_conversion_rate", title=_("Lead to deal, by employee"), whole=whole, id="a"),
            dots(look, sources, "lead_conversion_rate", title=_("Lead to deal, by source"), whole=whole, id="s"),
        ],
        "table": table(look, agents, ALL, share_of="leads"),
        "table_title": _("By employee"),
        "more": table(look, sources, ALL, share_of="leads"),
        "more_title": _("By source"),
    }
