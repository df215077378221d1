"""The trail in a real browser: verified by a click, read on a phone and in the dark, without an objection by axe."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.management import call_command

from salesiq.audit.services import record_event
from tests.audit.attacks import rewrite_chain
from tests.recordings.factories import make_call

LIST = "/admin/audit/auditevent/"
# What is between the theme's menu and its foot line.
OURS = {"include": [["#content"]]}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


@pytest.fixture
def trail(tenant, admin):
    call = make_call(client=tenant)
    for action in ("viewed", "played", "deleted"):
        record_event(action=action, target=call, actor=admin, details={"n": 1})
    call_command("anchor_audit")


def objections(page):
    page.wait_for_load_state("networkidle")
    found = Axe().run(page, context=OURS, options=RULES)
    return [(v["id"], [n["html"][:200] for n in v["nodes"]][:3]) for v in found.response["violations"]]


def theme(page, colours):
    page.evaluate(f"localStorage.setItem('adminTheme', JSON.stringify('{colours}'))")
    page.reload()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_verdict_is_one_click_away(open_page, trail, tenant, colours):
    page = open_page(LIST, color_scheme=colours)
    theme(page, colours)
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("heading", name="The trail is whole").wait_for()
    assert objections(page) == []
    rewrite_chain(tenant.pk, edit={2: "viewed"})
    page.get_by_role("button", name="Verify again").click()
    page.get_by_role("heading", name="The trail is broken in 1 place").wait_for()
    assert objections(page) == []


def test_verdict_and_panel_fit_a_phone(open_page, trail):
    page = open_page(LIST, width=360, height=740)
    page.get_by_role("button", name="Verify").click()
    page.get_by_role("heading", name="The trail is whole").wait_for()
    for address in (LIST, f"{LIST}verify/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
