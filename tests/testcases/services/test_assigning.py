"""What is assigned is done when it was read or passed; standards are imported whole or not at all."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from salesiq.people.models import Agent, User
from salesiq.people.roles import Role
from testcases.models import Assignment, Benchmark
from testcases.selectors import open_assignments
from testcases.services import (
    CaseError,
    UnusableFileError,
    assign,
    cancel_assignment,
    delete_suite,
    import_benchmarks,
    note_passed,
    read_training,
    save_suite,
    save_training,
)
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import make_assignment, make_case, make_run, make_suite, make_training

pytestmark = pytest.mark.django_db


@pytest.fixture
def agent() -> Agent:
    client = make_client()
    return make_agent(client=client, team=make_team(client=client), user=make_user(role=Role.AGENT, client=client))


@pytest.fixture
def manager(agent: Agent) -> User:
    user = make_user(role=Role.MANAGER, client=agent.client)
    assert agent.team
    agent.team.managers.add(user)
    return user


def test_a_case_is_done_when_it_is_passed_after_it_was_assigned(agent: Agent, manager: User) -> None:
    case = make_case(client=agent.client)
    [row] = assign(agents=[agent], user=manager, case=case, due_on=date(2030, 1, 1), skill="closing")
    assert list(open_assignments(agent)) == [row]
    for run in (
        make_run(version=case.current, agent=agent, passed=False),
        make_run(version=case.current, agent=agent, is_trial=True),
        make_run(version=case.current, agent=agent, call=make_call(agent=agent), days_ago=3),
        make_run(version=case.current, agent=make_agent(client=agent.client)),
    ):
        assert note_passed(run) == []
    assert note_passed(make_run(version=case.current, agent=agent)) == [row]
    row.refresh_from_db()
    assert row.done_at
    assert not open_assignments(agent)


def test_a_suite_is_done_when_every_case_was_passed(agent: Agent, manager: User) -> None:
    one, two = make_case(client=agent.client), make_case(client=agent.client)
    make_run(version=two.current, agent=agent, days_ago=1)
    [row] = assign(agents=[agent], user=manager, suite=make_suite(cases=[one, two]))
    assert note_passed(make_run(version=one.current, agent=agent)) == []
    assert note_passed(make_run(version=two.current, agent=agent)) == [row]


def test_a_training_is_done_when_its_agent_says_so(agent: Agent, manager: User) -> None:
    [row] = assign(agents=[agent], user=manager, training=make_training(client=agent.client))
    assert agent.user
    with pytest.raises(PermissionDenied):
        read_training(assignment=row, user=manager)
    first = read_training(assignment=row, user=agent.user).done_at
    assert read_training(assignment=row, user=agent.user).done_at == first
    with pytest.raises(CaseError):
        cancel_assignment(assignment=row, user=manager)
    with pytest.raises(CaseError):
        read_training(assignment=make_assignment(agent=agent), user=agent.user)


def test_the_same_is_given_once_while_it_is_open(agent: Agent, manager: User) -> None:
    case = make_case(client=agent.client)
    [first] = assign(agents=[agent], user=manager, case=case)
    [again] = assign(agents=[agent], user=manager, case=case, due_on=date(2030, 1, 1))
    assert (first, again.due_on, Assignment.objects.count()) == (again, date(2030, 1, 1), 1)
    cancel_assignment(assignment=first, user=manager)
    [anew] = assign(agents=[agent], user=manager, case=case)
    assert anew != first


def test_who_may_not_assign_does_not(agent: Agent, manager: User) -> None:
    case, foreign = make_case(client=agent.client), make_agent(client=agent.client)
    with pytest.raises(CaseError, match="own teams"):
        assign(agents=[foreign], user=manager, case=case)
    with pytest.raises(CaseError, match="another client"):
        assign(agents=[agent], user=manager, case=make_case())
    with pytest.raises(CaseError, match="one thing"):
        assign(agents=[agent], user=manager)
    with pytest.raises(CaseError, match="at least one"):
        assign(agents=[], user=manager, case=case)
    with pytest.raises(CaseError, match="switched off"):
        assign(agents=[agent], user=manager, case=make_case(client=agent.client, is_active=False))
    with pytest.raises(PermissionDenied):
        assign(agents=[agent], user=make_user(role=Role.REVIEWER, client=agent.client), case=case)


def test_suites_and_trainings_are_saved_and_say_what_is_wrong(agent: Agent, manager: User) -> None:
    client, case = agent.client, make_case(client=agent.client)
    suite = save_suite(client=client, user=manager, name="new", title="New", cases=[case])
    for cases in ([], [case, case], [make_case()]):
        with pytest.raises(CaseError):
            save_suite(client=client, user=manager, name="new", title="New", cases=cases, suite=suite)
    delete_suite(suite=suite, user=manager)
    training = save_training(client=client, user=manager, name="ask", title="Ask", material=" Ask first. ")
    changed = save_training(client=client, user=manager, name="ask", title="Ask on", material="More", training=training)
    assert (training.material, changed.pk, changed.title) == ("Ask first.", training.pk, "Ask on")
    with pytest.raises(CaseError):
        save_training(client=client, user=manager, name="ask", title="Again", material="x")


def test_benchmarks_are_imported_and_replaced(manager: User) -> None:
    assert manager.client
    data = "kind;value;source;skill;n;year\npass_rate;72,5;Report A;closing;1200;2025\nscore;64;Report A;;;\n"
    done = import_benchmarks(client=manager.client, user=manager, data=data.encode("utf-8-sig"))
    again = import_benchmarks(client=manager.client, user=manager, data=data.replace("72,5", "70").encode())
    assert ((done.added, done.changed), (again.added, again.changed)) == ((2, 0), (0, 2))
    row = Benchmark.objects.get(kind="pass_rate")
    assert (row.value, row.n, row.year, row.skill) == (70.0, 1200, 2025, "closing")


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (b"kind,value\npass_rate,1\n", []),
        (b"kind,value,source,colour\n", []),
        (b"kind,value,source\n", []),
        (b"\xff\xfe", []),
        (b"kind,value,source\npass_rate,101,A\nscore,x,A\nmood,3,A\nscore,nan,\nscore,5,A\n", [2, 3, 4, 5]),
        (b"kind,value,source,test_type,n\nscore,5,A,dancing,-1\n", [2]),
    ],
)
def test_a_file_that_cannot_be_taken_names_its_lines(manager: User, data: bytes, lines: list[int]) -> None:
    assert manager.client
    with pytest.raises(UnusableFileError) as caught:
        import_benchmarks(client=manager.client, user=manager, data=data)
    assert [problem.line for problem in caught.value.problems] == lines
    assert not Benchmark.objects.exists()


def test_an_assignment_counts_what_was_played_up_to_now(agent: Agent) -> None:
    row = make_assignment(agent=agent, created_at=timezone.now() - timedelta(days=2))
    assert note_passed(make_run(version=row.case.current, agent=agent, days_ago=1)) == [row]  # type: ignore[union-attr]
