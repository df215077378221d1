"""Calls of the period: how many, whose, of which kind, and what came of them."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.pages.composing import bars, course, shares, table
from analytics.pages.figures import cards_of, is_empty
from analytics.pages.filters import OF_CALLS
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look

TILES = ("calls", "call_minutes", "average_duration", "answer_rate", "qualification_rate", "conversion_rate")
BY_AGENT = ("calls", "call_minutes", "average_duration", "answer_rate", "qualification_rate", "conversion_rate",
            "quality_score")  # fmt: skip


def agents(look: Look) -> dict[str, Any]:
    answer = look.ask(*BY_AGENT, by="agent", noted=False)
    types = look.ask("calls", by="call_type", noted=False)
    outcomes = look.ask("calls", by="outcome", noted=False)
    return {
        "charts": [
            bars(look, answer, "calls", title=_("Calls by employee")),
            shares(look, outcomes, "calls", title=_("What came of them"), id="by-outcome"),
            shares(look, types, "calls", title=_("Which calls"), id="by-type"),
        ],
        "table": table(look, answer, BY_AGENT, share_of="calls"),
        "table_title": _("By employee"),
    }


@analytics_page("calls", shown=OF_CALLS, parts={"agents": agents})
def calls(look: Look) -> dict[str, Any]:
    answer = look.ask(*TILES, compare=True)
    volume = look.ask("calls", grain=look.grain, noted=False)
    return {
        "cards": cards_of(look, answer),
        "wide": course(look, volume, ("calls",), title=_("Calls over time")),
        "is_empty": is_empty(answer),
    }
