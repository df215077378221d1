"""The commands print what the analyses found, as JSON or for people."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.decisions.patterns.rows import days_ago, heard_call, save_calls
from tests.factories import make_agent

pytestmark = pytest.mark.django_db


@pytest.fixture
def calls(client_row):
    agent = make_agent(client=client_row)
    rows = [heard_call(client_row, agent, won=n % 3 == 0, at=days_ago(1 + n % 90)) for n in range(90)]
    return save_calls(rows, shares=[0.4 + 0.3 * (n % 3 > 0) + 0.01 * (n % 7) for n in range(90)])


def printed(capsys, *arguments, **options):
    call_command(*arguments, **options)
    return capsys.readouterr().out


def test_patterns_are_printed(calls, capsys):
    found = json.loads(printed(capsys, "patterns", json=True))
    assert (found["n"], found["won"], found["conclusion"]) == (90, 30, "patterns")
    told = printed(capsys, "patterns")
    assert told.startswith("30 of 90 calls won. Won calls differ from lost ones.")
    assert "Less of this: The agent's share of the talk" in told


def test_anomalies_are_printed(calls, capsys):
    found = json.loads(printed(capsys, "anomalies", json=True))
    assert found["anomalies"] == []
    assert {row["kind"] for row in found["kinds"]} == {"call", "agent", "day"}
    assert "looked at, 0 found" in printed(capsys, "anomalies")


def test_a_wrong_question_ends_with_status_2(calls):
    with pytest.raises(CommandError, match="year-month-day") as refused:
        call_command("patterns", since="soon")
    assert refused.value.returncode == 2
