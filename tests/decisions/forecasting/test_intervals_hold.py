"""Simulated: intervals hold the revenue that comes as often as they say, and noise chooses no method."""

from datetime import date

import numpy as np

from decisions.forecasting.backtest import travel
from decisions.forecasting.choosing import choose
from decisions.forecasting.coverage import coverage_of
from decisions.forecasting.history import day_number
from decisions.forecasting.methods import METHODS
from decisions.forecasting.periods import PERIODS
from decisions.forecasting.scoring import better_by, calibration_error
from tests.decisions.forecasting.made import END, make_history


def test_intervals_of_the_record_hold_as_often_as_they_say_in_restless_months():
    held = coverage_of(seeds=range(100), shock=0.3, draws=400)
    for narrow, wide in held.values():
        assert narrow >= 0.74
        assert wide >= 0.90


def test_the_backtest_travels_in_time_and_its_chances_are_calibrated():
    made = travel(make_history(11, months=20, a_month=60), day_number(END))
    rows = {(row["method"], row["period"]): row for row in made.table()}
    assert set(rows) == {(method, period) for method in METHODS for period in PERIODS}
    assert rows["record", "this_quarter"]["mape"] < rows["win_rate", "this_quarter"]["mape"]
    record = next(row for row in made.deals.table() if row["method"] == "record")
    assert record["ece"] < 0.05
    assert rows["staged", "this_quarter"]["n"] == 0  # no stage is known of then


def test_what_comes_after_the_day_changes_nothing():
    history = make_history(12, months=14)
    on = day_number(date(2025, 10, 1))
    later = travel(history, on).table()
    assert later == travel(history.known_on(on, with_values=True), on).table()


def test_too_little_record_is_not_looked_back_on():
    assert travel(make_history(13, months=1, a_month=5), day_number(END)).cuts == []


def test_a_better_method_is_chosen_and_noise_chooses_the_simplest():
    rng = np.random.default_rng(5)
    noise = {method: rng.random(24) for method in METHODS}
    assert choose(noise, METHODS, ahead=3, untested="record").why == "simplest"
    better = {**noise, "record": noise["record"] * 0.1}
    choice = choose(better, METHODS, ahead=3, untested="record")
    assert (choice.method, choice.why) == ("record", "better")
    assert choose({}, METHODS, ahead=3, untested="record").why == "untested"


def test_noise_is_seldom_called_better():
    """Nominal: one in twenty."""
    rng = np.random.default_rng(6)
    called = [better_by(rng.random(20), rng.random(20), ahead=1) <= 0.05 for _ in range(400)]
    assert np.mean(called) < 0.08


def test_a_calibration_error_of_nothing_is_nothing():
    assert calibration_error(np.zeros(0), np.zeros(0)) is None
