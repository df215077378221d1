"""The dashboard over the list of calls: the first look of each page of performance, with the way to more."""

from typing import Any

from django.utils.translation import gettext as _

from analytics.funnel import deal_funnels, pipelines_of
from analytics.metrics import METRICS
from analytics.pages.figures import course_chart
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.funnel_chart import draw_funnel
from analytics.pages.geography import geography_of
from analytics.pages.leaderboard import FIRST, board_of
from analytics.pages.look import Look
from analytics.pages.overview import courses, overview_of
from analytics.pages.registry import PAGES, Group
from analytics.pages.volume import week_chart
from analytics.questions import QuestionError

PLACES = 5


def ahead(look: Look) -> dict[str, Any]:
    """The head of the leaderboard."""
    board = board_of(look, METRICS[FIRST], by="agent", most=PLACES)
    return {**board, "board_url": look.page_url("leaderboard")}


def volume(look: Look) -> dict[str, Any]:
    """When calls are made."""
    return {"charts": [week_chart(look, look.ask("calls", by="weekday_hour", noted=False))]}


def quality(look: Look) -> dict[str, Any]:
    """The course of quality."""
    course = look.ask("quality_score", grain=look.grain, noted=False)
    more = {"from_zero": False, "height": 220, "url": look.page_url("quality")}
    return {"charts": [course_chart(look, course, "quality_score", id="course-quality", more=more)]}


def funnel(look: Look) -> dict[str, Any]:
    """The way of deals through the first pipeline."""
    pipeline = next((name for name, _n in pipelines_of(look.user)), "")
    try:
        funnels = deal_funnels(look.user, look.filters, pipeline=pipeline, by="", brief=False)
    except QuestionError:
        return {}
    whole = draw_funnel(look, funnels[""], kind="deals", pipeline=pipeline, title=_("Funnel of deals"))
    return {"funnel": whole, "url": look.page_url("funnel")}


def geography(look: Look) -> dict[str, Any]:
    """Where calls come from."""
    return {**geography_of(look), "url": look.page_url("geography")}


PARTS = {
    "courses": courses,
    "ahead": ahead,
    "volume": volume,
    "quality": quality,
    "funnel": funnel,
    "geography": geography,
}


@analytics_page("dashboard", shown=OF_ALL, parts=PARTS)
def dashboard(look: Look) -> dict[str, Any]:
    onward = [
        {"label": page.label, "url": look.page_url(page.name)} for page in PAGES if page.group == Group.PERFORMANCE
    ]
    return {**overview_of(look), "onward": onward}
