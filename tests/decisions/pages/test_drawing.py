"""Charts of decisions: figures that are JSON, the same as a table and as a sentence; no values break them."""

import json
import math

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from analytics.charts import Numbers
from analytics.metrics import Unit
from decisions.pages.drawing import (
    Calibration,
    Effects,
    Fan,
    Odds,
    Part,
    Point,
    Ratio,
    Step,
    draw_band,
    draw_calibration,
    draw_effects,
    draw_fan,
    draw_odds,
)
from tests.recordings.pages.test_translations import compiled

__all__ = ["compiled"]
NUMBERS = Numbers("en", "EUR")
SHARES = st.floats(0, 1)
MONEY = st.floats(0, 1e12)
RATIOS = st.floats(1e-9, 1e9)


def check(chart, rows):
    json.dumps(chart.figure, allow_nan=False)
    assert chart.summary and len(chart.table.rows) == rows


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.none() | MONEY, st.none() | MONEY), max_size=8))
def test_a_fan_has_a_row_for_each_step(pairs):
    steps = tuple(
        Step(label=str(n), actual=was, value=will, low=None if will is None else will / 2,
             high=None if will is None else will * 2)
        for n, (was, will) in enumerate(pairs)
    )  # fmt: skip
    has_any = any(was is not None or will is not None for was, will in pairs)
    check(draw_fan(Fan(id="f", title="Revenue", unit=Unit.MONEY, steps=steps), NUMBERS), len(steps) if has_any else 0)


def test_the_expected_course_begins_where_the_past_ends():
    steps = (Step(label="May", actual=3.0), Step(label="June", value=4.0, low=2.0, high=7.0),
             Step(label="July", value=5.0, low=2.0, high=9.0))  # fmt: skip
    chart = draw_fan(Fan(id="f", title="Revenue", unit=Unit.COUNT, steps=steps), NUMBERS)
    band, expected, *_dots = chart.figure["data"]
    assert (band["x"], band["y"]) == ([1, 2, 2, 1], [7.0, 9.0, 2.0, 2.0])
    assert (expected["x"], expected["y"]) == ([0, 1, 2], [3.0, 4.0, 5.0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(RATIOS, RATIOS, RATIOS, st.booleans()), max_size=8))
def test_odds_however_extreme_can_be_drawn(rows):
    ratios = tuple(
        Ratio(label=f"Field: {n}", odds_ratio=sorted(three)[1], low=min(three), high=max(three), n=30, q_value=0.01,
              is_real=real)
        for n, (*three, real) in enumerate(rows)
    )  # fmt: skip
    chart = draw_odds(Odds(id="o", title="Odds", heading="Field", ratios=ratios), NUMBERS)
    check(chart, len(ratios))
    low, high = chart.figure["layout"]["xaxis"]["range"]
    assert low < 0 < high and all(low <= math.log10(x) <= high for x in chart.figure["data"][0]["x"])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(SHARES, SHARES, SHARES), max_size=8))
def test_a_calibration_says_how_many_bins_are_off(rows):
    points = tuple(
        Point(predicted=said, observed=sorted(bounds)[0], low=min(bounds), high=max(bounds), n=10)
        for said, *bounds in rows
    )
    chart = draw_calibration(Calibration(id="c", title="Calibration", points=points), NUMBERS)
    check(chart, len(points))
    off = sum(not point.low <= point.predicted <= point.high for point in points)
    assert (f"{off} of {len(points)} bins are off" in chart.summary) == bool(off)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-1, 1), st.floats(-1, 1)), max_size=8))
def test_effects_add_up_in_their_table(rows):
    parts = tuple(Part(label=str(n), mix=mix, rate=rate) for n, (mix, rate) in enumerate(rows))
    check(draw_effects(Effects(id="e", title="Effects", heading="Region", parts=parts), NUMBERS), len(parts))


@settings(max_examples=40, deadline=None)
@given(MONEY, st.tuples(MONEY, MONEY, MONEY, MONEY, MONEY), st.none() | MONEY)
def test_a_band_stays_on_its_line(won, five, target):
    low95, low80, value, high80, high95 = sorted(five)
    band = draw_band(won=won, value=value, low80=low80, high80=high80, low95=low95, high95=high95, target=target)
    places = [band.won, band.value, *band.wide[:1], *band.narrow[:1], *([band.target] if band.target else [])]
    assert all(0 <= place <= 1000 for place in places)
    assert band.wide[0] <= band.narrow[0]


def drawn(language):
    """Each kind of chart once, as somebody reads it."""
    numbers = Numbers(language, "EUR")
    ratios = (Ratio(label="North", odds_ratio=1.6, low=1.2, high=2.1, n=90, q_value=0.004, is_real=True),)
    steps = (Step(label="5", actual=1.5), Step(label="6", value=2.5, low=1.5, high=3.5))
    points = (Point(predicted=0.125, observed=0.4, low=0.3, high=0.5, n=10),)
    parts = (Part(label="North", mix=0.012, rate=-0.034),)
    with translation.override(language):
        return (
            draw_odds(Odds(id="o", title="t", heading="h", ratios=ratios), numbers),
            draw_fan(Fan(id="f", title="t", unit=Unit.RATIO, steps=steps), numbers),
            draw_calibration(Calibration(id="c", title="t", points=points), numbers),
            draw_effects(Effects(id="e", title="t", heading="h", parts=parts), numbers),
        )


@pytest.mark.parametrize("language", ["es", "ru"])
def test_every_chart_speaks_the_readers_language(language):
    for english, chart in zip(drawn("en"), drawn(language), strict=True):
        assert chart.summary != english.summary
        assert chart.table.head[1] != english.table.head[1]
    odds = drawn(language)[0]
    assert odds.table.rows[0][1].text.startswith("× 1,6")
