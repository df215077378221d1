"""A manager writes a scorecard, sees what it would change, and publishes it: by keyboard, and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from recordings.models import Scorecard, ScoringRun
from recordings.scoring.runs import job_of
from salesiq.jobs.services import run_job
from tests.recordings.factories import ONE_QUESTION, make_call, make_scorecard

TALK = {"key": "talk", "name": "Listened", "weight": 3, "rule": "talk_ratio"}
ROOT = "/sales-recording-audit/scorecards"


@pytest.fixture
def draft(tenant):
    make_call(client=tenant)
    make_scorecard(client=tenant, name="Ours", criteria=[ONE_QUESTION])
    return make_scorecard(client=tenant, name="Ours", version=2, status="draft", criteria=[ONE_QUESTION, TALK])


def test_a_scorecard_is_written_by_keyboard_tried_on_past_calls_and_published(open_page, draft):
    page = open_page(f"{ROOT}/{draft.pk}")
    first = page.get_by_label("Question").first
    weights = page.get_by_label("Weight")
    expect(page.locator("[data-share]").nth(0)).to_have_text("25")
    weights.nth(0).fill("1,5")
    weights.nth(1).fill("1,5")
    expect(page.locator("[data-share]").nth(0)).to_have_text("50")
    expect(page.get_by_role("button", name="Publish")).to_be_disabled()

    first.focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_role("status")).to_have_text("Moved to place 2 of 2.")
    expect(page.get_by_label("Question").nth(1)).to_be_focused()

    page.get_by_role("button", name="Add a question").click()
    page.keyboard.type("Sounded warm")
    added = page.locator("[data-entry]").nth(2)
    added.get_by_label("Answers", exact=True).select_option("choice")
    added.get_by_label("Answer", exact=True).nth(0).fill("Warm")
    added.get_by_label("Answer", exact=True).nth(1).fill("Cold")
    page.keyboard.press("Control+s")
    page.wait_for_url(f"**{ROOT}/{draft.pk}")
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    keys = [row["key"] for row in Scorecard.objects.get(pk=draft.pk).criteria]
    assert keys == ["talk", "greeting", "sounded_warm"]

    page.get_by_role("link", name="Preview on past calls").click()
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("0 of 1 calls")).to_be_visible()
    run_job(job_of(ScoringRun.objects.get()).pk)
    expect(page.get_by_role("heading", name="1 call, now and then")).to_be_visible()
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("It is in use")).to_be_visible()
    assert Scorecard.objects.published().get(name="Ours").version == 2


def test_a_mistake_is_shown_at_its_question_and_nothing_is_lost(open_page, draft):
    page = open_page(f"{ROOT}/{draft.pk}")
    page.get_by_label("Weight").nth(1).fill("much")
    page.get_by_label("Question").nth(0).fill("Said hello")
    page.get_by_role("button", name="Save draft").click()
    expect(page.locator(".field-error")).to_contain_text("must be a number")
    expect(page.get_by_label("Weight").nth(1)).to_have_value("much")
    expect(page.get_by_label("Question").nth(0)).to_have_value("Said hello")
    open_page.complaints[:] = [words for words in open_page.complaints if "400" not in words]
    page.on("dialog", lambda dialog: dialog.accept())


def test_a_question_is_dragged_to_its_place(open_page, draft):
    page = open_page(f"{ROOT}/{draft.pk}")
    page.locator("[data-grip]").nth(1).drag_to(page.locator("[data-entry]").nth(0), target_position={"x": 40, "y": 2})
    expect(page.get_by_label("Question").nth(0)).to_have_value("Listened")
    expect(page.locator("[data-layout]")).to_have_value("s0 q1 q0")
    page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_editor_fits_a_phone_and_passes_axe(open_page, draft, colours):
    page = open_page(f"{ROOT}/{draft.pk}", width=360, height=700, color_scheme=colours)
    page.locator(".ed-more summary").nth(1).click()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [(each["id"], [node["html"][:160] for node in each["nodes"]]) for each in found.response["violations"]] == []
