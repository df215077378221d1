"""Parts that pages are put together from: tiles, tables by group, charts of an answer, each leading to its rows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.charts import (
    Bars,
    Chart,
    Course,
    Dots,
    Entry,
    Line,
    Numbers,
    Spot,
    Stack,
    Table,
    draw_bars,
    draw_course,
    draw_dots,
    draw_stack,
)
from analytics.metrics import DIMENSIONS, METRICS, MISSING, Better, Unit
from analytics.pages.figures import partial_steps
from analytics.pages.filters import NARROWING
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Change, Figure, Grain

MOST_BARS = 15
# The rows that a metric counts: kind, and the set of them. Shares and means lead to what they rest on.
ROWS_BEHIND: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(
        ("calls", "call_minutes", "average_duration", "answer_rate", "conversion_rate", "qualification_rate",
         "quality_score", "csat", "follow_up_rate", "talk_ratio"), ("calls", ""),
    ),
    "deals_created": ("deals", "created"),
    "deals_won": ("deals", "won"),
    "revenue": ("deals", "won"),
    "average_deal_size": ("deals", "won"),
    "sales_cycle_days": ("deals", "won"),
    "revenue_per_agent": ("deals", "won"),
    "target_attainment": ("deals", "won"),
    "deals_lost": ("deals", "lost"),
    "lost_value": ("deals", "lost"),
    "deals_closed": ("deals", "closed"),
    "win_rate": ("deals", "closed"),
    "win_loss_ratio": ("deals", "closed"),
    "open_deals": ("deals", "open"),
    "pipeline_value": ("deals", "open"),
    "weighted_pipeline": ("deals", "open"),
    "pipeline_velocity": ("deals", "open"),
    "pipeline_coverage": ("deals", "open"),
    "leads": ("leads", "created"),
    "lead_conversion_rate": ("leads", "created"),
    "lead_win_rate": ("leads", "won"),
    **dict.fromkeys(("activities", "emails", "meetings", "proposals", "demos", "calls_logged"), ("activities", "all")),
    "tasks_created": ("tasks", "created"),
    "task_completion_rate": ("tasks", "created"),
    "tasks_done": ("tasks", "done"),
    "tasks_overdue": ("tasks", "late"),
    "customers": ("customers", "active"),
    "new_customers": ("customers", "new"),
    "purchases": ("purchases", "all"),
    "purchase_value": ("purchases", "all"),
    **dict.fromkeys(
        ("ad_cost", "cost_per_call", "cost_per_lead", "cost_per_deal", "acquisition_cost"), ("ad_costs", "all")
    ),
}  # fmt: skip
_TYPES = {"emails": "email", "meetings": "meeting", "proposals": "proposal", "demos": "demo", "calls_logged": "call"}
# The name in an address of what a dimension filters.
PARAMETERS = {dimension: name for dimension, each in DIMENSIONS.items() for name, target in NARROWING.items()
              if each.filter == target}  # fmt: skip
# Dimensions that a list of rows narrows by besides the filters.
_OF_LISTS = {"stage": "stage", "campaign": "campaign", "activity_type": "activity"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Tile:
    """One figure with what it is compared with. `course` is "good", "bad" or "" for a change that is not sure."""

    label: str
    says: str
    value: str
    interval: str
    rests_on: str
    is_weak: bool
    change: str = ""
    course: str = ""
    prior: str = ""
    url: str = ""


def numbers_of(look: Look) -> Numbers:
    return Numbers(get_language() or "en", look.currency)


def address_behind(look: Look, metric: str, *, by: str = "", key: str = "", **narrowed: Any) -> str:
    """The rows that the figure of `metric` counts, for one group of dimension `by`; "" where there is no list."""
    if metric not in ROWS_BEHIND:
        return ""
    kind, which = ROWS_BEHIND[metric]
    if which and kind != "calls":
        narrowed["which"] = which
    if metric in _TYPES:
        narrowed["activity"] = _TYPES[metric]
    parameter = PARAMETERS.get(by) or _OF_LISTS.get(by)
    if by and not parameter:
        return ""
    if by and key == MISSING and (kind == "calls" or parameter in _OF_LISTS.values()):
        return ""
    if by:
        narrowed[str(parameter)] = key
    return look.rows_url(kind, **narrowed)


def tiles(look: Look, answer: Answer, metrics: Iterable[str] = ()) -> list[Tile]:
    """A tile for each metric of an answer for the whole; all of its metrics without a choice."""
    found = {cell.metric: cell for cell in answer.cells if not cell.key}
    return [tile(look, found[key]) for key in metrics or found if key in found]


def tile(look: Look, cell: Cell) -> Tile:
    numbers, metric = numbers_of(look), METRICS[cell.metric]
    figure, change = cell.figure, cell.change
    has_interval = metric.interval != "none"
    return Tile(
        label=str(metric.name),
        says=str(metric.says),
        value=numbers.value(metric.unit, figure.value),
        interval=numbers.interval(metric.unit, figure) if figure.value is not None else "",
        rests_on=numbers.rests_on(figure) if has_interval or not figure.enough else "",
        is_weak=not figure.enough or figure.value is None,
        change=numbers.change(metric.unit, change),
        course=course_of(change, metric.better, has_interval=has_interval),
        prior=numbers.value(metric.unit, change.prior.value) if change and change.prior.value is not None else "",
        url=address_behind(look, cell.metric),
    )


def course_of(change: Change | None, better: Better, *, has_interval: bool) -> str:
    """Whether a change is for the better; "" where it may be chance, or is no matter of better and worse."""
    if change is None or not change.absolute or better == Better.NEITHER:
        return ""
    if has_interval and not change.is_real:
        return ""
    return "good" if (change.absolute > 0) == (better == Better.HIGHER) else "bad"


def spots(look: Look, answer: Answer, metric: str, *, most: int = MOST_BARS) -> tuple[Spot, ...]:
    """The groups of an answer with their rows, in its order (largest n first)."""
    by = answer.question.by
    return tuple(
        Spot(label=cell.label, key=cell.key, figure=cell.figure, url=address_behind(look, metric, by=by, key=cell.key))
        for cell in [cell for cell in answer.cells if cell.metric == metric][:most]
    )


def bars(look: Look, answer: Answer, metric: str, *, title: str, note: str = "", id: str = "") -> Chart:
    """One bar per group, the longest first."""
    ordered = sorted(spots(look, answer, metric), key=lambda spot: -float(spot.figure.value or 0))
    return draw_bars(
        Bars(id=id or f"bars-{metric}", title=title, unit=METRICS[metric].unit, heading=heading_of(answer),
             spots=tuple(ordered), note=note), numbers_of(look),
    )  # fmt: skip


def shares(look: Look, answer: Answer, metric: str, *, title: str, id: str, note: str = "") -> Chart:
    """Parts of the whole in one lying bar."""
    parts = tuple((spot.label, (spot,)) for spot in spots(look, answer, metric))
    return draw_stack(
        Stack(id=id, title=title, unit=METRICS[metric].unit, heading=heading_of(answer),
              columns=(str(METRICS[metric].name),), parts=parts, lying=True, note=note), numbers_of(look),
    )  # fmt: skip


def count_tile(look: Look, label: str, rows: QuerySet[Any], *, url: str) -> Tile:
    """How many rows there are, as a tile: one query."""
    n = rows.order_by().count()
    return Tile(label=label, says=label, value=numbers_of(look).count(n), interval="", rests_on="", is_weak=False,
                url=url)  # fmt: skip


def dots(
    look: Look, answer: Answer, metric: str, *, title: str, whole: Figure | None = None, note: str = "", id: str = ""
) -> Chart:
    """One dot with its interval per group, the highest first."""
    ordered = sorted(spots(look, answer, metric), key=lambda spot: -float(spot.figure.value or 0))
    return draw_dots(
        Dots(id=f"dots-{metric}{id and f'-{id}'}", title=title, unit=METRICS[metric].unit, heading=heading_of(answer),
             spots=tuple(ordered), whole=whole, note=note), numbers_of(look),
    )  # fmt: skip


def stack(look: Look, answer: Answer, metrics: Sequence[str], *, title: str, note: str = "") -> Chart:
    """The metrics of each group one after the other in a lying bar."""
    columns = {cell.key: cell.label for cell in answer.cells if cell.metric == metrics[0]}
    shown = list(columns)[:MOST_BARS]
    parts = []
    for metric in metrics:
        found = {spot.key: spot for spot in spots(look, answer, metric, most=1000)}
        parts.append((str(METRICS[metric].name), tuple(found.get(key) for key in shown)))
    return draw_stack(
        Stack(id=f"stack-{metrics[0]}", title=title, unit=METRICS[metrics[0]].unit, heading=heading_of(answer),
              columns=tuple(columns[key] for key in shown), parts=tuple(parts), lying=True, note=note),
        numbers_of(look),
    )  # fmt: skip


def course(look: Look, answer: Answer, metrics: Sequence[str], *, title: str, note: str = "") -> Chart:
    """Metrics of one unit as lines over the steps of an answer."""
    numbers, grain = numbers_of(look), answer.question.grain or Grain.MONTH
    starts = sorted({cell.start for cell in answer.cells if cell.start})
    lines = []
    for metric in metrics:
        found = {cell.start: cell for cell in answer.of(metric)}
        points = [Spot(label=numbers.step(start, grain), title=numbers.step(start, grain, with_year=True),
                       figure=found[start].figure) if start in found else None for start in starts]  # fmt: skip
        lines.append(Line(name=str(METRICS[metric].name), spots=tuple(points)))
    return draw_course(
        Course(id=f"course-{metrics[0]}", title=title, unit=METRICS[metrics[0]].unit,
               steps=tuple(numbers.step(start, grain) for start in starts), lines=tuple(lines),
               partial=partial_steps(look, METRICS[metrics[0]], starts, grain), note=note),
        numbers,
    )  # fmt: skip


def table(
    look: Look, answer: Answer, metrics: Sequence[str], *, link: Mapping[str, str] | None = None, share_of: str = ""
) -> Table:
    """A line for each group with all metrics; shares and means with their interval.

    `link` is that of a group; `share_of` a metric of which a column says what part of all groups' sum is this one's.
    """
    numbers = numbers_of(look)
    cells = {(cell.metric, cell.key): cell for cell in answer.cells}
    keys = {cell.key: cell.label for cell in answer.cells if cell.metric == metrics[0]}
    total = sum(float(cell.figure.value or 0) for (metric, _key), cell in cells.items() if metric == share_of)
    rows = []
    for key, label in keys.items():
        row = [Entry(label, (link or {}).get(key, ""))]
        for metric in metrics:
            cell = cells.get((metric, key))
            row.append(_entry(look, answer, cell, numbers) if cell else Entry("–"))
            if metric == share_of:
                part = float(cell.figure.value or 0) / total if cell and total else None
                row.append(Entry(numbers.value(Unit.SHARE, part)))
        rows.append(tuple(row))
    head = [name for metric in metrics for name in
            (str(METRICS[metric].name), *((_("Share"),) if metric == share_of else ()))]  # fmt: skip
    return Table((heading_of(answer), *head), tuple(rows))


def _entry(look: Look, answer: Answer, cell: Cell, numbers: Numbers) -> Entry:
    unit, figure = METRICS[cell.metric].unit, cell.figure
    url = address_behind(look, cell.metric, by=answer.question.by, key=cell.key) if figure.n else ""
    text = numbers.value(unit, figure.value) if unit == Unit.MONEY else numbers.figure(unit, figure)
    return Entry(text, url, not figure.enough)


def heading_of(answer: Answer) -> str:
    by = answer.question.by
    if by in DIMENSIONS:
        return str(DIMENSIONS[by].name)
    return by.rsplit(".", 1)[-1] if by else _("Step")


def whole_of(answer: Answer, metric: str) -> Figure | None:
    cells = answer.of(metric)
    return cells[0].figure if cells else None
