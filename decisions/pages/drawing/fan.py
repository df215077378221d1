"""A forecast as a fan: what was, what is expected, and how wide the uncertainty grows. Pure."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from analytics.charts import Chart, Entry, Legend, Numbers, Table
from analytics.charts.chart import HEIGHT, SURFACE, axis, color, layout, named_ticks, see_through
from analytics.charts.scale import bounds_of, value_axis
from analytics.metrics import Unit
from analytics.questions import Figure


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step in time: what came true (`actual`), or what is expected, with its 95 % interval. The step under way may
    have both."""

    label: str
    actual: float | None = None
    value: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fan:
    id: str
    title: str
    unit: Unit
    steps: tuple[Step, ...]
    height: int = HEIGHT
    note: str = ""
    url: str = ""


def draw_fan(fan: Fan, numbers: Numbers) -> Chart:
    figures = [Figure(value=step.value, n=1, low=step.low, high=step.high) for step in fan.steps]
    low, high = bounds_of(figures, [step.actual for step in fan.steps if step.actual is not None])
    has_any = any(step.actual is not None or step.value is not None for step in fan.steps)
    drawing = layout(
        fan.height,
        xaxis=axis(
            range=[-0.5, len(fan.steps) - 0.5],
            **named_ticks(range(len(fan.steps)), [step.label for step in fan.steps]),
        ),
        yaxis=value_axis(fan.unit, numbers, low, high),
    )
    return Chart(
        id=fan.id,
        title=fan.title,
        summary=_summary(fan, numbers),
        figure={"data": _traces(fan, numbers), "layout": drawing},
        table=_table(fan, numbers) if has_any else Table(),
        height=fan.height,
        note=fan.note,
        url=fan.url,
        legend=(Legend(1, _("What came true")), Legend(2, _("Expected, with its 95 percent interval"))),
    )


def _traces(fan: Fan, numbers: Numbers) -> list[dict[str, Any]]:
    was, will = color(0), color(1)
    expected = [n for n, step in enumerate(fan.steps) if step.value is not None]
    past = [n for n, step in enumerate(fan.steps) if step.actual is not None]
    traces = [_band(fan, expected, will)] if len(expected) > 1 else []
    joined = ([past[-1]] if past and expected and expected[0] == past[-1] + 1 else []) + expected
    traces.append(
        {
            "type": "scatter", "mode": "lines", "x": joined, "y": [_y(fan.steps[n], n in expected) for n in joined],
            "line": {"color": will, "width": 2, "dash": "dash"}, "hoverinfo": "skip",
        }
    )  # fmt: skip
    traces.append(_dots(fan, past, was, [_said_actual(fan, n, numbers) for n in past], actual=True))
    traces.append(_dots(fan, expected, will, [_said_expected(fan, n, numbers) for n in expected], actual=False))
    return traces


def _y(step: Step, is_expected: bool) -> float | None:
    return step.value if is_expected else step.actual


def _band(fan: Fan, at: list[int], colour: str) -> dict[str, Any]:
    steps = [(n, fan.steps[n]) for n in at]
    known = [(n, step.low, step.high) for n, step in steps if step.low is not None and step.high is not None]
    return {
        "type": "scatter", "mode": "lines",
        "x": [*(n for n, _low, _high in known), *(n for n, _low, _high in reversed(known))],
        "y": [*(high for _n, _low, high in known), *(low for _n, low, _high in reversed(known))],
        "fill": "toself", "fillcolor": see_through(colour, 18), "line": {"width": 0, "color": "rgba(0,0,0,0)"},
        "hoverinfo": "skip",
    }  # fmt: skip


def _dots(fan: Fan, at: list[int], colour: str, hover: list[str], *, actual: bool) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines+markers" if actual else "markers",
        "x": at,
        "y": [_y(fan.steps[n], not actual) for n in at],
        "line": {"color": colour, "width": 2},
        "marker": {"size": 6, "color": colour if actual else SURFACE, "line": {"color": colour, "width": 1.5}},
        "hoverinfo": "text",
        "hovertext": hover,
    }


def _said_actual(fan: Fan, n: int, numbers: Numbers) -> str:
    return f"{fan.steps[n].label}<br><b>{numbers.value(fan.unit, fan.steps[n].actual)}</b>"


def _said_expected(fan: Fan, n: int, numbers: Numbers) -> str:
    step = fan.steps[n]
    figure = Figure(value=step.value, n=1, low=step.low, high=step.high)
    return f"{step.label}<br><b>{numbers.figure(fan.unit, figure)}</b><br>{_('expected')}"


def _summary(fan: Fan, numbers: Numbers) -> str:
    expected = [step for step in fan.steps if step.value is not None]
    past = [step for step in fan.steps if step.actual is not None]
    if not expected and not past:
        return _("There is nothing to draw in this period.")
    if not expected:
        return _("%(title)s: last %(value)s in %(when)s; nothing could be forecast.") % {
            "title": fan.title, "value": numbers.value(fan.unit, past[-1].actual), "when": past[-1].label,
        }  # fmt: skip
    last = expected[-1]
    figure = Figure(value=last.value, n=1, low=last.low, high=last.high)
    return _("%(title)s: %(value)s expected in %(when)s.") % {
        "title": fan.title, "value": numbers.figure(fan.unit, figure), "when": last.label,
    }  # fmt: skip


def _table(fan: Fan, numbers: Numbers) -> Table:
    rows = tuple(
        (
            Entry(step.label),
            Entry(numbers.value(fan.unit, step.actual)),
            Entry(numbers.value(fan.unit, step.value)),
            Entry(numbers.interval(fan.unit, Figure(value=step.value, n=1, low=step.low, high=step.high)) or "–"),
        )
        for step in reversed(fan.steps)
    )
    return Table((_("Period"), _("Came true"), _("Expected"), _("Interval (95 %)")), rows)
