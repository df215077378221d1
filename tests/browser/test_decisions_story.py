"""The whole way of an alert: read on the page of two minutes, its evidence looked at, taken on, dealt with; later the
page says whether it worked. And every page of decisions on a phone, in the dark, without fault of accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import reverse
from playwright.sync_api import expect

from decisions.models import Finding
from tests.decisions.documents_by_hand import make_everything
from tests.decisions.factories import make_audience
from tests.factories import make_agent

WIDE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
PAGES = ("decisions", "win-rate", "drivers", "forecast", "forecast-deals", "patterns", "anomalies", "findings", "rules",
         "rule-new", "models")  # fmt: skip


@pytest.fixture
def made(tenant):
    tenant.currency = "EUR"
    tenant.save()
    return make_everything(make_audience(client=tenant), make_agent(client=tenant, name="Nora North"))


def test_an_alert_from_its_evidence_to_its_outcome(open_page, made, admin):
    page = open_page(reverse("analytics-decisions"))
    expect(page.locator(".headline-sentence")).to_contain_text("fell to 42")
    page.locator(".action").first.get_by_role("link").click()
    evidence = page.get_by_role("region", name="Evidence")
    expect(evidence).to_contain_text("38")
    expect(page.locator("[data-status]")).to_have_text("Open")
    page.get_by_role("button", name="Take it on").click()
    expect(page.locator("[data-status]")).to_have_text("Being acted on")
    expect(page.locator("#finding")).to_contain_text("Measured from the day it was taken on")
    page.get_by_text("Done", exact=True).click()
    page.get_by_label("What was done").fill("Two calls a week with the team")
    page.get_by_role("button", name="It is done").click()
    expect(page.locator("[data-status]")).to_have_text("Done")
    _measure(made["findings"][0])
    page.reload()
    expect(page.locator(".outcome")).to_contain_text("It worked")
    expect(page.get_by_text("“Two calls a week with the team”")).to_be_visible()
    page.goto(f"{reverse('analytics-findings')}?show=closed")
    expect(page.locator(".finding-item")).to_contain_text("It worked")


def _measure(finding):
    """What the daily work writes once there is enough to compare."""
    outcome = {"before": 0.38, "after": 0.47, "low": 0.02, "high": 0.16, "n_before": 171, "n_after": 160,
               "since": "2026-01-15", "until": "2026-03-15"}  # fmt: skip
    Finding.objects.filter(pk=finding.pk).update(worked="yes", outcome=outcome)


def test_the_evidence_leads_to_the_deals_behind_it(open_page, made):
    page = open_page(reverse("analytics-finding", args=[made["findings"][0].pk]))
    page.get_by_role("region", name="Evidence").get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Deals")).to_be_visible()
    assert "region=South" in page.url


def addresses(made):
    named = {name: reverse(f"analytics-{name}") for name in PAGES}
    return {**named, "finding": reverse("analytics-finding", args=[made["findings"][0].pk]),
            "model": reverse("analytics-model", args=[made["model"].pk])}  # fmt: skip


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_no_page_has_a_fault_of_accessibility_or_scrolls_sideways_on_a_phone(open_page, made, colours):
    page = open_page("/offline", color_scheme=colours)
    for name, path in addresses(made).items():
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(path)
        page.wait_for_load_state("networkidle")
        found = Axe().run(page, options=WIDE).response["violations"]
        assert [(name, v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found] == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth"), name
