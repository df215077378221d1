"""The dashboard over the list of calls: the first look of each page of performance, with the way to more."""

from typing import Any

from analytics.metrics import METRICS
from analytics.pages.figures import course_chart
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.leaderboard import FIRST, board_of
from analytics.pages.look import Look
from analytics.pages.overview import courses, overview_of
from analytics.pages.registry import PAGES, Group
from analytics.pages.volume import week_chart

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


@analytics_page(
    "dashboard", shown=OF_ALL, parts={"courses": courses, "ahead": ahead, "volume": volume, "quality": quality}
)
def dashboard(look: Look) -> dict[str, Any]:
    onward = [
        {"label": page.label, "url": look.page_url(page.name)} for page in PAGES if page.group == Group.PERFORMANCE
    ]
    return {**overview_of(look), "onward": onward}
