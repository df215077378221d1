from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from testcases.experiments import (
    Draft,
    ExperimentError,
    arm_of_session,
    baseline_of,
    create_experiment,
    delete_draft,
    experiment_result,
    guide_beside,
    reckon,
    start_experiment,
    stop_experiment,
)
from testcases.experiments.dealing import arm_of, deal
from testcases.experiments.outcomes import observed
from testcases.experiments.planning import Arm
from testcases.models import Assignment
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call, make_script
from tests.testcases.factories import make_case, make_run, make_session, make_training

pytestmark = pytest.mark.django_db


def draft(**changes):
    arms = [Arm("As before", "control"), Arm("Coached", "coaching")]
    values = {
        "title": "Weekly coaching", "hypothesis": "Coached agents score higher.", "unit": "agent", "metric": "score",
        "arms": arms, "baseline": 60, "effect": 10, "spread": 8,
    }  # fmt: skip
    return Draft(**{**values, **changes})


@pytest.fixture
def people():
    client = make_client()
    teams = [make_team(client=client, name=name) for name in ("North", "South")]
    agents = [make_agent(client=client, team=teams[n % 2]) for n in range(40)]
    return client, make_user(role=Role.ADMIN, client=client), agents


def running(client, user, **changes):
    return start_experiment(experiment=create_experiment(client=client, user=user, draft=draft(**changes)), user=user)


@given(st.dictionaries(st.text(max_size=3), st.lists(st.uuids().map(str), min_size=1, max_size=9), max_size=4))
def test_dealing_is_stable_and_as_even_as_whole_units_allow(strata):
    dealt = deal(strata, shares=[0.5, 0.5], salt="s")
    assert dealt == deal({name: units[::-1] for name, units in strata.items()}, shares=[0.5, 0.5], salt="s")
    for units in strata.values():
        if len(set().union(*strata.values())) == sum(map(len, strata.values())):
            assert abs(sum(dealt[unit] for unit in units) - len(units) / 2) <= 0.5


def test_another_salt_deals_otherwise_and_single_units_follow_the_shares():
    units = [str(n) for n in range(2000)]
    arms = [arm_of(unit, shares=[0.2, 0.8], salt="a") for unit in units]
    assert 0.76 < sum(arms) / 2000 < 0.84
    assert arms != [arm_of(unit, shares=[0.2, 0.8], salt="b") for unit in units]


def test_agents_are_dealt_evenly_within_each_team_and_stay(people):
    client, user, _agents = people
    experiment = running(client, user)
    for stratum in ("North", "South"):
        arms = list(experiment.members.filter(stratum=stratum).values_list("arm__position", flat=True))
        assert sorted(arms) == [0] * 10 + [1] * 10
    assert AuditEvent.objects.filter(action="experiment_started").exists()
    with pytest.raises(ExperimentError, match="started already"):
        start_experiment(experiment=experiment, user=user)


def test_a_training_arm_is_assigned_its_training(people):
    client, user, _agents = people
    training = make_training(client=client)
    arms = [Arm("Without", "control"), Arm("With", "training", str(training.pk))]
    experiment = running(client, user, arms=arms)
    given_to = set(Assignment.objects.filter(reason="experiment").values_list("agent", flat=True))
    assert given_to == set(experiment.members.filter(arm__position=1).values_list("agent", flat=True))
    assert len(given_to) == 20


def score_all(experiment, case, *, shift, at):
    for number, member in enumerate(experiment.members.select_related("agent").order_by("pk")):
        value = 60 + number % 5 + shift * (member.arm.position == 1)
        make_run(version=case.current, agent=member.agent, score=value, happened_at=at + timedelta(minutes=number))


def test_a_clear_difference_is_decided_at_a_planned_look_and_kept_when_it_ends(people):
    client, user, _agents = people
    case = make_case(client=client)
    experiment = running(client, user, cases=[case.pk], effect=8)
    assert experiment_result(experiment).says == "too_early"
    experiment.started_at = timezone.now() - timedelta(days=1)
    experiment.save()
    score_all(experiment, case, shift=12, at=timezone.now() - timedelta(hours=2))
    result = experiment_result(experiment)
    found = result.against[0]
    assert result.says == "better" and found.looks[-1].crossed and found.low > 0
    assert found.difference.difference == pytest.approx(12, abs=2) and found.size == "large"
    ended = stop_experiment(experiment=experiment, user=user, reason="Decided")
    assert ended.result["decision"] == "better" and ended.result["effect_size"] > 1
    make_run(version=case.current, agent=experiment.members.first().agent, score=0)
    assert experiment_result(ended).against[0].difference == found.difference
    with pytest.raises(ExperimentError, match="does not run"):
        stop_experiment(experiment=experiment, user=user)


def test_the_score_of_tests_is_no_score_of_real_calls(people):
    client, user, agents = people
    experiment = running(client, user)
    make_run(version=make_case(client=client).current, call=make_call(client=client, agent=agents[0]), score=100)
    assert observed(experiment) == []
    make_run(version=make_case(client=client).current, agent=agents[0], score=100)
    assert [each.value for each in observed(experiment)] == [100]


def test_looking_again_between_two_looks_changes_nothing_that_decides(people):
    client, user, _agents = people
    case = make_case(client=client)
    experiment = running(client, user, cases=[case.pk], effect=5, spread=10)
    experiment.started_at = timezone.now() - timedelta(days=1)
    experiment.save()
    score_all(experiment, case, shift=0, at=timezone.now() - timedelta(hours=2))
    before = experiment_result(experiment).against[0]
    assert before.says == "undecided" and len(before.looks) == 1 and before.next_look > 33
    make_run(version=case.current, agent=experiment.members.first().agent, score=100)
    after = experiment_result(experiment).against[0]
    assert after.looks == before.looks and after.difference != before.difference


def test_real_calls_can_decide_and_parts_are_shown(people):
    client, user, agents = people
    experiment = running(client, user, metric="call_converted", baseline=20, effect=20, spread=20)
    experiment.started_at = timezone.now() - timedelta(days=1)
    experiment.save()
    arms = {member.agent_id: member.arm.position for member in experiment.members.select_related("arm")}
    for agent in agents:
        outcome = "converted" if arms[agent.pk] else "callback"
        make_call(client=client, agent=agent, customer=None, published=False, outcome=outcome)
    result = experiment_result(experiment)
    assert result.arms[1].mean.mean == 100 and result.arms[0].mean.mean == 0
    assert {each.value for each in result.segments if each.by == "team"} == {"North", "South"}


def test_role_plays_get_an_arm_once_and_trials_none(people):
    client, user, agents = people
    case = make_case(client=client)
    experiment = running(client, user, unit="session", metric="passed", baseline=50, effect=20, cases=[case.pk])
    session = make_session(version=case.current, agent=agents[0])
    arm = arm_of_session(session)
    assert arm == arm_of_session(session) and experiment.members.get().unit == str(session.pk)
    assert arm_of_session(make_session(version=case.current, agent=agents[0], is_trial=True)) is None
    assert arm_of_session(make_session(version=make_case(client=client).current, agent=agents[0])) is None
    make_run(session=session, version=case.current)
    assert sum(each.measured for each in experiment_result(experiment).arms) == 1


def test_a_role_play_shows_the_script_that_its_arm_tries_and_none_beside_the_others(people):
    client, user, agents = people
    case, script = make_case(client=client), make_script(client=client, name="Ask first")
    arms = [Arm("As before", "control"), Arm("Ask first", "script", str(script.pk))]
    running(client, user, unit="session", metric="passed", baseline=50, effect=20, cases=[case.pk], arms=arms)
    shown = set()
    for agent in agents[:12]:
        session = make_session(version=case.current, agent=agent)
        arm, guide = arm_of_session(session), guide_beside(session)
        assert (guide is not None) == (arm.kind == "script")
        shown.add(guide.title if guide else "")
    assert shown == {"Ask first", ""}
    assert guide_beside(make_session(version=make_case(client=client).current, agent=agents[0])) is None


def test_the_plan_is_reckoned_and_the_baseline_comes_from_what_is_known(people):
    client, user, agents = people
    case = make_case(client=client)
    for number, agent in enumerate(agents[:10]):
        make_run(version=case.current, agent=agent, score=50 + number, passed=number % 2 == 0)
    known = baseline_of(user, unit="agent", metric="score")
    assert known.mean == pytest.approx(54.5) and known.units == 10 and known.spread == pytest.approx(2.87, abs=0.01)
    assert baseline_of(user, unit="session", metric="passed", cases=[case.pk]).mean == pytest.approx(50)
    assert baseline_of(user, unit="agent", metric="call_quality").mean is None
    reckoned = reckon(draft(effect=5, spread=10))
    assert reckoned.size.per_arm == 66 and reckoned.looks == (33, 66, 99, 132)
    assert reckon(draft(effect=5, spread=10, rule="any_time")).size.per_arm > 110


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title"), ({"hypothesis": ""}, "hypothesis"), ({"arms": [Arm("One", "control")]}, "arms"),
        ({"arms": [Arm("One", "control"), Arm("One", "coaching")]}, "names"), ({"rule": "peek"}, "rule"),
        ({"metric": "call_quality", "unit": "session"}, "unit_metric"), ({"effect": 0}, "effect"),
        ({"arms": [Arm("One", "control"), Arm("Two", "control")]}, "no_change"),
        ({"arms": [Arm("One", "control"), Arm("Two", "training", "x")]}, "reference"), ({"unit": "run"}, "run_arms"),
    ],
)  # fmt: skip
def test_a_plan_that_cannot_be_says_what_is_wrong(people, changes, code):
    client, user, _agents = people
    with pytest.raises(ExperimentError) as error:
        create_experiment(client=client, user=user, draft=draft(**changes))
    assert error.value.code == code


def test_too_few_agents_begin_nothing(people):
    client = make_client()
    user = make_user(role=Role.ADMIN, client=client)
    experiment = create_experiment(client=client, user=user, draft=draft())
    with pytest.raises(ExperimentError, match="too few"):
        start_experiment(experiment=experiment, user=user)
    experiment.refresh_from_db()
    assert experiment.status == "draft"
    delete_draft(experiment=experiment, user=user)
    assert not type(experiment).objects.exists()


def test_reviewers_run_no_experiments(people):
    client, _user, _agents = people
    with pytest.raises(PermissionDenied):
        create_experiment(client=client, user=make_user(role=Role.REVIEWER, client=client), draft=draft())


def test_a_result_asks_as_much_for_forty_units_as_for_four(people, django_assert_num_queries):
    client, user, _agents = people
    case = make_case(client=client)
    experiment = running(client, user, cases=[case.pk])
    score_all(experiment, case, shift=5, at=timezone.now())
    with django_assert_num_queries(6):
        experiment_result(experiment)
