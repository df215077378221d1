from datetime import timedelta

import pytest
from django.utils import timezone

from recordings.models import SalesCall
from salesiq.audit.models import AuditEvent
from salesiq.people.roles import Role
from testcases.experiments import baseline_of
from testcases.insights.gaps import gaps_of_agent, skill_gaps
from testcases.insights.on_calls import skill_on_calls
from testcases.insights.overview import overview
from testcases.insights.patterns import case_patterns
from testcases.insights.practices import best_practices
from testcases.insights.recommending import assign_for_gap, recommend
from testcases.insights.runs import RunFilter
from testcases.insights.training_effect import training_effects
from testcases.models import CriterionResult
from testcases.validation.outcomes import outcomes_of
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import GOOD_LINES, POOR_LINES, lines_of, make_benchmark, make_case, make_run
from tests.testcases.measured import make_measured, scored_call

pytestmark = pytest.mark.django_db


@pytest.fixture
def measured():
    return make_measured(agents=6, weeks=3)


@pytest.fixture
def admin(measured):
    return make_user(role=Role.ADMIN, client=measured.client)


def test_the_overview_counts_what_counts(measured, admin):
    make_run(version=measured.cases[0].current, agent=measured.agents[1], is_trial=True, passed=False)
    make_run(version=measured.cases[0].current, agent=measured.agents[1], passed=None, score=None)
    make_run(version=measured.cases[0].current, agent=None, agent_id=None, passed=False)
    make_benchmark(client=measured.client, value=75, source="Report")
    found = overview(admin, RunFilter())
    assert (found.runs, found.agents, found.waiting) == (54, 6, 1)
    assert found.passed.low < found.passed.share < found.passed.high and found.first_try.n == 18
    assert [each.key for each in found.by_difficulty] == ["beginner", "intermediate", "advanced"]
    assert found.improvement.method == "mixed" and found.benchmarks[0].value == 75
    assert sum(week.passed.n for week in found.weeks) == 54


def test_filters_narrow_and_a_manager_sees_their_team_alone(measured, admin):
    assert overview(admin, RunFilter(days=14)).runs < 54
    assert overview(admin, RunFilter(difficulty="advanced")).runs == 18
    assert overview(measured.manager, RunFilter()).agents == 3
    assert overview(make_user(role=Role.ADMIN), RunFilter()).runs == 0


def test_the_agent_who_falls_short_is_named_and_luck_is_not(measured, admin):
    found = skill_gaps(admin, RunFilter())
    sure = [(each.agent, each.skill) for each in found if each.is_sure]
    assert sure == [(measured.agents[0], "next_step")]
    gap = found[0]
    assert gap.own.share < 0.2 < gap.team.share and gap.evidence()["against"]["difference"] < -0.3
    assert gaps_of_agent(admin, measured.agents[0], RunFilter())[0].skill == "next_step"


def test_a_persons_verdict_counts_and_what_does_not_apply_does_not(admin, measured):
    CriterionResult.objects.filter(run__agent=measured.agents[0], key="next_step").update(decided="met")
    CriterionResult.objects.filter(run__agent=measured.agents[1]).update(decided="not_applicable")
    found = skill_gaps(admin, RunFilter())
    assert not any(each.is_sure for each in found) and measured.agents[1] not in {each.agent for each in found}


def test_few_runs_name_nobody():
    client = make_client()
    team = make_team(client=client)
    case = make_case(client=client)
    for verdict in ("not_met", "met"):
        agent = make_agent(client=client, team=team)
        make_run(version=case.current, agent=agent, verdicts={"asks_demo": verdict})
    found = skill_gaps(make_user(role=Role.ADMIN, client=client), RunFilter())
    assert found and not any(each.is_sure for each in found) and all(each.is_small for each in found)


def test_a_gap_is_given_its_training_once(measured, admin):
    gap = skill_gaps(admin, RunFilter())[0]
    told = recommend(admin, [gap])[0]
    assert told.trainings == (measured.training,) and told.given == ()
    made = assign_for_gap(user=admin, agent=gap.agent, gap=gap, training=measured.training)[0]
    assert made.reason == "gap" and made.skill == "next_step" and made.evidence["n"] == 9
    again = recommend(admin, [gap])[0]
    assert again.trainings == () and again.given == (made,)


def test_figures_ask_as_much_for_many_agents_as_for_few(measured, admin, django_assert_max_num_queries):
    with django_assert_max_num_queries(2):
        overview(admin, RunFilter())
    with django_assert_max_num_queries(4):
        gaps = skill_gaps(admin, RunFilter())
    with django_assert_max_num_queries(5):
        recommend(admin, gaps)
    with django_assert_max_num_queries(9):
        training_effects(admin)


def test_training_is_held_against_those_without_it(measured, admin):
    for number, agent in enumerate(measured.agents):
        with_it = number in (2, 4)
        for days_ago, share in ((40, 0.4), (35, 0.5), (10, 0.9 if with_it else 0.5), (5, 0.8 if with_it else 0.4)):
            scored_call(agent, days_ago=days_ago, key="next_step", share=share)
    found = training_effects(admin)[0]
    assert found.done == 2 and found.has_measure
    assert found.on_calls.kind == "controlled" and (found.on_calls.treated, found.on_calls.controls) == (2, 4)
    assert found.on_calls.difference == pytest.approx(0.4)
    assert found.on_tests.kind == "controlled" and found.on_tests.treated <= 2


def test_real_calls_that_a_case_judged_are_no_results_on_tests(measured, admin):
    agent, case = measured.agents[0], measured.cases[0]

    def told():
        known = baseline_of(admin, unit="agent", metric="score")
        return (
            overview(admin, RunFilter()), skill_gaps(admin, RunFilter()), training_effects(admin)[0].on_tests,
            case_patterns(admin, case, RunFilter()).criteria, (known.mean, known.units), outcomes_of(measured.client),
        )  # fmt: skip

    before = told()
    for number in range(6):
        call = make_call(client=measured.client, agent=measured.agents[2 if number % 2 else 0])
        make_run(
            version=case.current,
            call=call,
            score=0,
            passed=False,
            days_ago=number * 8,
            verdicts={"next_step": "not_met"},
        )
    assert told() == before and before[2].treated
    make_run(version=case.current, agent=agent, score=0, passed=False)
    assert told()[0].runs == before[0].runs + 1


def test_a_skill_on_real_calls_is_a_persons_answer_where_there_is_one(measured, admin):
    agent = measured.agents[0]
    for days_ago in (50, 45, 44, 43, 42):
        scored_call(agent, days_ago=days_ago, key="next_step", share=0.1)
    for days_ago in (20, 15, 14, 13, 12):
        scored_call(agent, days_ago=days_ago, key="next_step", share=0.9)
    since = timezone.now() - timedelta(days=30)
    found = skill_on_calls(user=admin, agent=agent, skill="follow_up", since=since)
    assert found.measure == "next_step" and found.change.after.mean == pytest.approx(0.9)
    assert found.change.before.n == 5
    assert skill_on_calls(user=admin, agent=agent, skill="value", since=since).change.after.n == 0
    outsider = make_user(role=Role.ADMIN)
    assert skill_on_calls(user=outsider, agent=agent, skill="next_step", since=since).change.after.n == 0


def test_words_that_set_passing_runs_apart_are_found_and_luck_is_not(admin, measured):
    case = make_case(client=measured.client)
    for number in range(12):
        for passed, lines in ((True, GOOD_LINES), (False, POOR_LINES)):
            make_run(
                version=case.current, agent=measured.agents[number % 3], passed=passed, score=90 if passed else 10,
                lines=lines_of(lines), verdicts={} if passed else {"asks_demo": "not_met"},
            )  # fmt: skip
    found = case_patterns(admin, case, RunFilter())
    assert (found.passing, found.failing, found.texts, found.is_small) == (12, 12, 24, False)
    assert any("two kept appointments" in each.words for each in found.phrases)
    assert all(" customer" not in each.words for each in found.phrases)
    assert found.criteria[0].text == "Asks for a demo" and found.criteria[0].gap.difference == 1
    assert {each.name for each in found.habits} == {"questions", "talk", "turn"}


def test_too_few_runs_have_no_patterns(admin, measured):
    case = make_case(client=measured.client)
    make_run(version=case.current, agent=measured.agents[0])
    found = case_patterns(admin, case, RunFilter())
    assert found.is_small and found.phrases == () and found.habits == ()


def test_best_practices_quote_passing_runs_once_and_looks_at_calls_are_kept(measured, admin):
    case = make_case(client=measured.client)
    call = make_call(client=measured.client, agent=measured.agents[0])
    make_run(version=case.current, agent=measured.agents[0], call=call)
    make_run(version=case.current, agent=measured.agents[1])
    found = best_practices(admin, RunFilter(), case=case.pk)
    assert [each.quote for each in found] == [GOOD_LINES[0][1]]
    looked = AuditEvent.objects.filter(action="viewed", object_id=str(call.pk)).count()
    assert looked == (1 if found[0].agent == measured.agents[0].name else 0)
    SalesCall.objects.all().delete()
    assert best_practices(measured.manager, RunFilter(), case=case.pk) == []
