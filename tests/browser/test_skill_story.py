"""A manager sees who falls short in what, assigns the training, and sees what it did, on tests and on real calls."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from testcases.models import Assignment
from testcases.validation.work import make_figures
from tests.testcases.factories import make_run
from tests.testcases.measured import make_measured, scored_call

WIDE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = (
    "test-insights", "test-gaps", "test-patterns", "test-training-effects", "test-experiments", "test-experiment-new",
    "test-validation",
)  # fmt: skip


@pytest.fixture
def measured(tenant):
    return make_measured(client=tenant, agents=6, weeks=4)


def test_a_gap_becomes_a_training_and_the_training_shows(open_page, measured):
    agent = measured.agents[0]
    page = open_page(reverse("test-gaps"))
    row = page.locator("tbody tr").first
    expect(row).to_contain_text("Agent 0")
    expect(row).to_contain_text("beyond chance")
    row.get_by_role("button", name="Assign the training “Agreeing a next step”").click()
    expect(page.get_by_text("is assigned to Agent 0")).to_be_visible()
    expect(page.locator("tbody tr").first).to_contain_text("given")
    _practise(measured, agent)
    page.get_by_role("link", name="Agent 0").first.click()
    given = page.locator("#given-title").locator("xpath=ancestor::section")
    expect(given).to_contain_text("Skill gap")
    expect(given.locator("tbody td").nth(1)).to_contain_text("better, beyond chance")
    expect(given.locator("tbody td").nth(2)).to_contain_text(
        "10 % → 90 %".replace(" ", "\u202f").replace("\u202f→\u202f", " → ")
    )
    page.goto(reverse("test-training-effects"))
    expect(page.locator("tbody tr").first).to_contain_text("Agreeing a next step")
    expect(page.locator("tbody tr").first).to_contain_text("less the change of")


def _practise(measured, agent) -> None:
    """Three weeks pass: the training is read, tests are played, calls are made."""
    done = timezone.now() - timedelta(days=10)
    Assignment.objects.filter(reason="gap").update(done_at=done)
    for days_ago in (9, 8, 7, 6, 5, 4, 3, 2):
        make_run(version=measured.cases[0].current, agent=agent, verdicts={}, days_ago=days_ago)
    for person in measured.agents:
        gain = 0.9 if person == agent else 0.1
        for days_ago in (30, 28, 26, 24, 22):
            scored_call(person, days_ago=days_ago, key="next_step", share=0.1)
        for days_ago in (9, 7, 5, 3, 1):
            scored_call(person, days_ago=days_ago, key="next_step", share=gain)


def test_an_experiment_is_planned_with_the_numbers_at_hand(open_page, measured):
    page = open_page(reverse("test-experiment-new"))
    page.get_by_label("Title").fill("Weekly coaching")
    page.get_by_label("What you expect, and why").fill("Coached agents score higher.")
    page.get_by_label("Smallest difference worth finding").fill("30")
    expect(page.locator("#reckoned")).to_contain_text("in each arm")
    few = page.locator("#reckoned strong").inner_text()
    page.get_by_label("Smallest difference worth finding").fill("5")
    expect(page.locator("#reckoned strong")).not_to_have_text(few)
    expect(page.locator("#reckoned")).to_contain_text("too few agents")
    page.get_by_label("What it gets").nth(1).select_option("coaching")
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Keep the plan").click()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_role("heading", name="Too early to tell")).to_be_visible()
    expect(page.get_by_text("6 agents and their arms")).to_be_visible()


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_pages_of_measuring_pass_axe_and_fit_a_phone(open_page, measured, colours):
    make_figures(measured.client)
    page = open_page(reverse("test-insights"), width=360, height=700, color_scheme=colours)
    case = measured.cases[0]
    addresses = [reverse(name) for name in PAGES]
    addresses += [reverse("test-agent", args=[measured.agents[2].pk]), reverse("test-validation-case", args=[case.pk])]
    found = {}
    for address in addresses:
        page.goto(address)
        if not page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"):
            found[address] = "wider than the phone"
        violations = Axe().run(page, options=WIDE).response["violations"]
        if violations:
            found[address] = [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in violations]
    assert found == {}
