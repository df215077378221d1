"""Who is ahead, as far as the figures can tell."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from analytics.charts import Bars, Chart, Dots, Spot, draw_bars, draw_dots
from analytics.metrics import METRICS, MISSING, Better, Metric, can_be_asked_by
from analytics.pages.behind import address_behind
from analytics.pages.choices_of_metrics import metric_choices, metric_of
from analytics.pages.fields import OptionForm
from analytics.pages.figures import Moved, moved_of, spots_of
from analytics.pages.frame import analytics_page
from analytics.pages.look import Look
from analytics.questions import Answer, Cell, Figure
from analytics.ranking import Rank, rank_figures

FIRST = "conversion_rate"
MOST_DRAWN = 40
RANKABLE = tuple(
    metric for metric in METRICS.values() if metric.better != Better.NEITHER and can_be_asked_by(metric, "agent")
)


class LeaderboardOptions(OptionForm):
    metric = forms.ChoiceField(
        label=gettext_lazy("Ranked by"), required=False, choices=metric_choices(RANKABLE, first=FIRST)
    )
    of = forms.ChoiceField(
        label=gettext_lazy("Of"),
        required=False,
        choices=[("", gettext_lazy("Employees")), ("team", gettext_lazy("Teams"))],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One line of the board; without a rank where too few rows stand behind it."""

    rank: str
    is_tied: bool
    name: str
    value: str
    interval: str
    n: str
    url: str
    moved: Moved | None
    key: str


@analytics_page("leaderboard", options=LeaderboardOptions)
def leaderboard(look: Look) -> dict[str, Any]:
    metric = metric_of(look.option("metric"), first=FIRST)
    return board_of(look, metric, by=look.option("of") or "agent")


def board_of(look: Look, metric: Metric, *, by: str, most: int | None = None) -> dict[str, Any]:
    """The board of a metric: ranked places, those without a rank, and the chart. `most` cuts the places."""
    answer = look.ask(metric.key, by=by, compare=True)
    whole = look.ask(metric.key, noted=False)
    cells = [cells[0] for key, cells in answer.groups(metric.key).items() if key != MISSING and cells[0].figure.n]
    ranks = rank_figures([cell.figure for cell in cells], higher_is_better=metric.better == Better.HIGHER)
    ordered = _in_order(cells, ranks, metric)
    places = [_place(look, metric, cell, rank, by) for cell, rank in ordered]
    whole_figure = next((cell.figure for cell in whole.of(metric.key)), None)
    return {
        "metric": metric,
        "by": by,
        "places": [place for place in places if place.rank][:most],
        "unranked": [] if most else [place for place in places if not place.rank],
        "all_tied": len([rank for rank in ranks if rank]) > 1 and all(rank.best == 1 for rank in ranks if rank),
        "chart": _chart(look, metric, answer, ordered, whole_figure, by),
        "whole": look.numbers.figure(metric.unit, whole_figure) if whole_figure else "",
        "is_estimate": any(cell.figure.low is not None for cell in cells),
        "is_empty": not cells,
    }


def _in_order(cells: list[Cell], ranks: list[Rank | None], metric: Metric) -> list[tuple[Cell, Rank | None]]:
    """The best first; those without a rank behind all others."""
    sign = -1 if metric.better == Better.HIGHER else 1

    def place(pair: tuple[Cell, Rank | None]) -> tuple[bool, float]:
        return pair[1] is None, sign * float(pair[0].figure.value or 0)

    return sorted(zip(cells, ranks, strict=True), key=place)


def _place(look: Look, metric: Metric, cell: Cell, rank: Rank | None, by: str) -> Place:
    numbers = look.numbers
    return Place(
        rank="" if rank is None else str(rank.best) if rank.is_sure else f"{rank.best}–{rank.worst}",
        is_tied=rank is not None and not rank.is_sure,
        name=cell.label,
        value=numbers.value(metric.unit, cell.figure.value),
        interval=numbers.interval(metric.unit, cell.figure),
        n=numbers.count(cell.figure.n),
        url=address_behind(look, metric.key, by=by, key=cell.key),
        moved=moved_of(metric, cell.change, numbers, look.compare),
        key=cell.key,
    )


def _chart(
    look: Look,
    metric: Metric,
    answer: Answer,
    ordered: list[tuple[Cell, Rank | None]],
    whole: Figure | None,
    by: str,
) -> Chart:
    found = {spot.key: spot for spot in spots_of(look, answer, metric.key)}
    spots: tuple[Spot, ...] = tuple(found[cell.key] for cell, _rank in ordered[:MOST_DRAWN])
    heading = _("Team") if by == "team" else _("Employee")
    title, note = str(metric.name), ""
    if len(ordered) > MOST_DRAWN:
        note = _("The first %(n)d are drawn; the table below has all.") % {"n": MOST_DRAWN}
    if any(spot.figure.low is not None for spot in spots):
        dots = Dots(id="board", title=title, unit=metric.unit, heading=heading, spots=spots, whole=whole, note=note)
        return draw_dots(dots, look.numbers)
    return draw_bars(
        Bars(id="board", title=title, unit=metric.unit, heading=heading, spots=spots, note=note), look.numbers
    )
