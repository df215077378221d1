"""Who sees runs and role-plays that are about no agent."""

import pytest
from django.test import Client as Browser

from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from testcases.models import CaseRun, CriterionResult, PracticeSession
from testcases.runs.results import readable_runs
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import make_case, make_run, make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    client = make_client()
    team = make_team(client=client)
    managers = [make_user(role=Role.MANAGER, client=client) for _ in range(2)]
    team.managers.add(managers[0])
    return client, team, managers


def test_a_pasted_transcript_is_seen_by_who_had_it_judged_and_by_no_other_manager(people):
    client, _team, (mine, other) = people
    run = make_run(version=make_case(client=client).current, started_by=mine, verdicts={"a": "met"})
    assert run.agent is None
    for rows in (CaseRun.objects.filter(pk=run.pk), CriterionResult.objects.filter(run=run)):
        assert rows.visible_to(mine).exists() and not rows.visible_to(other).exists()


def test_a_prompt_as_the_agent_is_seen_by_all_who_work_with_tests_and_by_no_agent(people):
    client, team, (mine, other) = people
    run = make_run(version=make_case(client=client).current, kind="prompt")
    reviewer = make_user(role=Role.REVIEWER, client=client)
    player = make_user(role=Role.AGENT, client=client)
    make_agent(client=client, team=team, user=player)
    rows = CaseRun.objects.filter(pk=run.pk)
    assert all(rows.visible_to(user).exists() for user in (mine, other, reviewer))
    assert not rows.visible_to(player).exists()
    assert not rows.visible_to(make_user(role=Role.MANAGER, client=make_client())).exists()


def test_an_agents_run_stays_with_who_manages_their_team(people):
    client, team, (mine, other) = people
    run = make_run(
        version=make_case(client=client).current, agent=make_agent(client=client, team=team), started_by=other
    )
    rows = CaseRun.objects.filter(pk=run.pk)
    assert rows.visible_to(mine).exists() and not rows.visible_to(other).exists()


def test_a_trial_is_seen_by_who_plays_it(people):
    client, _team, (mine, other) = people
    session = make_session(version=make_case(client=client).current, user=mine, is_trial=True)
    PracticeSession.objects.filter(pk=session.pk).update(agent=None)
    rows = PracticeSession.objects.filter(pk=session.pk)
    assert rows.visible_to(mine).exists() and not rows.visible_to(other).exists()


def test_a_run_over_a_call_that_went_to_another_team_is_read_by_no_former_manager(people):
    client, team, (mine, _other) = people
    call = make_call(agent=make_agent(client=client, team=team))
    run = make_run(version=make_case(client=client).current, call=call)
    browser = Browser()
    browser.force_login(mine)
    assert browser.get(f"/api/v1/sales/test-runs/{run.pk}").status_code == 200
    assert AuditEvent.objects.filter(action="viewed", object_id=str(call.pk)).exists()
    call.agent = make_agent(client=client, team=make_team(client=client))
    call.save()
    assert CaseRun.objects.visible_to(mine).filter(pk=run.pk).exists()
    assert not readable_runs(mine).filter(pk=run.pk).exists()
    assert browser.get(f"/api/v1/sales/test-runs/{run.pk}").status_code == 404
