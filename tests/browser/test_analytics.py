"""The analytics pages in a real browser; each test ends with no error and no refusal by the policy in the console."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from salesiq.people.roles import Role
from tests.analytics.pages.rows import make_calls, make_deals
from tests.factories import make_agent, make_team, make_user

DRAWN = ".js-plotly-plot .main-svg"


@pytest.fixture
def agents(tenant):
    north, south = make_team(client=tenant, name="North"), make_team(client=tenant, name="South")
    found = [make_agent(team=north, name="Nora Best"), make_agent(team=south, name="Sam Last")]
    for days in (3, 20, 40):
        make_calls(found[0], converted=20, lost=15, days_ago=days, source="web")
        make_calls(found[1], converted=2, lost=30, days_ago=days)
    make_deals(found[0], won=4, lost=2)
    return found


def wait_for_charts(page):
    page.wait_for_load_state("networkidle")
    page.locator("[data-plot]").first.scroll_into_view_if_needed()  # drawn when they come near
    page.locator(DRAWN).first.wait_for(state="attached")


def test_filters_change_the_figures_and_the_address_and_survive_reload_and_sharing(open_page, agents):
    page = open_page("/analytics")
    wait_for_charts(page)
    calls = page.locator("#card-calls .figure-value")
    expect(calls).to_have_text("201")
    page.locator("[data-field=agent] summary").click()
    page.get_by_label("Nora Best").check()
    expect(calls).to_have_text("105")
    page.get_by_label("Period").select_option("30")
    expect(calls).to_have_text("70")
    address = page.url
    assert "period=30" in address and f"agent={agents[0].pk}" in address and "team=" not in address
    for shared in (page, open_page("/" + address.split("/", 3)[3])):
        shared.reload()
        expect(shared.locator("#card-calls .figure-value")).to_have_text("70")
        expect(shared.locator("[data-field=agent] .picker-chosen")).to_have_text("Nora Best")
    page.get_by_role("link", name="Volume").click()
    expect(page.locator("#card-calls .figure-value")).to_have_text("70")


def test_a_figure_leads_to_its_rows(open_page, agents):
    page = open_page("/analytics/leaderboard")
    row = page.locator("#places tr", has_text="Nora Best")
    expect(row.locator(".rank")).to_have_text("1")
    row.get_by_role("link").click()
    page.wait_for_url("**/sales-recording-audit?**")
    expect(page.locator("#filter-agent option:checked")).to_have_text("Nora Best")
    expect(page.locator("#rows tr").first).to_contain_text("Nora Best")


def test_a_view_is_kept_and_opened_again(open_page, agents):
    page = open_page("/analytics")
    page.get_by_label("Period").select_option("30")
    page.wait_for_url("**period=30")
    page.get_by_text("Saved views").click()
    page.get_by_label("Name of this view").fill("My month")
    page.get_by_role("button", name="Keep this view").click()
    expect(page.get_by_text("The view “My month” is kept.")).to_be_visible()
    page.goto("/analytics")
    page.get_by_text("Saved views").click()
    page.get_by_role("link", name="My month").click()
    page.wait_for_url("**period=30")


def test_courses_that_come_after_the_filters_changed_are_dropped_without_a_complaint(open_page, agents):
    page, held = open_page("/analytics"), []
    page.wait_for_load_state("networkidle")
    page.route("**part=courses*", lambda route: held.append(route))
    page.reload(wait_until="commit")
    page.wait_for_timeout(500)
    page.get_by_label("Period").select_option("30")
    page.wait_for_url("**period=30")
    with page.expect_event("requestfinished", lambda request: "period" not in request.url):
        held[0].continue_()
    with page.expect_event("requestfinished", lambda request: "period=30" in request.url):
        held[1].continue_()
    wait_for_charts(page)


def test_a_manager_reads_of_their_team_alone(open_page, client, tenant, agents, admin):
    manager = make_user(role=Role.MANAGER, client=tenant, username="mo")
    agents[0].team.managers.add(manager)
    page = open_page("/login", signed_in=False)
    page.get_by_label("User name").fill("mo")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/sales-recording-audit**")
    for path in ("/analytics", "/analytics/leaderboard", "/analytics/quality", "/sales-recording-audit/dashboard"):
        page.goto(path)
        page.wait_for_load_state("networkidle")
        assert "Sam Last" not in page.content() and "South" not in page.content()


def test_new_calls_show_up_without_a_jump(open_page, agents):
    page = open_page("/analytics/volume")
    wait_for_charts(page)
    table = page.locator("#course .chart-table")
    table.locator("summary").click()
    page.evaluate("() => { window.before = document.querySelector('#course [data-plot]'); scrollTo(0, 200); }")
    make_calls(agents[0], converted=1, days_ago=1)
    page.evaluate("() => document.dispatchEvent(new Event('analytics:refresh'))")
    expect(page.locator("#card-calls .figure-value")).to_have_text("202")
    same = "() => [document.querySelector('#course [data-plot]') === window.before, scrollY]"
    assert page.evaluate(same) == [True, 200]
    expect(table).to_have_attribute("open", "")


def test_charts_follow_the_theme_and_are_read_as_tables_by_keyboard(open_page, agents):
    page = open_page("/analytics/trends", color_scheme="light")
    wait_for_charts(page)
    ink = "() => document.querySelector('#trend .xtick text').style.fill"
    light = page.evaluate(ink)
    page.get_by_role("button", name="Colours: as the system").click()
    page.get_by_role("button", name="Colours: light").click()
    page.wait_for_function(f"before => ({ink})() !== before", arg=light)
    page.locator("#trend summary").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#trend table")).to_be_visible()
    expect(page.locator("#trend [data-plot]")).to_have_attribute("aria-label", page.locator(".chart-says").inner_text())


@pytest.mark.parametrize("path", ["/analytics", "/analytics/leaderboard", "/analytics/trends"])
def test_pages_fit_a_phone_stay_still_and_pass_axe(open_page, agents, path):
    page = open_page(path, width=360, height=700, color_scheme="dark")
    wait_for_charts(page)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []


def test_the_layout_stays_still_while_charts_load(open_page, agents):
    page = open_page("/analytics/volume")
    wait_for_charts(page)
    shift = page.evaluate(
        """() => new Promise((resolve) => {
            let sum = 0;
            new PerformanceObserver((list) => { for (const e of list.getEntries()) sum += e.value; })
              .observe({type: "layout-shift", buffered: true});
            requestAnimationFrame(() => setTimeout(() => resolve(sum), 200));
        })"""
    )
    assert shift < 0.05
