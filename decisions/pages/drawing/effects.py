"""What each group adds to a change: by having more or fewer deals (mix), and by winning more or less (rate). Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Legend, Numbers, Table
from analytics.charts.bars import FRAME, ROW, shortened
from analytics.charts.chart import INK, LINE, SURFACE, WEAK, axis, color, layout, named_ticks
from analytics.charts.numbers import MINUS
from analytics.charts.ticks import round_ticks
from analytics.metrics import Unit
from decisions.pages.words import moved_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One group's effects in share points; `both` is what mix and rate did together."""

    label: str
    mix: float
    rate: float
    both: float = 0.0

    @property
    def whole(self) -> float:
        return self.mix + self.rate + self.both


@dataclass(frozen=True, slots=True, kw_only=True)
class Effects:
    id: str
    title: str
    heading: str
    parts: tuple[Part, ...]
    note: str = ""


def draw_effects(effects: Effects, numbers: Numbers) -> Chart:
    parts = effects.parts
    height = FRAME + ROW * max(2, len(parts))
    names = {"mix": _("More or fewer of the deals"), "rate": _("Won more or less often")}
    below = min([-0.01, *(min(part.mix, 0) + min(part.rate, 0) for part in parts)])
    above = max([0.01, *(max(part.mix, 0) + max(part.rate, 0) for part in parts)])
    ticks = round_ticks(below, above, most=4)
    points = [numbers.bare(Unit.DAYS, tick * 100).replace("-", MINUS) for tick in ticks]
    drawing = layout(
        height,
        barmode="relative",
        bargap=0.35,
        xaxis=axis(range=[ticks[0], ticks[-1]], showgrid=True, gridcolor=LINE, **named_ticks(ticks, points)),
        yaxis=axis(
            range=[len(parts) - 0.5, -0.5],
            tickfont={"color": INK},
            **named_ticks(range(len(parts)), [shortened(part.label) for part in parts]),
        ),
        shapes=[
            {
                "type": "line", "xref": "x", "yref": "paper", "x0": 0, "x1": 0, "y0": 0, "y1": 1,
                "line": {"color": WEAK, "width": 1.5},
            }
        ],
    )  # fmt: skip
    data = [
        _bars(n, names[key], [getattr(part, key) for part in parts], parts, numbers)
        for n, key in enumerate(("rate", "mix"))
    ]
    return Chart(
        id=effects.id,
        title=effects.title,
        summary=_summary(effects, numbers),
        figure={"data": data, "layout": drawing},
        table=_table(effects, numbers) if parts else Table(),
        height=height,
        note=effects.note or _("In points of the win rate"),
        legend=(Legend(1, names["rate"]), Legend(2, names["mix"])),
    )


def _bars(n: int, name: str, values: list[float], parts: tuple[Part, ...], numbers: Numbers) -> dict[str, Any]:
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "x": values,
        "y": list(range(len(values))),
        "marker": {"color": color(n), "line": {"color": SURFACE, "width": 1}},
        "hoverinfo": "text",
        "hovertext": [
            f"{part.label}<br>{name}<br><b>{moved_by(value, numbers)}</b>".replace("&", "&amp;")
            for part, value in zip(parts, values, strict=True)
        ],
        "textposition": "none",
    }


def _summary(effects: Effects, numbers: Numbers) -> str:
    if not effects.parts:
        return _("There is nothing to draw in this period.")
    most = max(effects.parts, key=lambda part: abs(part.whole))
    return _("%(title)s: most by %(most)s, %(points)s.") % {
        "title": effects.title, "most": most.label, "points": moved_by(most.whole, numbers),
    }  # fmt: skip


def _table(effects: Effects, numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(part.label),
            *(Entry(moved_by(value, numbers)) for value in (part.rate, part.mix, part.both, part.whole)),
        )
        for part in effects.parts
    )
    head = (
        effects.heading,
        _("Won more or less often"),
        _("More or fewer of the deals"),
        _("Both at once"),
        _("In all"),
    )
    return Table(head, rows)
