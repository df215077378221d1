"""What holds for every page: fits a phone, passes axe, keeps its layout still, can be reached by keyboard."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile

from recordings.models import ErasureRequest, PersonExport
from recordings.reviewing.services import assign_review
from salesiq.people.keys import issue_key, revoke_key
from tests.recordings.factories import make_analysis_job, make_call
from tests.recordings.reviewing_factories import make_review_card

PAGES = [
    "list", "empty", "call", "review",
    "under-way", "failed", "upload", "privacy", "transparency", "keys", "login", "missing",
]  # fmt: skip


@pytest.fixture
def addresses(tenant, admin, mp3):
    call = make_call(client=tenant)
    call.recording.playback.save("playback.mp3", ContentFile(mp3))
    review = assign_review(call=call, reviewer=admin, assigned_by=admin, scorecard=make_review_card(tenant))
    under_way = make_call(client=tenant, published=False)
    make_analysis_job(under_way, status="running", stage="transcribe", fraction=0.4)
    failed = make_call(client=tenant, published=False, status="failed", error="The file holds no sound.")
    issue_key(user=admin, name="Reports of the data warehouse, every night", actor=admin)
    revoke_key(key=issue_key(user=admin, name="Trial", actor=admin).key, actor=admin)
    ErasureRequest.objects.create(client=tenant, status="failed", error="On legal hold: Case 7.")
    PersonExport.objects.create(client=tenant, status="expired", error="Its days were over.")
    base = "/sales-recording-audit"
    return {
        "list": base,
        "empty": f"{base}?q=nothing",
        "call": f"{base}/{call.pk}",
        "review": f"{base}/reviews/{review.pk}",
        "under-way": f"{base}/{under_way.pk}",
        "failed": f"{base}/{failed.pk}",
        "upload": f"{base}/upload",
        "privacy": "/privacy",
        "transparency": f"/transparency/{tenant.slug}",
        "keys": "/account/keys",
        "login": "/login",
        "missing": f"{base}/01a20a8b-d46b-7162-9d3d-903f17f21243",
    }


def show(open_page, addresses, name, **options):
    page = open_page(addresses[name], signed_in=name != "login", **options)
    if name == "missing":
        open_page.complaints[:] = [words for words in open_page.complaints if "404" not in words]
    return page


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("name", PAGES)
def test_a_phone_never_scrolls_sideways(open_page, addresses, name, language):
    page = show(open_page, addresses, name, width=360, height=700, locale=language)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_to_object_to(open_page, addresses, name, colours):
    page = show(open_page, addresses, name, color_scheme=colours)
    page.wait_for_load_state("networkidle" if name != "under-way" else "load")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    violations = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]]
    assert violations == []


@pytest.mark.parametrize("name", ["list", "call"])
def test_the_layout_stays_still_while_the_page_loads(open_page, addresses, name):
    page = show(open_page, addresses, name)
    page.wait_for_load_state("load")
    shift = page.evaluate(
        """() => new Promise((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
              .observe({type: "layout-shift", buffered: true});
            requestAnimationFrame(() => setTimeout(() => resolve(sum), 200));
        })"""
    )
    assert shift < 0.05


def test_the_first_tab_leads_past_the_menu(open_page, addresses):
    page = show(open_page, addresses, "list")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_every_control_of_a_call_is_reached_by_tab_and_shows_it(open_page, addresses):
    page = show(open_page, addresses, "call")
    reached = set()
    for _ in range(80):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate(
                """() => {
                    const at = document.activeElement;
                    const seen = getComputedStyle(at).outlineStyle !== "none";
                    return `${seen ? "" : "unseen "}${at.dataset.play ?? at.getAttribute("role") ?? at.tagName}`;
                }"""
            )
        )
    assert {"slider", "checkbox", "SELECT", "SUMMARY", "INPUT"} <= reached
    assert not [name for name in reached if name.startswith("unseen") and name != "unseen BODY"]
