"""What a chart is, whatever it draws: a figure for plotly.js, the same as a table, and as one sentence. Pure.

Colours are CSS expressions ("var(--series-1)"); the page's script puts in what they are in the reader's theme.
`resolve_colours` does that where there is no page.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analytics.questions import Figure

SERIES = tuple(f"var(--series-{n})" for n in range(1, 7))
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = ("circle", "square", "diamond", "triangle-up", "cross", "star")
INK, MUTED, LINE, SURFACE, WEAK = "var(--text)", "var(--muted)", "var(--line)", "var(--surface)", "var(--line-strong)"
HEIGHT = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """One figure under its name. `url` leads to the rows behind it; `title` is its full name where `label` is short."""

    label: str
    figure: Figure
    key: str = ""
    url: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell of a table; `is_weak` where too few rows stand behind it."""

    text: str
    url: str = ""
    is_weak: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The first entry of each row names it. `texts` are numbers of columns that hold words, not figures."""

    head: tuple[str, ...] = ()
    rows: tuple[tuple[Entry, ...], ...] = ()
    texts: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Legend:
    """One line of a legend: the number of its colour, 1 for `--series-1`."""

    number: int
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """`height` in pixels is kept free before anything is drawn, so that nothing moves."""

    id: str
    title: str
    summary: str
    figure: Mapping[str, Any] = field(default_factory=dict)
    table: Table = field(default_factory=Table)
    height: int = HEIGHT
    note: str = ""
    url: str = ""
    legend: tuple[Legend, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.table.rows


def color(number: int) -> str:
    """The colour of the n-th series from 0, coming round after six."""
    return SERIES[number % len(SERIES)]


def see_through(colour: str, percent: int) -> str:
    return f"color-mix(in srgb, {colour} {percent}%, transparent)"


def layout(height: int, **more: Any) -> dict[str, Any]:
    """What all figures share: no frame, no title (the page has it), room for labels, still when touched."""
    return {
        "height": height,
        "autosize": True,
        "margin": {"l": 48, "r": 12, "t": 12, "b": 32, "pad": 4},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": MUTED, "size": 12},
        "hoverlabel": {"bgcolor": "var(--raised)", "bordercolor": WEAK, "font": {"color": INK, "size": 13}},
        "hovermode": "closest",
        "dragmode": False,
        "showlegend": False,
        "xaxis": axis(),
        "yaxis": axis(),
        **more,
    }  # fmt: skip


def axis(**more: Any) -> dict[str, Any]:
    return {
        "fixedrange": True,
        "showgrid": False,
        "zeroline": False,
        "showline": False,
        "ticks": "",
        "gridcolor": LINE,
        "linecolor": LINE,
        "tickfont": {"color": MUTED},
        "automargin": True,
        **more,
    }


def named_ticks(values: Sequence[Any], words: Sequence[str]) -> dict[str, Any]:
    """Ticks with words of our own: plotly.js knows English alone."""
    return {"tickmode": "array", "tickvals": list(values), "ticktext": list(words)}


def resolve_colours(figure: Any, colour: Callable[[str], str]) -> Any:
    """`figure` with each CSS expression replaced by what `colour` makes of it."""
    if isinstance(figure, str):
        return colour(figure) if re.match(r"(var|color-mix)\(", figure) else figure
    if isinstance(figure, Mapping):
        return {key: resolve_colours(value, colour) for key, value in figure.items()}
    if isinstance(figure, list | tuple):
        return [resolve_colours(value, colour) for value in figure]
    return figure
