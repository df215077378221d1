"""The team dashboard: revenue against target, activity, pipeline, conversion, who is ahead, trends, what to look at."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _

from analytics.asking.steps import start_of
from analytics.charts import Entry, Table
from analytics.funnel import deal_funnels, pipelines_of
from analytics.metrics import METRICS
from analytics.pages.alerts import alerts as alert_lists
from analytics.pages.composing import bars, course, dots, stack, table, whole_of
from analytics.pages.figures import cards_of
from analytics.pages.filters import OF_ALL
from analytics.pages.frame import analytics_page
from analytics.pages.funnel_chart import draw_funnel
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Filters, Grain
from analytics.ranking import rank_figures
from analytics.standing import change_between

RESULTS = ("revenue", "target_attainment", "deals_won", "average_deal_size", "win_rate", "win_loss_ratio")
PIPELINE = ("open_deals", "pipeline_value", "weighted_pipeline", "pipeline_coverage", "pipeline_velocity")
ACTIVITY = ("calls_logged", "emails", "meetings", "proposals", "demos")
LEADERS = ("revenue", "target_attainment", "deals_won", "win_rate", "average_deal_size")
TRENDS = ("revenue", "deals_won", "win_rate", "average_deal_size")
OF_TEAMS = OF_ALL & {"agent", "team"}


def pipeline(look: Look) -> dict[str, Any]:
    return {"cards": cards_of(look, look.ask(*PIPELINE)), "heading": _("Pipeline")}


def stages(look: Look) -> dict[str, Any]:
    pipelines = pipelines_of(look.user)
    name = pipelines[0][0] if pipelines else ""
    # How far deals come takes longer than most periods: all that there are, whenever they began.
    ever = replace(look, filters=replace(look.filters, since=None, until=None))
    whole = deal_funnels(look.user, ever.filters, pipeline=name)[""]
    view = draw_funnel(ever, whole, kind="deals", pipeline=name, title=_("From stage to stage, all deals"))
    return {"funnel": view, "url": look.page_url("funnel")}


def activity(look: Look) -> dict[str, Any]:
    answer = look.ask("activities", *ACTIVITY, compare=True)
    calls = look.ask("calls", compare=True, noted=False)
    agents = look.ask("activities", *ACTIVITY, by="agent", noted=False)
    return {
        "cards": cards_of(look, calls) + cards_of(look, answer),
        "charts": [stack(look, agents, ACTIVITY, title=_("Activities by employee"))],
        "heading": _("Activity"),
    }


def conversion(look: Look) -> dict[str, Any]:
    leads = look.ask("lead_conversion_rate", "lead_win_rate", compare=True)
    calls = look.ask("conversion_rate", compare=True, noted=False)
    sources = look.ask("win_rate", by="source", noted=False)
    whole = look.ask("win_rate", noted=False)
    return {
        "cards": cards_of(look, leads) + cards_of(look, calls),
        "charts": [dots(look, sources, "win_rate", title=_("Win rate by source"), whole=whole_of(whole, "win_rate"))],
        "heading": _("Conversion"),
    }


def leaderboard(look: Look) -> dict[str, Any]:
    """By revenue, which is known exactly; equal revenue is a tie. Of shares the interval says how sure they are."""
    answer = look.ask(*LEADERS, by="agent", noted=False)
    cells = sorted((cell for cell in answer.cells if cell.metric == "revenue" and cell.key != "-"),
                   key=lambda cell: -float(cell.figure.value or 0))  # fmt: skip
    ranks = rank_figures([cell.figure for cell in cells])
    order = {cell.key: n for n, cell in enumerate(cells)}
    links = {cell.key: look.agent_url(cell.key) for cell in cells}
    plain = table(look, answer, LEADERS, link=links)
    keys = [cell.key for cell in answer.cells if cell.metric == "revenue"]
    rows = [
        (order[key], (row[0], Entry(_place(ranks[order[key]])), *row[1:]))
        for key, row in zip(keys, plain.rows, strict=True)
        if key in order
    ]
    lines = tuple(row for _n, row in sorted(rows, key=lambda each: each[0]))
    return {
        "table": Table((plain.head[0], _("Rank"), *plain.head[1:]), lines),
        "table_title": _("Leaderboard"),
        "table_id": "leaders",
    }


def _place(rank: Any) -> str:
    if rank is None:
        return "–"
    return str(rank.best) if rank.is_sure else f"{rank.best}–{rank.worst}"


def mix(look: Look) -> dict[str, Any]:
    lines = look.ask("revenue", by="product_line", noted=False)
    regions = look.ask("revenue", by="region", noted=False)
    return {
        "charts": [
            bars(look, lines, "revenue", title=_("Revenue by product line"), id="revenue-by-line"),
            bars(look, regions, "revenue", title=_("Revenue by region"), id="revenue-by-region"),
        ]
    }


def trends(look: Look) -> dict[str, Any]:
    """Whole months and quarters alone are compared: one that is not over yet looks like a fall."""
    months = _over(look, Grain.MONTH, 25)
    quarters = _over(look, Grain.QUARTER, 6)
    rows = [
        row
        for metric in TRENDS
        for row in (
            _trend(look, months, metric, 1, _("Month over month")),
            _trend(look, quarters, metric, 1, _("Quarter over quarter")),
            _trend(look, months, metric, 12, _("Month over the same month last year")),
        )
        if row
    ]
    head = (_("Figure"), _("Compared"), _("Then"), _("Now"), _("Change"), _("Interval of the change (95 %)"))
    recent = replace(months, cells=tuple(cell for cell in months.cells if cell.start and cell.start >= _ago(look, 13)))
    return {
        "charts": [course(look, recent, ("revenue",), title=_("Revenue by month")),
                   course(look, recent, ("win_rate",), title=_("Win rate by month"))],
        "table": Table(head, tuple(rows), texts=(1,)),
        "table_title": _("Trends"),
        "table_id": "trends",
    }  # fmt: skip


def _over(look: Look, grain: Grain, steps: int) -> Answer:
    """The last whole steps."""
    until = start_of(look.today, grain) - timedelta(days=1)
    since = start_of(until - timedelta(days=(steps - 1) * (31 if grain == Grain.MONTH else 92)), grain)
    filters: Filters = replace(look.filters, since=since, until=until)
    return look.ask(*TRENDS, grain=grain, filters=filters, noted=False)


def _ago(look: Look, months: int) -> date:
    return start_of(look.today - timedelta(days=months * 31), Grain.MONTH)


def _trend(look: Look, answer: Answer, metric: str, back: int, words: str) -> tuple[Entry, ...] | None:
    cells = answer.of(metric)
    if len(cells) <= back:
        return None
    now, before = cells[-1], cells[-1 - back]
    if not now.figure.n and not before.figure.n:
        return None
    numbers, unit, grain = look.numbers, METRICS[metric].unit, answer.question.grain or Grain.MONTH
    change = change_between(now.figure, before.figure)

    def shown(cell: Cell) -> Entry:
        step = numbers.step(cell.start, grain, with_year=True) if cell.start else ""
        return Entry(f"{numbers.value(unit, cell.figure.value)} ({step})", "", not cell.figure.enough)

    weak = change.is_real is False
    said = numbers.change(unit, change) or "–"
    return (
        Entry(str(METRICS[metric].name)),
        Entry(words),
        shown(before),
        shown(now),
        Entry(f"{said}, {_('may be chance')}" if weak else said, "", weak),
        Entry(numbers.change_interval(unit, change) or "–", "", weak),
    )


def alerts(look: Look) -> dict[str, Any]:
    return {"alerts": alert_lists(look)}


PARTS = {
    "leaderboard": leaderboard,
    "pipeline": pipeline,
    "stages": stages,
    "activity": activity,
    "conversion": conversion,
    "mix": mix,
    "trends": trends,
    "alerts": alerts,
}


@analytics_page("team", shown=OF_TEAMS, parts=PARTS)
def team(look: Look) -> dict[str, Any]:
    return {"cards": cards_of(look, look.ask(*RESULTS, compare=True))}
