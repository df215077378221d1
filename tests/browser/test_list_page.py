"""The list of calls in a real browser."""

from playwright.sync_api import expect

from recordings.models import CallStatus, SalesCall
from recordings.services import ANALYZE_TASK
from salesiq.jobs.models import Job
from tests.recordings.factories import make_analysis_job, make_call, make_sound

LIST = "/sales-recording-audit"


def test_signing_in_shows_the_calls_and_opens_one(open_page, tenant):
    call = make_call(client=tenant)
    page = open_page(LIST, signed_in=False)
    page.get_by_label("User name").fill("ana")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("link", name=call.customer.name).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(call.customer.name)


def test_a_filter_changes_the_list_and_the_address_and_back_undoes_it(open_page, tenant):
    won = make_call(client=tenant, outcome="converted")
    lost = make_call(client=tenant, outcome="not_qualified")
    page = open_page(LIST)
    page.get_by_label("Outcome", exact=True).select_option("converted")
    expect(page.get_by_role("link", name=lost.customer.name)).to_have_count(0)
    expect(page.get_by_role("link", name=won.customer.name)).to_be_visible()
    assert page.url.endswith(f"{LIST}?outcome=converted")
    page.go_back()
    expect(page.get_by_role("link", name=lost.customer.name)).to_be_visible()
    expect(page.get_by_label("Outcome", exact=True)).to_have_value("")


def test_searching_while_typing(open_page, tenant):
    wanted = make_call(client=tenant, notes="solar roof")
    other = make_call(client=tenant)
    page = open_page(LIST)
    page.get_by_label("Search", exact=True).press_sequentially("solar")
    expect(page.get_by_role("link", name=other.customer.name)).to_have_count(0)
    expect(page.get_by_role("link", name=wanted.customer.name)).to_be_visible()


def test_days_appear_for_a_period_of_ones_own(open_page):
    page = open_page(LIST)
    expect(page.get_by_label("From", exact=True)).to_be_hidden()
    page.get_by_label("Period").select_option("custom")
    expect(page.get_by_label("From", exact=True)).to_be_visible()


def test_a_call_under_way_shows_up_as_ready_by_itself(open_page, tenant):
    call = make_call(client=tenant, published=False)
    job = make_analysis_job(call, status="running", stage="transcribe", fraction=0.4)
    page = open_page(LIST)
    expect(page.get_by_text("Write down the words · 40 %")).to_be_visible()
    Job.objects.filter(pk=job.pk).update(status="succeeded")
    SalesCall.objects.filter(pk=call.pk).update(status=CallStatus.PUBLISHED, outcome="converted")
    expect(page.locator(".badge-converted")).to_be_visible(timeout=15_000)


def test_uploading_a_file_and_the_same_file_again(open_page, tenant):
    page = open_page(LIST)
    file = {"name": "first call.wav", "mimeType": "audio/wav", "buffer": make_sound(seconds=0.5)}
    page.get_by_role("link", name="Upload calls").first.click()
    page.locator("input[type=file]").set_input_files([file, {**file, "name": "copy.wav"}])
    page.get_by_role("button", name="Upload and analyse").click()
    expect(page.get_by_text("Received. The analysis has begun.")).to_be_visible()
    expect(page.get_by_text("This recording is here already.")).to_be_visible()
    call = SalesCall.objects.get()
    assert Job.objects.filter(task=ANALYZE_TASK, subject=str(call.pk)).count() == 1
    page.get_by_role("button", name="Close").first.click()
    expect(page.get_by_role("link", name="first call.wav")).to_be_visible()


def test_a_file_dropped_on_the_page_waits_in_the_upload_window(open_page):
    page = open_page(LIST)
    page.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "dropped.mp3", {type: "audio/mpeg"}));
            document.querySelector("main").dispatchEvent(new DragEvent("drop", {dataTransfer: data, bubbles: true}));
        }"""
    )
    expect(page.get_by_role("dialog").get_by_text("dropped.mp3")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_lost_connection_is_told_and_the_file_can_be_sent_again(open_page):
    page = open_page(LIST)
    page.get_by_role("link", name="Upload calls").first.click()
    page.locator("input[type=file]").set_input_files(
        {"name": "a.wav", "mimeType": "audio/wav", "buffer": make_sound(seconds=0.2)}
    )
    page.route("**/upload", lambda route: route.abort())
    page.get_by_role("button", name="Upload and analyse").click()
    expect(page.get_by_text("The connection broke. Send it again.")).to_be_visible()
    page.unroute("**/upload")
    expect(page.get_by_role("button", name="Upload and analyse")).to_be_enabled()
    page.get_by_role("button", name="Upload and analyse").click()
    expect(page.get_by_text("Received. The analysis has begun.")).to_be_visible()
    open_page.complaints[:] = [words for words in open_page.complaints if "ERR_FAILED" not in words]


def test_filters_are_a_drawer_on_a_phone(open_page, tenant):
    make_call(client=tenant, outcome="converted")
    page = open_page(LIST, width=360, height=700)
    drawer = page.locator("#filters")
    expect(drawer).to_be_hidden()
    page.get_by_role("button", name="Filters", exact=True).click()
    expect(drawer).to_be_visible()
    page.get_by_label("Outcome", exact=True).select_option("not_qualified")
    page.get_by_role("button", name="Show the calls").click()
    expect(drawer).to_be_hidden()
    expect(page.get_by_role("heading", name="No call matches")).to_be_visible()
    expect(page.locator("[data-filters-count]")).to_have_text("1")


def test_the_chosen_colours_stay(open_page):
    page = open_page(LIST, color_scheme="light")
    ground = "() => getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.get_by_role("button", name="Colours: as the system").click()
    page.get_by_role("button", name="Colours: light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(ground)
    assert dark != light
    page.reload()
    assert page.evaluate(ground) == dark


def test_the_language_can_be_switched_in_the_menu(open_page):
    page = open_page(LIST)
    page.locator("summary", has_text="Ana").click()
    page.get_by_role("button", name="русский").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Аудит звонков")
