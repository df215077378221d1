"""Anomalies over rows: kept with the run that found them, seen by who sees the calls, quiet where all is as ever."""

import json
from datetime import timedelta

import numpy as np
import pytest

from decisions.anomalies.analysis import analyse
from decisions.anomalies.wording import note_sentence
from decisions.models import AnalysisRun, Anomaly, AnomalyKind, RunKind, RunStatus
from decisions.runs import analyse_now, audience_of, start_analysis
from decisions.runs.services import work_run
from decisions.tables.deals import today_of
from salesiq.people.roles import Role
from tests.decisions.factories import make_audience
from tests.decisions.patterns.rows import days_ago, heard_call, save_calls
from tests.factories import make_agent, make_team, make_user

pytestmark = pytest.mark.django_db


def a_year(client, *, agents, days=150, a_day=3):
    """Calls of every day; yesterday all agents are as ever but for one call full of silence."""
    random = np.random.default_rng(5)
    rows = [
        heard_call(client, agents[(day + n) % len(agents)], won=bool(random.random() < 0.4), at=days_ago(day),
                   call_duration=float(np.exp(random.normal(5.5, 0.4))))
        for day in range(1, days + 1) for n in range(a_day)
    ]  # fmt: skip
    return save_calls(rows, shares=list(np.clip(random.normal(0.5, 0.05, len(rows)), 0.1, 0.9)))


def strange(client, agent):
    return save_calls([heard_call(client, agent, won=None, at=days_ago(1))], shares=[0.999])[0]


def test_a_strange_call_is_kept_with_its_run_and_told_once_however_often_it_runs(client_row):
    agents = [make_agent(client=client_row) for _ in range(2)]
    a_year(client_row, agents=agents)
    call = strange(client_row, agents[0])
    audience = make_audience(client=client_row)
    run = start_analysis(audience=audience, kind=RunKind.ANOMALIES, user=None)
    work_run(run)
    assert run.status == RunStatus.FINISHED, run.error
    json.dumps(run.result, allow_nan=False)
    found = Anomaly.objects.get(run=run)
    assert (found.kind, found.call, found.measure) == (AnomalyKind.CALL, call, "talk.agent_share")
    assert found.low < found.expected < found.high < found.observed
    assert found.q_value <= 0.05
    told = {(row["kind"], row["measure"]): row for row in run.result["kinds"]}
    assert told["call", ""]["found"] == 1
    assert told["day", "calls"] | {"says": "quiet", "found": 0} == told["day", "calls"]
    AnalysisRun.objects.filter(pk=run.pk).update(status=RunStatus.RUNNING)
    analyse(audience, as_of=run.as_of, question={}, progress=lambda share: None)
    assert Anomaly.objects.filter(run=run).count() == 1


def test_a_command_keeps_nothing_and_queries_do_not_grow(client_row, django_assert_max_num_queries):
    a_year(client_row, agents=[make_agent(client=client_row)], days=100)
    audience = make_audience(client=client_row)
    with django_assert_max_num_queries(8):
        document = analyse_now(audience, RunKind.ANOMALIES)
    assert document["until"] == (today_of(audience) - timedelta(days=1)).isoformat()
    assert not Anomaly.objects.exists()


def test_a_manager_is_told_of_their_teams_alone(client_row):
    team, other = make_team(client=client_row), make_team(client=client_row)
    manager = make_user(client=client_row, role=Role.MANAGER)
    team.managers.add(manager)
    theirs = [make_agent(team=other)]
    a_year(client_row, agents=theirs)
    strange(client_row, theirs[0])
    run = start_analysis(audience=make_audience(client=client_row), kind=RunKind.ANOMALIES, user=None)
    work_run(run)
    assert Anomaly.objects.count() == 1
    assert not Anomaly.objects.visible_to(manager).exists()
    document = analyse_now(audience_of(manager), RunKind.ANOMALIES)
    assert {row["says"] for row in document["kinds"]} == {"too_little"}


def test_no_calls_at_all_are_said_to_be_too_little(client_row):
    document = analyse_now(make_audience(client=client_row), RunKind.ANOMALIES)
    assert {row["kind"] for row in document["kinds"]} == {"call", "agent", "day"}
    assert all(row["says"] == "too_little" for row in document["kinds"])
    assert all(note_sentence(note) for note in document["data_quality"])


def test_a_share_of_false_alarms_that_is_none_is_refused(client_row):
    audience = make_audience(client=client_row)
    for share in ("many", 0, 2, None):
        with pytest.raises(ValueError, match="share of false alarms"):
            analyse_now(audience, RunKind.ANOMALIES, question={"false_alarms": share})
