"""From an empty page to production and back: a prompt is written, filled from a call, compared, released, taken back.

The model is a real server on loopback that answers by what it is asked.
"""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from prompts.evaluation.services import job_of
from prompts.models import Evaluation, Prompt, PromptLabel
from salesiq.jobs.services import run_job
from tests.prompts.evaluation_factories import make_dataset, make_evaluation
from tests.prompts.factories import make_model, make_prompt, make_version
from tests.prompts.model_server import ModelServer
from tests.recordings.factories import make_call

ROOT = "/sales-prompt-engineering"
CASES = 20
WIDE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}


def answer(request) -> str:
    """Version 1 fails one topic, version 2 half of them, version 3 none."""
    number = int(re.search(r"topic (\d+)", request.text)[1])
    if "Be brief" in request.text:
        return "Ask our sales team." if number % 2 else f"The price of topic {number} is 40 euros."
    if "Name the price" in request.text:
        return f"The price of topic {number} is 40 euros a month."
    return "No idea." if number == 1 else f"The price of topic {number} is 40 euros."


def write_version(page, text: str, why: str) -> None:
    page.get_by_label("Text of the message").last.fill(text)
    page.get_by_label("Why this version").fill(why)
    page.get_by_role("button", name="Save as a new version").click()
    page.wait_for_url(lambda address: "/edit" not in address)


def test_a_prompt_is_written_compared_released_through_the_gate_and_rolled_back(open_page, tenant):
    make_call(client=tenant, title="Demo call with Ines")
    with ModelServer() as server:
        server.answers(answer)
        make_model(client=tenant, url=server.url, name="house")
        page = open_page(f"{ROOT}/new")
        prompt = _write(page)
        _make_cases(page, prompt)
        evaluation = _evaluate(page, prompt)
        assert len(server.requests) == 3 * CASES
        _look(page, evaluation)
        _release(page, prompt)


def _write(page) -> Prompt:
    page.get_by_label("Title").fill("Price answers")
    page.locator("[name=name]").fill("price-answers")
    page.get_by_label("Text of the message").first.fill("You answer questions about prices.")
    page.get_by_label("Text of the message").last.fill("Answer topic {{ topic }}.\n{{ call.transcript }}")
    page.get_by_role("button", name="Add topic").click()
    page.get_by_role("button", name="Add call.transcript").click()
    rows = page.locator("[data-rows=variables] > li")
    expect(rows).to_have_count(2)
    rows.nth(0).get_by_label("Example").fill("topic 1")
    rows.nth(1).get_by_label("Otherwise").fill("Customer: What does it cost?")
    page.get_by_text("Fill it from a record").click()
    page.get_by_placeholder("Customer, title or agent").focus()
    page.get_by_role("group", name="Found").get_by_role("radio").nth(1).check()
    expect(page.locator("#preview")).to_contain_text("Filled from the record you chose")
    page.get_by_label("Why this version").fill("First try")
    page.get_by_role("button", name="Save the prompt").click()
    page.wait_for_url(lambda address: not address.endswith("/new"))
    prompt = Prompt.objects.get(name="price-answers")
    for text, why in (("Be brief.", "Shorter"), ("Name the price.", "Names the price")):
        page.goto(f"{ROOT}/{prompt.pk}/edit")
        write_version(page, f"Answer topic {{{{ topic }}}}. {text}\n{{{{ call.transcript }}}}", why)
    assert prompt.versions.count() == 3
    return prompt


def _make_cases(page, prompt) -> None:
    page.goto(f"{ROOT}/data-sets?prompt={prompt.pk}")
    page.get_by_text("New data set").click()
    page.get_by_label("Name").fill("prices")
    page.get_by_role("button", name="Begin").click()
    page.get_by_role("link", name="From CSV").first.click()
    lines = ["name,topic,contains", *(f"Topic {n},topic {n},price" for n in range(1, CASES + 1))]
    page.get_by_label("or its lines").fill("\n".join(lines))
    page.get_by_role("button", name="Look at it first").click()
    expect(page.get_by_role("heading", name=f"{CASES} cases, and nothing is wrong with them")).to_be_visible()
    page.get_by_role("button", name=f"Add {CASES} cases").click()
    expect(page.get_by_text(f"{CASES} cases were added.")).to_be_visible()


def _evaluate(page, prompt) -> Evaluation:
    page.goto(f"{ROOT}/{prompt.pk}/evaluate")
    for number in (1, 2, 3):
        page.locator("[name=versions]").nth(number - 1).check()
    page.get_by_label("Data set").select_option(label="prices")
    page.get_by_role("button", name="Reckon what it takes").click()
    expect(page.get_by_role("heading", name="Before it starts")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    expect(page.get_by_text(f"of {3 * CASES} answers")).to_be_visible()
    evaluation = Evaluation.objects.get()
    run_job(job_of(evaluation).pk)
    # The page finds out by itself.
    expect(page.get_by_text("v2 is worse than v1")).to_be_visible(timeout=15_000)
    return evaluation


def _look(page, evaluation) -> None:
    page.get_by_role("link", name=re.compile("^Regressions")).click()
    expect(page.locator(".mx-moved").first).to_contain_text("worse")
    first = page.locator("[data-cell]").first
    first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("Not in it: “price”.")).to_be_visible()
    dialog.get_by_text("What was asked").click()
    expect(dialog.get_by_text("Be brief.")).to_be_visible()
    dialog.get_by_role("radio", name="Bad").check()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("Saved")).to_be_visible()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    assert page.evaluate("() => document.activeElement.closest('td').cellIndex") == 2


def _release(page, prompt) -> None:
    page.goto(f"{ROOT}/{prompt.pk}/gate")
    page.get_by_label("Cases to pass").select_option(label="prices")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The gate is set.")).to_be_visible()
    page.goto(f"{ROOT}/{prompt.pk}/release/1")
    page.get_by_role("button", name="Release version 1").click()
    expect(page.get_by_role("heading", name="Version 1 is in production")).to_be_visible()
    page.goto(f"{ROOT}/{prompt.pk}/release/2")
    expect(page.get_by_role("heading", name="The gate holds this version back")).to_be_visible()
    expect(page.get_by_role("button", name="Release version 2")).to_have_count(0)
    page.goto(f"{ROOT}/{prompt.pk}/release/3")
    page.get_by_role("button", name="Release version 3").click()
    expect(page.get_by_role("heading", name="Version 3 is in production")).to_be_visible()
    assert PromptLabel.objects.get(name="production").version.number == 3
    page.get_by_label("Why").fill("Customers complained about it")
    page.get_by_role("button", name="Roll back to version 1").click()
    expect(page.get_by_role("heading", name="Version 1 is in production")).to_be_visible()
    assert PromptLabel.objects.get(name="production").version.number == 1


@pytest.fixture
def compared(tenant):
    prompt = make_prompt(client=tenant, title="Summaries")
    versions = [prompt.versions.get(), make_version(prompt=prompt)]
    dataset = make_dataset(client=tenant, prompt=prompt, cases=6)
    return make_evaluation(
        dataset=dataset, versions=versions, models=[make_model(client=tenant, name="house")], repeats=2,
        passes=lambda case, version, model, repeat: (case + version + repeat) % 4 > 0,
    )  # fmt: skip


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_grid_and_an_answer_pass_axe_and_fit_a_phone(open_page, compared, colours):
    page = open_page(reverse("prompt-evaluation", args=[compared.pk]), color_scheme=colours)
    assert _violations(page) == []
    page.locator("[data-cell]").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert _violations(page) == []
    page.keyboard.press("Escape")
    page.set_viewport_size({"width": 360, "height": 700})
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert _violations(page) == []


def test_the_other_pages_pass_axe_and_fit_a_phone(open_page, compared):
    prompt = compared.prompt
    page = open_page(reverse("prompt-evaluations"), width=360, height=700)
    case = compared.dataset.cases.first()
    addresses = [
        reverse(name, args=args)
        for name, args in (
            ("prompt-evaluations", []), ("prompt-datasets", []), ("prompt-dataset", [compared.dataset.pk]),
            ("prompt-case", [case.pk]), ("prompt-dataset-csv", [compared.dataset.pk]),
            ("prompt-evaluate", [prompt.pk]), ("prompt-release", [prompt.pk, 2]), ("prompt-gate", [prompt.pk]),
            ("prompt-performance", [prompt.pk]), ("prompt-experiments", []), ("prompt-experiment-new", [prompt.pk]),
            ("prompt-alerts", []), ("prompt-suggestions", [prompt.pk]), ("prompt-bias", [prompt.pk]),
        )
    ]  # fmt: skip
    found = {}
    for address in addresses:
        page.goto(address)
        if not page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"):
            found[address] = "wider than the phone"
        if violations := _violations(page):
            found[address] = violations
    assert found == {}


def _violations(page):
    found = Axe().run(page, options=WIDE).response["violations"]
    return [(each["id"], [node["html"][:160] for node in each["nodes"]][:3]) for each in found]
