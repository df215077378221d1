"""On a real record of sales the backtest prints its table and the forecast says how sure it is."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command

from tests.analytics.maven import import_maven

pytestmark = pytest.mark.django_db


def test_the_backtest_prints_its_table_and_the_forecast_its_periods():
    client = import_maven()
    told = StringIO()
    call_command("backtest", "--client", client.slug, "--json", stdout=told)
    document = json.loads(told.getvalue())
    rows = {(row["period"], row["method"]): row for row in document["revenue"]}
    assert rows["this_quarter", "record"]["n"] == 9
    assert rows["this_quarter", "record"]["mape"] < 0.2 < rows["this_quarter", "win_rate"]["mape"]
    assert rows["this_quarter", "last_year"]["n"] == 0  # there is no year before
    assert {row["method"]: row["n"] > 0 for row in document["deals"]}["record"]
    told = StringIO()
    call_command("forecast", "--client", client.slug, "--as-of", "2017-12-01", "--json", stdout=told)
    forecast = json.loads(told.getvalue())
    quarter = forecast["periods"][0]
    assert quarter["low95"] <= quarter["low80"] <= quarter["value"] <= quarter["high80"] <= quarter["high95"]
    assert quarter["won_already"] > 0
    assert date.fromisoformat(quarter["until"]) == date(2017, 12, 31)
