"""Bars: one figure per group with its interval, groups over steps, and parts of a whole. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts.chart import (
    HEIGHT,
    INK,
    MUTED,
    SURFACE,
    Chart,
    Entry,
    Legend,
    Spot,
    Table,
    axis,
    color,
    layout,
    named_ticks,
    see_through,
)  # fmt: skip
from analytics.charts.numbers import Numbers
from analytics.charts.scale import bounds_of, value_axis
from analytics.metrics import Unit

ROW, FRAME = 30, 56
_LONGEST = 26


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Groups in their order. `lying`: names at the left, for long names; otherwise upright, for steps and classes.

    `heading` names what the groups are, for the table.
    """

    id: str
    title: str
    unit: Unit
    heading: str
    spots: tuple[Spot, ...]
    lying: bool = True
    height: int = HEIGHT
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """Parts of wholes: `parts` are (name, one spot per column or None). Columns stand upright or lie."""

    id: str
    title: str
    unit: Unit
    heading: str
    columns: tuple[str, ...]
    parts: tuple[tuple[str, tuple[Spot | None, ...]], ...]
    lying: bool = False
    as_shares: bool = False
    height: int = HEIGHT
    note: str = ""
    url: str = ""


def draw_bars(bars: Bars, numbers: Numbers) -> Chart:
    spots = [spot for spot in bars.spots if spot.figure.value is not None]
    height = FRAME + ROW * max(2, len(spots)) if bars.lying else bars.height
    low, high = bounds_of(spot.figure for spot in spots)
    values, names = value_axis(bars.unit, numbers, low, high), _names(spots, bars.lying)
    axes = {"xaxis": values, "yaxis": names} if bars.lying else {"xaxis": names, "yaxis": values}
    return Chart(
        id=bars.id,
        title=bars.title,
        summary=_summary(bars, spots, numbers),
        figure={"data": [_bar(bars, spots, numbers)], "layout": layout(height, bargap=0.38, **axes)},
        table=_table(bars, spots, numbers) if spots else Table(),
        height=height,
        note=bars.note,
        url=bars.url,
    )


def _bar(bars: Bars, spots: list[Spot], numbers: Numbers) -> dict[str, Any]:
    values = [float(spot.figure.value or 0) for spot in spots]
    places = list(range(len(spots)))
    along, across = ("x", "y") if bars.lying else ("y", "x")
    trace: dict[str, Any] = {
        "type": "bar",
        "orientation": "h" if bars.lying else "v",
        along: values,
        across: places,
        "marker": {
            "color": [color(0) if spot.figure.enough else see_through(MUTED, 35) for spot in spots],
            "cornerradius": 3,
        },
        "hoverinfo": "text",
        "hovertext": [hover_of(spot, bars.unit, numbers) for spot in spots],
        "textposition": "none",
        "customdata": [spot.url for spot in spots],
    }
    if any(spot.figure.low is not None for spot in spots):
        trace[f"error_{along}"] = whiskers(spots)
    return trace


def whiskers(spots: list[Spot]) -> dict[str, Any]:
    """Intervals as error bars."""
    return {
        "type": "data",
        "symmetric": False,
        "array": [_reach(spot, up=True) for spot in spots],
        "arrayminus": [_reach(spot, up=False) for spot in spots],
        "color": INK,
        "thickness": 1.25,
        "width": 3,
    }


def _reach(spot: Spot, *, up: bool) -> float:
    bound = spot.figure.high if up else spot.figure.low
    return 0.0 if bound is None else abs(bound - float(spot.figure.value or 0))


def _names(spots: list[Spot], lying: bool) -> dict[str, Any]:
    words = [shortened(spot.label) for spot in spots]
    ticks = named_ticks(range(len(spots)), words)
    span = [len(spots) - 0.5, -0.5] if lying else [-0.5, len(spots) - 0.5]
    return axis(range=span, **ticks, **({"tickfont": {"color": INK}} if lying else {}))


def shortened(name: str) -> str:
    """A name for an axis, safe in plotly's pseudo-HTML."""
    cut = name if len(name) <= _LONGEST else name[: _LONGEST - 1].rstrip() + "…"
    return cut.replace("<", "&lt;")


def hover_of(spot: Spot, unit: Unit, numbers: Numbers) -> str:
    name = (spot.title or spot.label).replace("<", "&lt;")
    rests = numbers.rests_on(spot.figure)
    rests = rests if spot.figure.enough else _("%(n)s, too few to be sure") % {"n": rests}
    return f"{name}<br><b>{numbers.figure(unit, spot.figure)}</b><br>{rests}"


def _summary(bars: Bars, spots: list[Spot], numbers: Numbers) -> str:
    if not spots:
        return _("There is nothing to draw in this period.")
    top = max(spots, key=lambda spot: float(spot.figure.value or 0))
    bottom = min(spots, key=lambda spot: float(spot.figure.value or 0))
    say = {
        "title": bars.title,
        "n": len(spots),
        "top": top.title or top.label,
        "high": numbers.figure(bars.unit, top.figure),
        "bottom": bottom.title or bottom.label,
        "low": numbers.figure(bars.unit, bottom.figure),
    }
    if len(spots) == 1:
        return _("%(title)s: %(top)s %(high)s.") % say
    return _("%(title)s: highest for %(top)s, %(high)s; lowest for %(bottom)s, %(low)s.") % say


def _table(bars: Bars, spots: list[Spot], numbers: Numbers) -> Table:
    return table_of_spots(bars.heading, bars.title, bars.unit, spots, numbers)


def table_of_spots(heading: str, title: str, unit: Unit, spots: list[Spot], numbers: Numbers) -> Table:
    """One row per group: value (to its rows), interval, n."""
    rows = tuple(
        (
            Entry(spot.title or spot.label),
            Entry(numbers.value(unit, spot.figure.value), spot.url, not spot.figure.enough),
            Entry(numbers.interval(unit, spot.figure), "", not spot.figure.enough),
            Entry(numbers.count(spot.figure.n), "", not spot.figure.enough),
        )
        for spot in spots
    )
    return Table((heading, title, _("Interval (95 %)"), "n"), rows)


def draw_stack(stack: Stack, numbers: Numbers) -> Chart:
    totals = [sum(_amount(spots[n]) for _, spots in stack.parts) for n in range(len(stack.columns))]
    height = FRAME + ROW * max(2, len(stack.columns)) if stack.lying else stack.height
    top = 1.0 if stack.as_shares else max(totals, default=0.0)
    values = value_axis(Unit.SHARE if stack.as_shares else stack.unit, numbers, 0, top)
    span = [len(stack.columns) - 0.5, -0.5] if stack.lying else [-0.5, len(stack.columns) - 0.5]
    names = axis(range=span, **named_ticks(range(len(stack.columns)), [shortened(each) for each in stack.columns]))
    axes = {"xaxis": values, "yaxis": names} if stack.lying else {"xaxis": names, "yaxis": values}
    return Chart(
        id=stack.id,
        title=stack.title,
        summary=_stack_summary(stack, totals, numbers),
        figure={
            "data": [_part(n, stack, totals, numbers) for n in range(len(stack.parts))],
            "layout": layout(height, barmode="stack", bargap=0.3, **axes),
        },
        table=_stack_table(stack, numbers) if sum(totals) else Table(),
        height=height,
        note=stack.note,
        url=stack.url,
        legend=tuple(Legend(n % 6 + 1, name) for n, (name, _spots) in enumerate(stack.parts)),
    )


def _amount(spot: Spot | None) -> float:
    return 0.0 if spot is None or spot.figure.value is None else float(spot.figure.value)


def _part(n: int, stack: Stack, totals: list[float], numbers: Numbers) -> dict[str, Any]:
    name, spots = stack.parts[n]
    amounts = [_amount(spot) for spot in spots]
    if stack.as_shares:
        amounts = [amount / total if total else 0.0 for amount, total in zip(amounts, totals, strict=True)]
    along, across = ("x", "y") if stack.lying else ("y", "x")
    hover = [
        f"{stack.columns[at]}<br>{name}<br><b>{numbers.value(stack.unit, _amount(spot))}</b>".replace("&", "&amp;")
        for at, spot in enumerate(spots)
    ]
    return {
        "type": "bar",
        "name": name,
        "orientation": "h" if stack.lying else "v",
        along: amounts,
        across: list(range(len(spots))),
        "marker": {"color": color(n), "line": {"color": SURFACE, "width": 1}},
        "hoverinfo": "text",
        "hovertext": hover,
        "textposition": "none",
        "customdata": [spot.url if spot else "" for spot in spots],
    }


def _stack_summary(stack: Stack, totals: list[float], numbers: Numbers) -> str:
    if not sum(totals):
        return _("There is nothing to draw in this period.")
    sums = {name: sum(_amount(spot) for spot in spots) for name, spots in stack.parts}
    name, most = max(sums.items(), key=lambda part: part[1])
    return _("%(title)s: %(total)s in all; the largest part is %(name)s with %(most)s (%(share)s).") % {
        "title": stack.title,
        "total": numbers.value(stack.unit, sum(totals)),
        "name": name,
        "most": numbers.value(stack.unit, most),
        "share": numbers.value(Unit.SHARE, most / sum(totals)),
    }


def _stack_table(stack: Stack, numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(column),
            *(Entry(numbers.value(stack.unit, _amount(spots[n])), _url(spots[n])) for _name, spots in stack.parts),
        )
        for n, column in enumerate(stack.columns)
    )
    return Table((stack.heading, *(name for name, _spots in stack.parts)), rows)


def _url(spot: Spot | None) -> str:
    return spot.url if spot else ""
