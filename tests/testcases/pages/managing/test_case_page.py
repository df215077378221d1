"""One case: read from the inside, compared, exported and taken back, put aside, played as a trial."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from salesiq.people.roles import Role
from testcases.models import PracticeSession, TestCase
from tests.factories import make_agent, make_user
from tests.testcases.factories import make_assignment, make_case, make_run, make_suite, make_version

ROOT = "/sales-test-cases"


@pytest.fixture
def case(tenant):
    made = make_case(client=tenant, title="The dentist", name="dentist")
    make_version(case=made, why="Harder to pass", pass_mark=80)
    return made


def test_it_tells_what_is_judged_in_words_and_who_does_what_with_it(browser, tenant, case):
    make_suite(cases=[case], title="First week")
    make_assignment(agent=make_agent(client=tenant), case=case)
    make_run(version=case.current, agent=make_agent(client=tenant, name="Ben Ford"))
    page = browser.get(f"{ROOT}/{case.pk}").content.decode()
    for words in (
        "Rosa Marin", "80 of 100 points", "The agent says “demo”.", "67 % of the score", "required", "First week",
        "assigned to 1 agent", "Harder to pass", "Ben Ford", "So few runs say little yet.",
    ):  # fmt: skip
        assert words in page, words


def test_an_older_version_is_read_as_what_it_is(browser, case):
    page = browser.get(f"{ROOT}/{case.pk}?v=1").content.decode()
    assert "60 of 100 points" in page and "which is not the newest" in page
    assert browser.get(f"{ROOT}/{case.pk}?v=9").status_code == 404


def test_versions_are_compared_in_the_words_of_the_editor(browser, case):
    page = browser.get(f"{ROOT}/{case.pk}/diff").content.decode()
    assert "Passed from: <del>60</del>" in page or "Passed from:" in page
    assert "The agent says “demo”." in page and "same" in page
    assert (
        "There is one version only" in browser.get(f"{ROOT}/{make_case(client=case.client).pk}/diff").content.decode()
    )


def test_what_is_exported_is_taken_back_as_a_new_case_or_the_next_version(browser, tenant, case):
    text = browser.get(f"{ROOT}/{case.pk}/export").content.decode()

    def take(changed):
        return browser.post(f"{ROOT}/import", {"file": SimpleUploadedFile("case.yaml", changed.encode())}, follow=True)

    take(text.replace("name: dentist", "name: other", 1))
    assert TestCase.objects.get(name="other").current.content == case.current.content
    take(text.replace("pass_mark: 80", "pass_mark: 90"))
    case.refresh_from_db()
    assert (case.current.number, case.current.content["pass_mark"]) == (3, 90)
    page = take(text.replace("pass_mark: 80", "pass_mark: lots")).content.decode()
    assert "Nothing was imported." in page and "/content/pass_mark" in page
    page = take("name: [").content.decode()
    assert "The file is no YAML" in page


def test_a_case_is_put_aside_and_taken_back(browser, case):
    browser.post(f"{ROOT}/{case.pk}/active", {"active": "0"})
    assert "nobody can play it" in browser.get(f"{ROOT}/{case.pk}").content.decode()
    browser.post(f"{ROOT}/{case.pk}/active", {"active": "1"})
    assert TestCase.objects.get(pk=case.pk).is_active


def test_a_manager_plays_it_as_a_trial(browser, case):
    answer = browser.post(f"{ROOT}/{case.pk}/play", {"version": "2"})
    session = PracticeSession.objects.get()
    assert session.is_trial and session.version.number == 2 and str(session.pk) in answer.url


def test_a_reader_is_offered_nothing_to_change(client, tenant, case):
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    page = client.get(f"{ROOT}/{case.pk}").content.decode()
    assert "Rosa Marin" in page and "Write a new version" not in page and "Put aside" not in page
    assert client.get(f"{ROOT}/{case.pk}/edit").status_code == 403


def test_many_runs_and_versions_ask_as_much_as_few(browser, tenant, case):
    def look():
        with CaptureQueriesContext(connection) as queries:
            browser.get(f"{ROOT}/{case.pk}")
        return len(queries)

    make_run(version=case.current, agent=make_agent(client=tenant))
    few = look()
    for at in range(6):
        make_version(case=case, pass_mark=50 + at)
        make_run(version=case.current, agent=make_agent(client=tenant))
        make_suite(cases=[case])
    assert look() == few
