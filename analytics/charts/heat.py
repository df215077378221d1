"""Hours of the day by days of the week, the more the deeper. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts.chart import SURFACE, Chart, Entry, Spot, Table, axis, layout, named_ticks
from analytics.charts.numbers import Numbers
from analytics.metrics import Unit

DEPTHS = tuple((step / 4, f"var(--heat-{step})") for step in range(5))
Hour = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """`spots` by (day of the week from Monday = 0, hour). Hours before the first and after the last are left out."""

    id: str
    title: str
    unit: Unit
    spots: Mapping[Hour, Spot]
    note: str = ""
    url: str = ""


def draw_week(week: Week, numbers: Numbers) -> Chart:
    found = {at: spot for at, spot in week.spots.items() if spot.figure.value is not None}
    hours = _hours(found)
    days = numbers.weekdays()
    height = 56 + 34 * 7
    grid = [[found.get((day, hour)) for hour in hours] for day in range(7)]
    drawing = layout(
        height,
        xaxis=axis(**named_ticks(hours, [f"{hour}" for hour in hours])),
        yaxis=axis(range=[6.5, -0.5], **named_ticks(range(7), days)),
        margin={"l": 40, "r": 8, "t": 8, "b": 32, "pad": 4},
    )
    return Chart(
        id=week.id,
        title=week.title,
        summary=_summary(week, found, numbers, days),
        figure={"data": [_trace(week, grid, hours, days, numbers)], "layout": drawing},
        table=_table(week, grid, hours, days, numbers) if found else Table(),
        height=height,
        note=week.note,
        url=week.url,
    )


def _hours(found: Mapping[Hour, Spot]) -> list[int]:
    used = [hour for _day, hour in found]
    return list(range(min(used, default=8), max(used, default=18) + 1))


def _trace(
    week: Week, grid: list[list[Spot | None]], hours: list[int], days: list[str], numbers: Numbers
) -> dict[str, Any]:
    return {
        "type": "heatmap",
        "x": hours,
        "y": list(range(7)),
        "z": [[_value(spot) for spot in row] for row in grid],
        "zmin": 0,
        "colorscale": [list(depth) for depth in DEPTHS],
        "showscale": False,
        "xgap": 2,
        "ygap": 2,
        "hoverinfo": "text",
        "hoverongaps": False,
        "text": [
            [_hover(week, days[day], hours[at], spot, numbers) for at, spot in enumerate(row)]
            for day, row in enumerate(grid)
        ],
        "customdata": [[spot.url if spot else "" for spot in row] for row in grid],
        "hoverlabel": {"bordercolor": SURFACE},
    }


def _value(spot: Spot | None) -> float | None:
    return None if spot is None or spot.figure.value is None else float(spot.figure.value)


def _hover(week: Week, day: str, hour: int, spot: Spot | None, numbers: Numbers) -> str:
    when = f"{day} {hour}:00–{hour}:59"
    return f"{when}<br><b>{numbers.figure(week.unit, spot.figure)}</b>" if spot else when


def _summary(week: Week, found: Mapping[Hour, Spot], numbers: Numbers, days: list[str]) -> str:
    if not found:
        return _("There is nothing to draw in this period.")
    (day, hour), top = max(found.items(), key=lambda item: _value(item[1]) or 0.0)
    return _("%(title)s: most on %(day)s at %(hour)s:00, %(most)s.") % {
        "title": week.title,
        "day": days[day],
        "hour": hour,
        "most": numbers.figure(week.unit, top.figure),
    }


def _table(week: Week, grid: list[list[Spot | None]], hours: list[int], days: list[str], numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(days[day]),
            *(Entry(numbers.figure(week.unit, spot.figure), spot.url) if spot else Entry("") for spot in row),
        )
        for day, row in enumerate(grid)
    )
    return Table((_("Day"), *(f"{hour}:00" for hour in hours)), rows)
