"""How are we doing: the figures that matter, each against the period before."""

from typing import Any

from analytics.charts import Chart
from analytics.pages.figures import Card, cards_of, course_chart, is_empty, sparks_of
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Answer

CALLS = ("calls", "conversion_rate", "quality_score", "average_duration", "answer_rate", "csat")
DEALS = ("revenue", "deals_won", "win_rate", "average_deal_size", "sales_cycle_days")
PIPELINE = ("pipeline_value",)
DRAWN = ("calls", "conversion_rate", "revenue", "win_rate")
SPARKS = ("calls", "conversion_rate", "quality_score", "revenue", "deals_won", "win_rate")
_HEIGHT = 220


def courses(look: Look) -> dict[str, Any]:
    """The courses of the figures: charts, and the small lines of the cards, which come with them."""
    course = look.ask(*SPARKS, grain=look.grain, noted=False)
    drawn = [key for key in DRAWN if any(cell.figure.n for cell in course.of(key))]
    return {"charts": [_course(look, course, key) for key in drawn], "sparks": sparks_of(look, course, SPARKS)}


@analytics_page("overview", shown=OF_ALL, parts={"courses": courses})
def overview(look: Look) -> dict[str, Any]:
    return overview_of(look)


def overview_of(look: Look) -> dict[str, Any]:
    """Cards of calls and of deals; for this page and for the dashboard."""
    whole = look.ask(*CALLS, *DEALS, compare=True)
    open_now = look.ask(*PIPELINE)
    calls = _with_value(cards_of(look, whole, CALLS, sparks=SPARKS))
    deals = [*cards_of(look, whole, DEALS, sparks=SPARKS), *cards_of(look, open_now, PIPELINE)]
    has_calls = bool(whole.of("calls") and whole.of("calls")[0].figure.n)
    has_deals = any(cell.figure.n for key in (*DEALS, *PIPELINE) for cell in (*whole.of(key), *open_now.of(key)))
    return {
        "call_cards": calls if has_calls else [],
        "deal_cards": deals if has_deals else [],
        "is_empty": is_empty(whole, open_now),
    }


def _course(look: Look, course: Answer, metric: str) -> Chart:
    more = {"height": _HEIGHT, "url": look.page_url("trends", metric=metric)}
    return course_chart(look, course, metric, id=f"course-{metric}", more=more)


def _with_value(cards: list[Card]) -> list[Card]:
    """Without cards of what nobody measures here: where no customer rates calls, there is no satisfaction to show."""
    return [card for card in cards if card.has_value or card.key != "csat"]
