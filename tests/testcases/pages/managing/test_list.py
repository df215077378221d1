"""The list of test cases: narrowed by its address, with figures, in a constant number of queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from salesiq.people.roles import Role
from testcases.models import CaseFigures
from tests.factories import make_agent, make_user
from tests.recordings.factories import make_call
from tests.testcases.factories import make_case, make_run, make_suite

ROOT = "/sales-test-cases"


def rows(browser, query=""):
    return browser.get(f"{ROOT}?{query}").content.decode()


def test_cases_stand_by_type_and_difficulty_with_how_often_they_are_passed(browser, tenant):
    hard = make_case(client=tenant, title="The hard one", difficulty_level="advanced")
    make_case(client=tenant, title="The easy one")
    agent = make_agent(client=tenant)
    for at in range(4):
        make_run(version=hard.current, agent=agent, passed=at > 0, score=80.0)
    make_run(version=hard.current, agent=agent, passed=False, is_trial=True)
    make_run(version=hard.current, agent=agent, passed=None, score=None)
    CaseFigures.objects.create(client=tenant, case=hard, made_at=timezone.now(), is_flagged=True)
    page = rows(browser)
    assert page.index("The easy one") < page.index("The hard one")
    assert "75 %" in page and "30–95 % of 4" in page and "1 waits" in page and "to look at" in page


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("type=closing", True), ("type=upselling", False),
        ("difficulty=advanced", True), ("difficulty=beginner", False),
        ("language=en", True), ("language=ru", False), ("skill=value", True), ("skill=closing", False),
        ("q=FREIGHT", True), ("q=nothing", False), ("only=never-run", True), ("only=flagged", False),
        ("only=lost-call", True), ("only=aside", False), ("type=unheard", True),
    ],
)  # fmt: skip
def test_filters_in_the_address_narrow_the_list(browser, tenant, query, shown):
    make_case(
        client=tenant, title="Freight and a price", test_type="closing", difficulty_level="advanced", skills=["value"],
        source_call=make_call(client=tenant),
    )  # fmt: skip
    assert ("Freight and a price</a>" in rows(browser, query)) is shown


def test_a_suite_narrows_it_and_a_case_put_aside_is_found_there_only(browser, tenant):
    inside, outside = make_case(client=tenant, title="Inside"), make_case(client=tenant, title="Outside")
    suite = make_suite(cases=[inside])
    outside.is_active = False
    outside.save()
    assert "Inside</a>" in rows(browser, f"suite={suite.pk}") and "Outside</a>" not in rows(browser)
    assert "Outside</a>" in rows(browser, "only=aside")


def test_htmx_gets_only_the_results(browser, tenant):
    make_case(client=tenant, title="The one")
    page = browser.get(ROOT, headers={"HX-Request": "true"}).content.decode()
    assert "The one" in page and "<html" not in page and "1 test case is shown." in page


def test_an_empty_list_says_what_to_do_and_a_reader_is_not_asked_to_write(browser, client, tenant):
    assert "Take over the library" in rows(browser)
    client.force_login(make_user(role=Role.REVIEWER, client=tenant))
    page = client.get(ROOT).content.decode()
    assert "Take over the library" not in page and "as soon as a manager writes one" in page


def test_twenty_cases_ask_as_much_as_two(browser, tenant):
    for _ in range(2):
        make_run(version=make_case(client=tenant).current)
    with CaptureQueriesContext(connection) as few:
        rows(browser)
    for _ in range(18):
        make_run(version=make_case(client=tenant).current)
    with CaptureQueriesContext(connection) as many:
        rows(browser)
    assert len(many) == len(few)
