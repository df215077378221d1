"""The figures of a day say one thing, whichever period is asked for."""

from datetime import date

import pytest

from decisions.forecasting.backtest import travel
from decisions.forecasting.history import day_number
from decisions.forecasting.live import forecast, sight_of
from tests.decisions.forecasting.made import make_history

NO_TARGETS = {"this_quarter": None, "next_quarter": None, "this_year": None}


@pytest.mark.parametrize("day", [date(2025, 11, 26), date(2025, 5, 10)])
def test_the_year_is_never_less_than_what_came_before_its_quarter_and_the_quarter(day):
    history = make_history(3, until=day)
    made = forecast(sight_of(history, day), travel(history, day_number(day)), targets=NO_TARGETS)
    periods = {period["period"]: period for period in made.periods}
    quarter, year = periods["this_quarter"], periods["this_year"]
    before = year["won_already"] - quarter["won_already"]
    for end in ("value", "low95", "low80", "high80", "high95"):
        if day.month > 9:
            assert year[end] == pytest.approx(before + quarter[end], abs=0.02)
        else:
            assert year[end] >= before + quarter[end] - 0.02
    if day.month > 9:
        assert (year["method"], made.choices["this_year"]) == (quarter["method"], made.choices["this_quarter"])
    said = {(row["method"], row["period"]): row["value"] for row in made.methods}
    assert said[quarter["method"], "this_quarter"] == quarter["value"]
    assert said[year["method"], "this_year"] == year["value"]  # the table beside it does not contradict
