"""Suites, trainings, assignments, benchmarks and the call that becomes a case."""

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from salesiq.people.roles import Role
from testcases.models import Assignment, Benchmark, Suite, TestCase, Training
from tests.factories import make_agent, make_client, make_team, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import make_assignment, make_benchmark, make_case, make_run, make_suite, make_training

ROOT = "/sales-test-cases"


def text(answer):
    return answer.content.decode()


def test_a_suite_keeps_the_order_in_which_its_cases_were_chosen(browser, tenant):
    first, second, third = (make_case(client=tenant) for _ in range(3))
    said = {"title": "First week", "name": "first-week", "cases": [third.pk, first.pk]}
    answer = browser.post(f"{ROOT}/suites/new", said)
    suite = Suite.objects.get()
    assert [member.case for member in suite.members.all()] == [third, first]
    browser.post(f"{ROOT}/suites/{suite.pk}/edit", {**said, "cases": [second.pk]})
    assert [member.case for member in suite.members.all()] == [second]
    make_run(version=second.current)
    assert "100 %" in text(browser.get(answer.url)) and "First week" in text(browser.get(f"{ROOT}/suites"))
    browser.post(f"{ROOT}/suites/{suite.pk}/delete")
    assert not Suite.objects.exists() and TestCase.objects.count() == 3


def test_a_suite_without_cases_or_with_a_taken_name_says_so(browser, tenant):
    taken = make_suite(cases=[make_case(client=tenant)])
    page = text(browser.post(f"{ROOT}/suites/new", {"title": "A", "name": "a"}))
    assert "A suite needs at least one test case." in page
    case = make_case(client=tenant)
    page = text(browser.post(f"{ROOT}/suites/new", {"title": "A", "name": taken.name, "cases": [case.pk]}))
    assert "There is a suite" in page


def test_cases_of_another_client_are_no_choice_for_a_suite(browser, tenant):
    foreign = make_case(client=make_client())
    browser.post(f"{ROOT}/suites/new", {"title": "A", "name": "a", "cases": [foreign.pk]})
    assert not Suite.objects.exists()


def test_a_training_is_written_and_read_by_who_may_not_change_it(browser, client, tenant):
    said = {"title": "Price", "name": "price", "language": "en", "material": "Ask first.", "skills": ["value"]}
    browser.post(f"{ROOT}/trainings/new", {**said, "is_active": "on"})
    training = Training.objects.get()
    assert (training.skills, training.is_active) == (["value"], True)
    make_assignment(agent=make_agent(client=tenant), training=training)
    assert "0 of 1" in text(browser.get(f"{ROOT}/trainings"))
    assert "There is a training" in text(browser.post(f"{ROOT}/trainings/new", said))
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    page = text(client.get(f"{ROOT}/trainings/{training.pk}/edit"))
    assert "Ask first." in page and ">Save<" not in page
    assert client.post(f"{ROOT}/trainings/{training.pk}/edit", said).status_code == 403


def test_a_case_is_assigned_to_agents_and_whole_teams_and_taken_back(browser, tenant):
    case, team = make_case(client=tenant, title="The dentist"), make_team(client=tenant)
    ben, eve, tom = make_agent(team=team, name="Ben"), make_agent(team=team), make_agent(client=tenant)
    due = date.today() + timedelta(days=3)
    said = {"what": f"case:{case.pk}", "agents": [tom.pk], "teams": [team.pk], "due_on": due, "note": "Try it"}
    browser.post(f"{ROOT}/assignments/new", said)
    assert set(Assignment.objects.values_list("agent", "due_on")) == {(each.pk, due) for each in (ben, eve, tom)}
    page = text(browser.get(f"{ROOT}/assignments?agent={ben.pk}&state=open"))
    assert "The dentist" in page and "“Try it”" in page and "Mara" in page
    browser.post(f"{ROOT}/assignments/{Assignment.objects.get(agent=ben).pk}/cancel")
    assert "The dentist" not in text(browser.get(f"{ROOT}/assignments?agent={ben.pk}"))
    assert "taken back" in text(browser.get(f"{ROOT}/assignments?state=cancelled"))


def test_nothing_is_assigned_without_agents_or_for_a_day_that_is_over(browser, tenant):
    what = f"training:{make_training(client=tenant).pk}"
    assert "Choose at least one agent." in text(browser.post(f"{ROOT}/assignments/new", {"what": what}))
    said = {"what": what, "agents": [make_agent(client=tenant).pk], "due_on": "2020-01-01"}
    assert "This day is over." in text(browser.post(f"{ROOT}/assignments/new", said))
    foreign = f"case:{make_case(client=make_client()).pk}"
    assert browser.post(f"{ROOT}/assignments/new", {**said, "what": foreign, "due_on": ""}).status_code == 400
    assert not Assignment.objects.exists()


def test_what_is_late_is_told_and_found(browser, tenant):
    make_assignment(agent=make_agent(client=tenant, name="Ben"), due_on=date.today() - timedelta(days=2))
    make_assignment(agent=make_agent(client=tenant, name="Eve"), due_on=date.today() + timedelta(days=2))
    page = text(browser.get(f"{ROOT}/assignments?state=late"))
    assert "<strong>Ben</strong>" in page and "<strong>Eve</strong>" not in page and "overdue" in page


def test_benchmarks_come_as_a_file_whole_or_not_at_all(browser, tenant):
    good = b"kind,skill,value,source\npass_rate,closing,64,Industry report\n"
    browser.post(f"{ROOT}/benchmarks", {"file": SimpleUploadedFile("b.csv", good)})
    assert "Industry report" in text(browser.get(f"{ROOT}/benchmarks"))
    bad = "kind,value,source\npass_rate,640,A\nscore,high,B"
    page = text(browser.post(f"{ROOT}/benchmarks", {"text": bad}))
    assert "Line 2: The value must lie between 0 and 100." in page and "Line 3: “high” is no number." in page
    assert "Choose a file" in text(browser.post(f"{ROOT}/benchmarks"))
    assert Benchmark.objects.count() == 1
    browser.post(f"{ROOT}/benchmarks/{Benchmark.objects.get().pk}/delete")
    assert not Benchmark.objects.exists()


def test_a_reader_sees_benchmarks_and_imports_none(client, tenant):
    make_benchmark(client=tenant, source="Industry report")
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    page = text(client.get(f"{ROOT}/benchmarks"))
    assert "Industry report" in page and "Import a CSV file" not in page


def test_a_call_becomes_a_case_with_one_click_and_its_agent_has_it_to_do(browser, tenant):
    agent = make_agent(client=tenant, name="Ben Ford")
    call = make_call(client=tenant, agent=agent, outcome="not_qualified")
    page = text(browser.get(f"/sales-recording-audit/{call.pk}"))
    assert "Make a scenario of this call" in page and "Assign it to Ben Ford" in page and "was lost" in page
    answer = browser.post(f"{ROOT}/scenarios/{call.pk}", {"agents": [agent.pk]})
    case = TestCase.objects.get(source_call=call)
    assert answer.url == f"{ROOT}/{case.pk}" and case.assignments.get().agent == agent
    assert case.title in text(browser.get(f"/sales-recording-audit/{call.pk}"))
    assert "a real call" in text(browser.get(answer.url))


def test_who_may_not_write_cases_is_offered_no_scenario(client, tenant):
    call = make_call(client=tenant)
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    assert "Make a scenario" not in text(client.get(f"/sales-recording-audit/{call.pk}"))
    assert client.post(f"{ROOT}/scenarios/{call.pk}").status_code == 403
