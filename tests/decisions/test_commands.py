"""Commands that work an analysis answer alike: one object, or a sentence and status 2."""

import json
import logging
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from tests.analytics.crm_rows import make_deal

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["forecast", "drivers", "patterns", "anomalies", "winrate"])
def test_a_command_prints_one_object_and_mutes_nothing_for_others(client_row, name):
    make_deal(client_row, created_on=date(2026, 1, 1))
    told, level = StringIO(), logging.root.manager.disable
    call_command(name, "--client", client_row.slug, "--json", stdout=told)
    assert "data_quality" in json.loads(told.getvalue())
    assert logging.root.manager.disable == level


@pytest.mark.parametrize("name", ["forecast", "backtest", "drivers", "patterns", "anomalies", "winrate"])
def test_a_client_that_is_none_is_said_with_status_2(client_row, name):
    with pytest.raises(CommandError) as raised:
        call_command(name, "--client", "nobody")
    assert raised.value.returncode == 2


def test_a_win_rate_without_days_is_that_of_the_whole_record(client_row):
    for number in range(12):
        day = date(2020 + number % 6, 1, 1)
        make_deal(client_row, status="won" if number % 2 else "lost", created_on=day, closed_on=day)
    told = StringIO()
    call_command("winrate", "--client", client_row.slug, "--json", stdout=told)
    found = json.loads(told.getvalue())
    assert (found["since"], found["overall"]["closed"]) == (None, 12)


def test_a_forecast_is_of_the_day_that_is_asked_for(client_row):
    told = StringIO()
    call_command("forecast", "--client", client_row.slug, "--as-of", "2025-05-05", "--json", stdout=told)
    assert json.loads(told.getvalue())["as_of"] == "2025-05-05"
