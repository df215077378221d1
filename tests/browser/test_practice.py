"""An agent plays a case on a phone to a result, a reviewer decides otherwise; the pages hold to axe-core's rules."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from salesiq.people.roles import Role
from testcases.models import CaseRun, PracticeSession
from tests.factories import make_agent, make_team, make_user
from tests.testcases.factories import make_assignment, make_case, make_training

SERIOUS = ("serious", "critical")
PRACTICE = "/sales-test-cases/practice"
SAID = (
    "Good morning, my name is Dana from Brightline. How many chairs do you have?",
    "It pays for itself with two kept appointments a month. Would a demo next week suit you?",
)


@pytest.fixture
def played(tenant, admin):
    """An agent with a case to pass and something to read."""
    user = make_user(client=tenant, role=Role.AGENT, username="dana")
    agent = make_agent(client=tenant, team=make_team(client=tenant), user=user, name="Dana Reed")
    case = make_case(client=tenant, title="Too dear for a dental practice", content={"time_limit": 600})
    make_case(client=tenant, title="Ask for the meeting", skills=["next_step"])
    make_assignment(agent=agent, case=case, note="Try their own figures")
    training = make_assignment(agent=agent, training=make_training(client=tenant, title="Ask before you answer"))
    return agent, case, training


def sign_in(page, client, user, live_server) -> None:
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])


def hold_to_the_rules(page) -> None:
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        told = [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in SERIOUS]
        assert not told, (page.url, scheme, told)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"], page.url


def say(page, text) -> None:
    """Said by the keyboard alone, and answered."""
    customers = page.locator(".from-customer:not(.is-coming)")
    before = customers.count()
    page.keyboard.type(text)
    page.keyboard.press("Enter")
    customers.nth(before).wait_for()
    page.locator("[data-file]:enabled").wait_for(state="attached")


def test_an_agent_plays_a_case_on_a_phone_and_a_reviewer_decides_otherwise(
    played, open_page, client, live_server, admin
):
    agent, _case, training = played
    page = open_page("/offline", width=360, height=740, signed_in=False, service_workers="block")
    sign_in(page, client, agent.user, live_server)
    page.goto(PRACTICE)
    hold_to_the_rules(page)
    page.get_by_role("link", name="Practise").first.click()
    hold_to_the_rules(page)
    page.get_by_role("button", name="Start the call").click()
    page.get_by_text("Marin Dental, Rosa speaking.").wait_for()
    page.get_by_label("What you say to the customer").focus()
    say(page, SAID[0])
    page.get_by_text("We have four chairs.").wait_for()
    hold_to_the_rules(page)
    page.keyboard.type("Half of a thou")
    page.reload()
    assert page.get_by_label("What you say to the customer").input_value() == "Half of a thou"
    assert page.locator(".from-agent").count() == 1
    page.get_by_label("What you say to the customer").fill("")
    page.get_by_label("What you say to the customer").focus()
    say(page, SAID[1])
    if page.get_by_role("button", name="End the call").is_visible():
        page.get_by_role("button", name="End the call").click()
        page.get_by_role("button", name="End and judge").click()
    else:
        page.get_by_role("link", name="Read the result").click()
    page.get_by_role("heading", name="What was judged").wait_for()
    hold_to_the_rules(page)
    page.locator(".quote").first.click()
    assert page.locator(".said-line.is-shown").is_visible()
    page.goto(f"{PRACTICE}/trainings/{training.pk}")
    page.get_by_role("button", name="I have read it").click()
    page.get_by_text("Read on").wait_for()
    hold_to_the_rules(page)
    run = CaseRun.objects.get(session__agent=agent)
    _decide(open_page, run)


def _decide(open_page, run) -> None:
    page = open_page("/sales-test-cases/runs", service_workers="block")
    hold_to_the_rules(page)
    page.get_by_role("link", name="Too dear for a dental practice").click()
    page.get_by_text("How the customer took it").first.wait_for()
    criterion = page.locator(".verdict", has_text="Asks for a demo")
    criterion.get_by_text("Decide otherwise").click()
    criterion.get_by_label("Not met", exact=True).check()
    criterion.get_by_label("Why? The agent reads this.").fill("She only named it")
    hold_to_the_rules(page)
    criterion.get_by_role("button", name="Decide", exact=True).click()
    criterion.locator("s", has_text="Met").wait_for()
    run.refresh_from_db()
    assert run.passed is False and run.automatic_passed is True
    page.goto("/sales-test-cases/runs/agreement")
    page.get_by_text("All judges").wait_for()
    hold_to_the_rules(page)


def test_what_was_said_without_a_connection_is_said_once_when_it_is_back(played, open_page, client, live_server):
    agent, case, _training = played
    page = open_page("/offline", width=360, height=740, signed_in=False, service_workers="block")
    sign_in(page, client, agent.user, live_server)
    page.goto(f"{PRACTICE}/cases/{case.pk}")
    page.get_by_role("button", name="Start the call").click()
    page.get_by_label("What you say to the customer").fill(SAID[0])
    page.context.set_offline(True)
    page.keyboard.press("Enter")
    page.get_by_text("No connection.").wait_for()
    assert page.get_by_text("not sent").is_visible()
    open_page.complaints.clear()  # the browser's own word on the lost connection
    page.context.set_offline(False)
    page.get_by_text("We have four chairs.").wait_for()
    assert page.locator(".from-agent").count() == 1 and page.get_by_text("No connection.").is_hidden()
    session = PracticeSession.objects.get()
    assert session.turns.filter(role="agent").count() == 1
    other = page.context.new_page()
    other.goto(f"{PRACTICE}/sessions/{session.pk}")
    other.get_by_label("What you say to the customer").fill("How many patients do not turn up?")
    other.keyboard.press("Enter")
    page.get_by_text("How many patients do not turn up?").wait_for()
    open_page.complaints.clear()
