"""A manager writes a prompt without code, sees a mistake at its place, fills it from a call, saves it, compares it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from prompts.models import PromptLabel
from tests.prompts.factories import make_prompt, make_version
from tests.recordings.factories import make_call

ROOT = "/sales-prompt-engineering"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


@pytest.fixture
def prompt(tenant):
    made = make_prompt(client=tenant, title="Call summary", name="call-summary")
    make_version(prompt=made, labels=["production"], why="Names the price")
    return made


def test_a_prompt_is_written_checked_filled_from_a_call_compared_and_labelled(open_page, tenant, prompt):
    make_call(client=tenant, title="The Acme call")
    page = open_page(f"{ROOT}/{prompt.pk}/edit")
    question = page.get_by_label("Text of the message").nth(1)
    question.press("End")
    question.press("Control+End")
    page.get_by_label("Insert a variable").fill("customer.name")
    page.get_by_label("Insert a variable").press("Enter")
    expect(question).to_have_value("Sum up:\n{{ call.transcript }}{{ customer.name }}")
    expect(page.get_by_label("Name").last).to_have_value("customer.name")

    question.fill("Sum up for {{ nobody }}:\n{{ call.transcript }}")
    expect(page.locator("#m1-problems .field-error")).to_contain_text("nobody")
    expect(question).to_have_attribute("aria-invalid", "true")
    page.get_by_role("button", name="Add nobody").click()
    expect(page.get_by_text("Nothing to mend")).to_be_visible()
    expect(page.locator("#m1-problems .field-error")).to_have_count(0)
    question.fill("Sum up in five lines:\n{{ call.transcript }}")

    page.get_by_text("Fill it from a record").click()
    page.get_by_label("Search").focus()
    page.get_by_label("The Acme call").check()
    expect(page.locator("#preview")).to_contain_text("Filled from the record you chose, redacted.")

    page.get_by_label("Why this version").fill("Five lines are enough")
    page.keyboard.press("Control+s")
    expect(page.get_by_text("Version 3 is saved.")).to_be_visible()

    page.get_by_role("link", name="What it changed").click()
    expect(page.locator("ins").first).to_contain_text("in five lines")
    page.go_back()
    page.get_by_label("What to do with version 3").click()
    page.get_by_role("button", name="Set").first.click()
    expect(page.get_by_text("“staging” now stands for version 3.")).to_be_visible()
    assert PromptLabel.objects.get(prompt=prompt, name="staging").version.number == 3


def test_messages_are_moved_by_keyboard_and_unsaved_work_is_warned_of(open_page, prompt):
    page = open_page(f"{ROOT}/{prompt.pk}/edit")
    page.get_by_label("Text of the message").nth(0).press("Alt+ArrowDown")
    expect(page.locator("[data-told]")).to_have_text("Moved to place 2 of 2.")
    expect(page.locator("[data-tokens=messages]")).to_have_value("m1 m0")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Blocks").click()
    page.wait_for_url("**/blocks")
    assert asked == ["beforeunload"]


def test_the_fields_of_an_answer_are_a_table_and_a_schema(open_page, prompt):
    page = open_page(f"{ROOT}/{prompt.pk}/edit")
    page.get_by_label("Type of answer").select_option("json")
    page.get_by_role("button", name="Add a field").click()
    page.keyboard.type("mood")
    page.get_by_label("Type of the field").select_option("enum")
    page.get_by_label("What it is, or what to choose from").fill("good, bad")
    page.get_by_text("JSON Schema", exact=True).click()
    schema = page.locator("[data-schema-text]").input_value()
    assert '"enum": [' in schema and '"good"' in schema and '"required": [' in schema
    page.on("dialog", lambda dialog: dialog.accept())


@pytest.mark.parametrize(
    ("name", "colours"), [("edit", "light"), ("", "dark"), ("diff?a=1&b=2", "light"), ("try", "dark")]
)
def test_the_pages_fit_a_phone_and_pass_axe(open_page, prompt, name, colours):
    page = open_page(f"{ROOT}/{prompt.pk}/{name}".rstrip("/"), width=360, height=700, color_scheme=colours, locale="ru")
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options={"runOnly": RULES})
    assert [(each["id"], [n["html"][:160] for n in each["nodes"]]) for each in found.response["violations"]] == []


@pytest.mark.parametrize(("path", "colours"), [("", "dark"), ("/models", "light"), ("/blocks", "light")])
def test_lists_and_models_fit_a_phone_and_pass_axe(open_page, prompt, path, colours):
    page = open_page(f"{ROOT}{path}", width=360, height=700, color_scheme=colours)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options={"runOnly": RULES})
    assert [(each["id"], [n["html"][:160] for n in each["nodes"]]) for each in found.response["violations"]] == []
