"""Deals: what was won, lost and is open, by whom and of what, and where deals are lost on the way."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.funnel import deal_funnels, pipelines_of
from analytics.pages.composing import bars, course, dots, stack, table, whole_of
from analytics.pages.fields import OptionForm
from analytics.pages.figures import cards_of, is_empty
from analytics.pages.filters import OF_DEALS
from analytics.pages.frame import analytics_page
from analytics.pages.funnel_chart import draw_funnel
from analytics.pages.look import Look
from analytics.pages.steps import table_of_steps
from analytics.questions import Grain, QuestionError

TILES = ("deals_created", "deals_won", "deals_lost", "win_rate", "revenue", "average_deal_size", "sales_cycle_days")
NOW = ("open_deals", "pipeline_value")
BY_GROUP = ("deals_won", "deals_lost", "open_deals", "win_rate", "revenue", "average_deal_size", "pipeline_value",
            "sales_cycle_days")  # fmt: skip
QUARTER, MONTH = "quarter", "month"


class DealsOptions(OptionForm):
    by = forms.ChoiceField(
        label=gettext_lazy("Compare"),
        required=False,
        choices=[
            ("", gettext_lazy("Teams")),
            ("agent", gettext_lazy("Agents")),
            ("product", gettext_lazy("Products")),
            ("product_line", gettext_lazy("Product lines")),
            ("source", gettext_lazy("Sources")),
            ("region", gettext_lazy("Regions")),
            ("industry", gettext_lazy("Industries")),
            (QUARTER, gettext_lazy("Quarters")),
            (MONTH, gettext_lazy("Months")),
        ],
    )


def groups(look: Look) -> dict[str, Any]:
    """Won, lost, open and value by group or step: one question."""
    by = look.option("by", "team")
    if by in (QUARTER, MONTH):
        return _steps(look, Grain(by))
    answer = look.ask(*BY_GROUP, by=by)
    whole = look.ask("win_rate", noted=False)
    return {
        "charts": [
            stack(look, answer, ("deals_won", "deals_lost", "open_deals"), title=_("Won, lost and open")),
            dots(look, answer, "win_rate", title=_("Win rate"), whole=whole_of(whole, "win_rate"),
                 note=_("Where the lines overlap, the difference may be chance.")),
            bars(look, answer, "revenue", title=_("Revenue")),
            dots(look, answer, "average_deal_size", title=_("Average deal size")),
        ],
        "table": table(look, answer, BY_GROUP),
        "answer": answer,
    }  # fmt: skip


def _steps(look: Look, grain: Grain) -> dict[str, Any]:
    answer = look.ask(*BY_GROUP, grain=grain)
    return {
        "charts": [
            course(look, answer, ("deals_won", "deals_lost", "open_deals"), title=_("Won, lost and open")),
            course(look, answer, ("win_rate",), title=_("Win rate")),
            course(look, answer, ("revenue",), title=_("Revenue")),
        ],
        "table": table_of_steps(look, answer, BY_GROUP),
        "answer": answer,
    }


def funnel(look: Look) -> dict[str, Any]:
    """The stages of the pipeline with most deals."""
    pipelines = pipelines_of(look.user)
    pipeline = pipelines[0][0] if pipelines else ""
    try:
        whole = deal_funnels(look.user, look.filters, pipeline=pipeline)[""]
    except QuestionError as error:
        look.problems.append(error.message)
        return {}
    title = _("From stage to stage: %(pipeline)s") % {"pipeline": pipeline} if pipeline else _("From stage to stage")
    view = draw_funnel(look, whole, kind="deals", pipeline=pipeline, title=title)
    return {"funnel": view, "url": look.page_url("funnel")}


@analytics_page("deals", shown=OF_DEALS, options=DealsOptions, parts={"groups": groups, "funnel": funnel})
def deals(look: Look) -> dict[str, Any]:
    answer = look.ask(*TILES, compare=True)
    now = look.ask(*NOW, noted=False)
    return {"cards": cards_of(look, answer) + cards_of(look, now), "is_empty": is_empty(answer, now)}
