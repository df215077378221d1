"""An agent on a phone: reads a review, appeals one question; the pages hold to the rules of axe-core."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from recordings.models import Appeal
from recordings.moments.services import publish_moment
from salesiq.people.roles import Role
from tests.factories import make_agent, make_team, make_user
from tests.recordings.coaching_factories import coached_rows, make_kept
from tests.recordings.factories import make_call

SERIOUS = ("serious", "critical")


@pytest.fixture
def agent(tenant, admin):
    """An agent of the administrator's client, with a given review, a session, a goal and a moment."""
    team = make_team(client=tenant)
    user = make_user(client=tenant, role=Role.AGENT, username="dana")
    found = make_agent(client=tenant, team=team, user=user, name="Dana Reed")
    call = make_call(agent=found)
    rows = coached_rows(call, "in a browser")
    publish_moment(moment=make_kept(call, actor=admin), actor=admin)
    return found, rows


def serious(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in found if each["impact"] in SERIOUS]


def sign_in(page, client, user, live_server) -> None:
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
    page.context.add_cookies([cookie])


def test_an_agent_appeals_one_question_on_a_phone(agent, open_page, client, live_server):
    found, rows = agent
    page = open_page("/offline", width=360, height=740, signed_in=False, service_workers="block")
    sign_in(page, client, found.user, live_server)
    page.goto("/my")
    page.get_by_role("link", name=rows["review"].call.customer.name).first.click()
    question = page.locator("#q-greeting")
    question.get_by_text("Appeal this answer").click()
    question.get_by_role("textbox").fill("I said my name and the company's")
    question.get_by_role("button", name="Send the appeal").click()
    page.get_by_text("Your appeal was sent.").wait_for()
    assert question.get_by_text("Appeal: Open").is_visible()
    assert Appeal.objects.get().reason == "I said my name and the company's"
    for path in ("/my", "/my/reviews", page.url, "/my/coaching", "/sales-recording-audit/library"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path
        assert not serious(page), path


def test_a_coach_saves_a_moment_from_the_transcript(agent, open_page):
    found, rows = agent
    call = rows["review"].call
    page = open_page(f"/sales-recording-audit/{call.pk}", service_workers="block")
    page.locator("[data-tab=transcript]").evaluate("tab => tab.click()")
    page.get_by_role("button", name="Save moment").click()
    page.get_by_label("Title").fill("How it begins")
    page.locator("[data-keep-dialog]").get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("heading", name="How it begins").wait_for()
    assert page.get_by_text("Hello Ms Rivera").is_visible()
    for path in (
        page.url,
        "/sales-recording-audit/coaching",
        f"/sales-recording-audit/coaching/plan/{found.pk}",
        f"/sales-recording-audit/coaching/{rows['session'].pk}",
        f"/sales-recording-audit/agents/{found.pk}",
        f"/sales-recording-audit/agents/{found.pk}/coaching",
    ):
        page.goto(path)
        assert not serious(page), path
