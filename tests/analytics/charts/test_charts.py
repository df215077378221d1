"""Every builder: a figure that plotly's schema accepts, the same as a table, a sentence, and colours of the theme."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analytics.charts import (
    Annotation,
    Bars,
    Course,
    Dots,
    Line,
    Numbers,
    Spot,
    Stack,
    Week,
    draw_bars,
    draw_course,
    draw_dots,
    draw_spark,
    draw_stack,
    draw_week,
    resolve_colours,
)
from analytics.charts.ticks import round_ticks
from analytics.metrics import Unit
from analytics.questions import Figure
from tests.recordings.pages.test_colours import luminance

NUMBERS = Numbers("en", "EUR")
FEW = Figure(value=0.9, n=3, low=0.4, high=0.98, enough=False)
SPOTS = (
    Spot(label="Ana <b>", figure=Figure(value=0.34, n=80, low=0.25, high=0.45), url="/calls?agent=1"),
    Spot(label="Bo", figure=FEW),
    Spot(label="Cy", figure=Figure(value=None, n=0)),
)
COURSE = Course(
    id="c", title="Win rate", unit=Unit.SHARE, steps=("May", "Jun", "Jul"), lines=(Line(name="All", spots=SPOTS),),
    annotations=(Annotation(step=1, day=date(2026, 6, 3), text="New <i>script</i>"),), partial=frozenset({1}),
)  # fmt: skip
WEEK = Week(id="w", title="Calls", unit=Unit.COUNT, spots={(1, 9): Spot(label="", figure=Figure(value=7, n=7))})
CHARTS = {
    "course": draw_course(COURSE, NUMBERS),
    "several lines": draw_course(replace(COURSE, lines=COURSE.lines * 3), NUMBERS),
    "smoothed": draw_course(replace(COURSE, lines=(Line(name="A", spots=SPOTS, smooth=(None, 0.5, 0.5)),)), NUMBERS),
    "bars": draw_bars(Bars(id="b", title="Win rate", unit=Unit.SHARE, heading="Who", spots=SPOTS), NUMBERS),
    "upright": draw_bars(Bars(id="b", title="W", unit=Unit.SHARE, heading="Who", spots=SPOTS, lying=False), NUMBERS),
    "dots": draw_dots(Dots(id="d", title="Win rate", unit=Unit.SHARE, heading="Who", spots=SPOTS, whole=FEW), NUMBERS),
    "stack": draw_stack(
        Stack(id="s", title="Calls", unit=Unit.COUNT, heading="Week", columns=("1", "2", "3"), parts=(("won", SPOTS),)),
        NUMBERS,
    ),
    "week": draw_week(WEEK, NUMBERS),
}


@pytest.mark.parametrize("name", CHARTS)
def test_plotly_accepts_the_figure(name):
    figure = resolve_colours(CHARTS[name].figure, lambda expression: "#123456")
    assert "var(" not in str(figure)
    go.Figure(figure)


@pytest.mark.parametrize("name", CHARTS)
def test_the_table_has_what_is_drawn_and_a_sentence_says_it(name):
    chart = CHARTS[name]
    assert chart.summary.endswith(".") and chart.height == chart.figure["layout"]["height"]
    assert all(len(row) == len(chart.table.head) for row in chart.table.rows)
    assert not chart.is_empty


def test_a_figure_comes_with_interval_n_and_the_way_to_its_rows():
    first, second = CHARTS["bars"].table.rows
    assert [entry.text for entry in first] == ["Ana <b>", "34\N{NARROW NO-BREAK SPACE}%", "25–45", "80"]
    assert first[1].url == "/calls?agent=1" and second[1].is_weak
    assert CHARTS["bars"].figure["data"][0]["hovertext"][0].startswith("Ana &lt;b>")


def test_a_step_that_is_not_whole_is_joined_by_a_dotted_line_alone():
    dotted, *_band, values = CHARTS["course"].figure["data"]
    assert dotted["line"]["dash"] == "dot" and dotted["x"] == [0, 1]
    assert values["x"] == [0, None, 1, None, 2]


def test_nothing_to_draw_is_said():
    chart = draw_course(replace(COURSE, lines=()), NUMBERS)
    assert chart.is_empty and "nothing to draw" in chart.summary


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.booleans())
def test_ticks_are_round_few_and_hold_the_values(low, span, clock):
    ticks = round_ticks(low, low + span, clock=clock)
    assert 2 <= len(ticks) <= 8
    near = 1e-6 * max(1, abs(low), span)
    assert ticks[0] <= low + near and ticks[-1] >= low + span - near


@given(st.lists(st.one_of(st.none(), st.floats(-1e6, 1e6)), max_size=20))
def test_a_small_line_stays_in_its_box(values):
    spark = draw_spark(values)
    known = [value for value in values if value is not None]
    assert bool(spark.path) == (len(known) > 1)
    numbers = [float(part) for part in re.findall(r"-?[\d.]+(?:e-?\d+)?", spark.path)]
    assert all(0 <= number <= 120 for number in numbers)


STYLES = Path(__file__).resolve().parents[3] / "static" / "salesiq" / "analytics.css"


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_lines_stand_out_from_their_ground(theme):
    """WCAG 2.2, non-text contrast: 3 to 1 against the surface of a chart."""
    found = re.findall(r"--series-\d: light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)", STYLES.read_text())
    surface = ("#ffffff", "#16191e")[theme]
    assert len(found) == 6
    for colours in found:
        light, dark = sorted((luminance(colours[theme]), luminance(surface)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3
