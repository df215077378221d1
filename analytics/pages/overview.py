"""How are we doing: the figures that matter, each against the period before."""

from typing import Any

from analytics.charts import Chart
from analytics.pages.figures import Card, cards_of, course_chart, is_empty
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Answer

CALLS = ("calls", "conversion_rate", "quality_score", "average_duration", "answer_rate", "csat")
DEALS = ("revenue", "deals_won", "win_rate", "average_deal_size", "sales_cycle_days")
PIPELINE = ("pipeline_value",)
DRAWN_OF_CALLS, DRAWN_OF_DEALS = ("calls", "conversion_rate"), ("revenue", "win_rate")
SPARKS = ("calls", "conversion_rate", "quality_score", "revenue", "deals_won", "win_rate")
_HEIGHT = 220


@analytics_page("overview", shown=OF_ALL)
def overview(look: Look) -> dict[str, Any]:
    return overview_of(look)


def overview_of(look: Look) -> dict[str, Any]:
    """Cards of calls and of deals, and their courses; for this page and for the dashboard."""
    whole = look.ask(*CALLS, *DEALS, compare=True)
    open_now = look.ask(*PIPELINE)
    course = look.ask(*SPARKS, grain=look.grain, noted=False)
    calls = _with_value(cards_of(look, whole, course, CALLS))
    deals = [*cards_of(look, whole, course, DEALS), *cards_of(look, open_now, None, PIPELINE)]
    has_calls = bool(whole.of("calls") and whole.of("calls")[0].figure.n)
    has_deals = any(cell.figure.n for key in (*DEALS, *PIPELINE) for cell in (*whole.of(key), *open_now.of(key)))
    drawn = [*(DRAWN_OF_CALLS if has_calls else ()), *(DRAWN_OF_DEALS if has_deals else ())]
    charts = [_course(look, course, metric) for metric in drawn]
    return {
        "call_cards": calls if has_calls else [],
        "deal_cards": deals if has_deals else [],
        "charts": charts,
        "is_empty": is_empty(whole, open_now),
    }


def _course(look: Look, course: Answer, metric: str) -> Chart:
    more = {"height": _HEIGHT, "url": look.page_url("trends", metric=metric)}
    return course_chart(look, course, metric, id=f"course-{metric}", more=more)


def _with_value(cards: list[Card]) -> list[Card]:
    """Without cards of what nobody measures here: where no customer rates calls, there is no satisfaction to show."""
    return [card for card in cards if card.has_value or card.metric.key != "csat"]
