"""The page to practise from: what was given, what may be played, how it went, and nothing of a case's inside."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from salesiq.people.roles import Role
from testcases.models import TestCase
from tests.factories import make_agent, make_client, make_user
from tests.testcases.factories import (
    GOOD_LINES,
    make_assignment,
    make_case,
    make_run,
    make_session,
    make_suite,
    make_training,
)
from tests.testcases.pages.playing.conftest import signed_in

PRACTICE = "/sales-test-cases/practice"
INSIDE = ("Six patients a week", "That sounds expensive", "pays for itself", "Asks for a demo", "agrees to a demo")


def page(browser, query="", **headers):
    response = browser.get(f"{PRACTICE}{query}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def played(agent, case, **values):
    session = make_session(version=case.current, agent=agent, lines=GOOD_LINES)
    return make_run(session=session, **values)


def test_what_was_given_comes_first_with_the_day_it_is_due(browser, agent):
    today = timezone.localdate()
    make_assignment(agent=agent, training=make_training(client=agent.client, title="Ask before you answer"),
                    due_on=today + timedelta(days=1))  # fmt: skip
    case = make_case(client=agent.client, title="Too dear")
    make_assignment(agent=agent, case=case, due_on=today - timedelta(days=3), note="Try their figures")
    shown = page(browser)
    assert shown.index("3 days late") < shown.index("due tomorrow") and "Try their figures" in shown
    assert f"/practice/cases/{case.pk}?a=" in shown


def test_a_suite_leads_to_the_first_case_that_is_not_passed(browser, agent):
    first, second = make_case(client=agent.client), make_case(client=agent.client)
    given = make_assignment(agent=agent, suite=make_suite(cases=[first, second]))
    played(agent, first)
    shown = page(browser)
    assert "1 of 2 passed" in shown and f"/cases/{second.pk}?a={given.pk}" in shown


def test_what_is_done_or_taken_back_is_not_shown(browser, agent):
    now = timezone.now()
    make_assignment(agent=agent, training=make_training(client=agent.client, title="Read long ago"), done_at=now)
    make_assignment(agent=agent, training=make_training(client=agent.client, title="Never mind"), cancelled_at=now)
    shown = page(browser)
    assert "Read long ago" not in shown and "Never mind" not in shown and "Choose freely" in shown


def test_nothing_of_the_inside_of_a_case_is_told(browser, agent):
    case = make_case(client=agent.client, description="The trick is to ask for the no-shows.")
    for shown in (page(browser), browser.get(f"{PRACTICE}/cases/{case.pk}").content.decode()):
        assert "Rosa Marin runs a dental practice" in shown
        assert not [words for words in (*INSIDE, "The trick") if words in shown]


def test_filters_leave_what_they_say(browser, agent):
    make_case(client=agent.client, title="The closing one", test_type="closing", skills=["closing"])
    passed = make_case(client=agent.client, title="The passed one", language="es")
    played(agent, passed)
    for query, there, gone in (
        ("?type=closing", "The closing one", "The passed one"),
        ("?skill=closing", "The closing one", "The passed one"),
        ("?state=passed", "The passed one", "The closing one"),
        ("?state=open&language=en", "The closing one", "The passed one"),
    ):
        shown = page(browser, query, **{"HX-Request": "true"})
        assert there in shown and gone not in shown, query
    assert "No case matches" in page(browser, "?difficulty=advanced")
    assert "The closing one" in page(browser, "?difficulty=nonsense&page=999999")


def test_a_case_of_a_lost_call_is_for_those_it_was_given_to(browser, agent):
    other = make_agent(client=agent.client, user=make_user(client=agent.client, role=Role.AGENT))
    case = make_case(client=agent.client, title="As it was lost", source_agent=other)
    assert "As it was lost" not in page(browser)
    assert browser.get(f"{PRACTICE}/cases/{case.pk}").status_code == 404
    make_assignment(agent=other, case=case)
    assert "As it was lost" in page(signed_in(other.user))


def test_cases_that_are_put_aside_or_of_others_are_not_there(browser, agent):
    make_case(client=agent.client, title="Put aside", is_active=False)
    make_case(client=make_client(), title="Of others")
    shown = page(browser)
    assert "Put aside" not in shown and "Of others" not in shown and "nothing to play yet" in shown


def test_skills_show_their_verdicts_with_how_sure_they_are(browser, agent):
    case = make_case(client=agent.client)
    played(agent, case, days_ago=2, verdicts={"greets": "not_met"})
    played(agent, case, days_ago=1, verdicts={"greets": "partly"}, score=40.0, passed=False)
    shown = page(browser)
    assert "Opening: 0 of 2 criteria met" in shown and "Agreeing a next step: 2 of 2 criteria met" in shown
    assert shown.index("is-not_met") < shown.index("is-partly") and "too few to tell" in shown
    assert "Scores of the last 2 sessions" in shown


def test_who_is_linked_to_no_agent_is_told_so(tenant):
    make_case(client=tenant)
    lonely = signed_in(make_user(client=tenant, role=Role.AGENT))
    assert "No agent is linked to your account" in page(lonely)
    assert "is a trial" in page(signed_in(make_user(client=tenant, role=Role.MANAGER)))


def test_the_page_asks_as_much_for_twelve_as_for_one(browser, agent):
    def fill(number):
        for _ in range(number):
            case = make_case(client=agent.client)
            make_assignment(agent=agent, suite=make_suite(cases=[case]))
            played(agent, case)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            page(browser)
        return len(asked)

    few = fill(1)
    assert fill(11) <= few, TestCase.objects.count()


def test_the_agents_own_page_has_a_part_of_it(browser, agent):
    make_assignment(agent=agent, case=make_case(client=agent.client, title="Too dear"))
    assert f'hx-get="{PRACTICE}/mine"' in browser.get("/my").content.decode()
    assert "Too dear" in browser.get(f"{PRACTICE}/mine").content.decode()


@pytest.mark.parametrize("role", [Role.PRIVACY])
def test_who_does_not_practise_is_refused(tenant, role):
    assert signed_in(make_user(client=tenant, role=role)).get(PRACTICE).status_code == 403
