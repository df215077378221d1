"""A manager writes a case with the rule builder, tries it on a talk, makes a scenario of a lost call and assigns it."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from testcases.models import Assignment, TestCase
from tests.factories import make_agent
from tests.recordings.factories import make_call
from tests.testcases.factories import make_assignment, make_benchmark, make_case, make_run, make_suite, make_training

ROOT = "/sales-test-cases"
WIDE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
TALK = "Agent: Good morning, my name is Dana. What do repairs cost you today?\nCustomer: Too much, to be honest."


def test_a_manager_writes_a_case_tries_it_and_makes_another_of_a_lost_call(open_page, tenant):
    agent = make_agent(client=tenant, name="Ben Ford")
    call = make_call(client=tenant, agent=agent, outcome="not_qualified")
    page = open_page(f"{ROOT}/new")
    _write(page)
    _build(page)
    _try(page)
    page.get_by_label("Why this version").fill("First try")
    page.keyboard.press("Control+s")
    expect(page.get_by_role("heading", name="The bakery")).to_be_visible()
    rules = [each["judge"] for each in TestCase.objects.get(name="the-bakery").current.content["criteria"]]
    assert rules == [
        {"kind": "all", "rules": [
            {"kind": "said", "phrases": ["my name is"]},
            {"kind": "not", "rule": {"kind": "said", "phrases": ["discount"]}},
        ]},
        {"kind": "asked", "open": True, "need": 3},
    ]  # fmt: skip
    _retell(page, call, agent)


def _write(page):
    page.get_by_label("Title").fill("The bakery")
    expect(page.get_by_label("Name", exact=True).first).to_have_value("the-bakery")
    page.get_by_label("What the agent is told beforehand").fill("You ring a bakery about its ovens.")
    page.locator("#persona-name").fill("Marta Kowalski")
    page.get_by_label("Mood as the talk begins").fill("-0.5")
    page.get_by_label("The agent’s goal").fill("Agree on a visit.")
    page.get_by_role("button", name="Remove").first.click()
    page.get_by_role("button", name="Add a fact").click()
    page.get_by_label("What is so").fill("Repairs cost her 1,400 euros last year.")
    page.get_by_label("Questions that ask for it").fill("What do repairs cost you?")


def _build(page):
    """All of: her name is said, and no discount; then an example beside it."""
    criterion = page.locator("[data-criterion]").first
    criterion.get_by_label("What is judged").fill("Says who is calling, and offers no discount")
    criterion.locator("[data-rule-kind]").first.select_option("all")
    inner = criterion.locator("[data-slot=rules] > [data-nodes] > [data-rule]")
    expect(inner).to_have_count(2)
    inner.nth(0).locator("[data-rule-kind]").select_option("said")
    inner.nth(0).get_by_label("Words, one phrase a line").fill("my name is")
    inner.nth(1).locator("[data-rule-kind]").select_option("not")
    expect(page.locator("#checked")).to_contain_text("place")
    denied = inner.nth(1).locator("[data-slot=rule] [data-rule]")
    denied.locator("[data-rule-kind]").select_option("said")
    denied.get_by_label("Words, one phrase a line").fill("discount")
    expect(criterion.locator("summary")).to_contain_text("my name is")
    page.get_by_label("Begin with an example").select_option(label="Three open questions")
    expect(page.locator("[data-criterion]")).to_have_count(2)
    expect(page.locator("[data-share]").first).to_have_text("50 % of the score")
    page.locator("[data-criterion]").nth(1).get_by_label("Weight").fill("heavy")
    expect(page.locator(".field-error", has_text="Write a whole number.").or_(
        page.locator(".field-error", has_text="Write a number."))).to_be_visible()  # fmt: skip
    page.locator("[data-criterion]").nth(1).get_by_label("Weight").fill("3")
    expect(page.get_by_text("Nothing to mend")).to_be_visible()


def _try(page):
    page.get_by_label("A transcript").fill(TALK)
    page.get_by_role("button", name="Judge it").click()
    expect(page.locator("#trial .tried-score")).to_be_visible(timeout=30_000)
    expect(page.locator("#trial li").first).to_contain_text("Met")


def _retell(page, call, agent):
    page.goto(reverse("call", args=[call.pk]))
    page.get_by_role("link", name="Choose others").click()
    expect(page.get_by_label("Ben Ford")).to_be_checked()
    page.get_by_label("A word to them").fill("You know this one.")
    page.get_by_role("button", name="Make the scenario").click()
    expect(page.get_by_text("1 agent has it to do now.")).to_be_visible()
    given = Assignment.objects.get()
    assert (given.agent, given.reason, given.case.source_call) == (agent, "lost_call", call)
    page.goto(f"{ROOT}/assignments")
    expect(page.get_by_text("“You know this one.”")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_pages_of_managing_pass_axe_and_fit_a_phone(open_page, tenant, colours):
    case = make_case(client=tenant)
    make_run(version=case.current, agent=make_agent(client=tenant))
    suite, training = make_suite(cases=[case]), make_training(client=tenant)
    make_assignment(agent=make_agent(client=tenant), case=case)
    make_benchmark(client=tenant)
    call = make_call(client=tenant)
    page = open_page(ROOT, width=360, height=700, color_scheme=colours)
    addresses = [
        reverse(name, args=args)
        for name, args in (
            ("test-cases", []), ("test-case", [case.pk]), ("test-case-edit", [case.pk]), ("test-case-new", []),
            ("test-case-diff", [case.pk]), ("test-suites", []), ("test-suite", [suite.pk]),
            ("test-suite-edit", [suite.pk]), ("test-batches", []), ("test-batch-new", []), ("test-assignments", []),
            ("test-assign", []), ("test-trainings", []), ("test-training-edit", [training.pk]),
            ("test-benchmarks", []), ("test-scenario", [call.pk]),
        )
    ]  # fmt: skip
    found = {}
    for address in addresses:
        page.goto(address)
        for row in page.locator("main details:not([data-menu])").all():
            row.evaluate("(details) => { details.open = true; }")
        if not page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"):
            found[address] = "wider than the phone"
        violations = Axe().run(page, options=WIDE).response["violations"]
        if violations:
            found[address] = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in violations]
    assert found == {}
