"""The page of one call in a real browser: sound, transcript, findings."""

import re

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from recordings.models import Origin
from tests.recordings.factories import make_analysis_job, make_call, make_utterance

NOW = ".line.is-now"
TIME = "() => document.querySelector('[data-audio]').currentTime"
PAUSED = "() => document.querySelector('[data-audio]').paused"


@pytest.fixture
def call(tenant, mp3):
    made = make_call(client=tenant)
    made.recording.playback.save("playback.mp3", ContentFile(mp3))
    made.recording.peaks = [[(n * 7) % 100 for n in range(300)]]
    made.recording.save()
    return made


def compiled(name):
    return re.compile(rf"\b{name}\b")


def address(call, query=""):
    return f"/sales-recording-audit/{call.pk}{query}"


def test_the_transcript_follows_the_sound(open_page, call):
    page = open_page(address(call, "?t=2.5"))
    expect(page.locator("#u0")).to_have_class(compiled("is-now"))
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator("#u0 .w.is-now")).to_have_count(1)
    expect(page.locator("#u1")).to_have_class(compiled("is-now"))
    expect(page.locator(NOW)).to_have_count(1)
    page.get_by_role("button", name="Pause").click()
    assert page.evaluate(PAUSED)


def test_nothing_is_loaded_before_somebody_listens(open_page, call):
    page = open_page("/login", signed_in=True)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/sound") else None)
    page.goto(address(call))
    page.wait_for_load_state("networkidle")
    assert asked == []


def test_a_click_on_a_line_or_a_word_seeks(open_page, call):
    page = open_page(address(call))
    page.locator("#u3 .at").click()
    assert page.evaluate(TIME) == pytest.approx(12.0, abs=0.1)
    word = page.locator("#u4 .w").nth(3)
    start = float(word.get_attribute("data-t"))
    word.click()
    assert page.evaluate(TIME) == pytest.approx(start, abs=0.1)
    expect(page.locator("#u4")).to_have_class(compiled("is-now"))


def test_a_finding_leads_to_its_line(open_page, call):
    page = open_page(address(call))
    page.locator("section", has=page.get_by_role("heading", name="Objections")).locator("a.place").first.click()
    expect(page.locator("#u3")).to_have_class(compiled("is-now"))
    assert page.url.endswith("#u3")


def test_an_address_with_a_line_opens_there(open_page, call):
    page = open_page(address(call, "#u5"))
    expect(page.locator("#u5")).to_have_class(compiled("is-now"))
    assert page.evaluate(TIME) == pytest.approx(20.0, abs=0.1)


def test_the_keyboard_plays_pauses_and_skips(open_page, call):
    page = open_page(address(call, "?t=10"))
    page.keyboard.press("ArrowRight")
    assert page.evaluate(TIME) == pytest.approx(15.0, abs=0.1)
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(TIME) == pytest.approx(5.0, abs=0.1)
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_keys_typed_into_the_search_do_not_drive_the_player(open_page, call):
    page = open_page(address(call, "?t=10"))
    field = page.get_by_label("Search in the transcript")
    field.press_sequentially("the team")
    field.press("ArrowLeft")
    assert page.evaluate(PAUSED)
    assert page.evaluate(TIME) == pytest.approx(10.0, abs=0.1)
    expect(page.locator(".line.is-found")).to_have_count(2)


def test_the_waveform_is_a_slider_for_keys_and_pointer(open_page, call):
    page = open_page(address(call))
    slider = page.get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "0:28")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    expect(slider).to_have_attribute("aria-valuenow", "5")
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert page.evaluate(TIME) == pytest.approx(14.0, abs=0.3)
    assert page.locator("[data-lanes] path").count() == 4


def test_the_speed_is_kept_for_the_next_call(open_page, call):
    page = open_page(address(call))
    page.get_by_label("Speed").select_option("1.5")
    assert page.evaluate("() => document.querySelector('[data-audio]').playbackRate") == 1.5
    page.reload()
    expect(page.get_by_label("Speed")).to_have_value("1.5")


def test_following_yields_to_the_reader_and_comes_back(open_page, call):
    for position in range(7, 40):
        make_utterance(call, position, "customer", "and on it goes", start=28.0, end=28.0)
    page = open_page(address(call))
    page.get_by_role("button", name="Play", exact=True).click()
    follow = page.get_by_role("button", name="Follow the sound")
    expect(follow).to_be_hidden()
    page.locator(".lines").hover()
    page.mouse.wheel(0, 400)
    expect(follow).to_be_visible()
    follow.click()
    expect(follow).to_be_hidden()
    page.keyboard.press("Tab")


def test_a_promise_is_ticked_off_in_place(open_page, call):
    page = open_page(address(call))
    tick = page.get_by_role("checkbox", name="Done: ")
    tick.click()
    expect(tick).to_be_checked()
    assert call.follow_ups.get().done_at is not None


def test_an_outcome_is_corrected_in_place(open_page, call):
    page = open_page(address(call))
    page.locator("summary", has_text="Correct").click()
    page.get_by_role("button", name="Converted").click()
    expect(page.locator("#outcome .badge-converted")).to_be_visible()
    call.refresh_from_db()
    assert (call.outcome, call.outcome_origin) == ("converted", Origin.PERSON)


def test_a_page_under_way_becomes_the_call_when_it_is_ready(open_page, tenant):
    call = make_call(client=tenant, status="transcribed")
    job = make_analysis_job(call, status="running", stage="attribute", fraction=0.7)
    page = open_page(address(call))
    expect(page.get_by_role("heading", name="The call is being analysed")).to_be_visible()
    type(job).objects.filter(pk=job.pk).update(status="succeeded")
    type(call).objects.filter(pk=call.pk).update(status="published")
    expect(page.get_by_role("heading", name="Transcript")).to_be_visible(timeout=15_000)


def test_sound_that_cannot_be_loaded_is_told(open_page, call):
    call.recording.playback.storage.delete(call.recording.playback.name)
    page = open_page(address(call))
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.get_by_text("The sound could not be loaded.")).to_be_visible()
    open_page.complaints[:] = [words for words in open_page.complaints if "404" not in words]


def test_insights_and_transcript_are_tabs_on_a_phone(open_page, call):
    page = open_page(address(call), width=360, height=700)
    expect(page.get_by_role("heading", name="Summary")).to_be_visible()
    expect(page.locator(".transcript")).to_be_hidden()
    page.locator(".insights a.place").first.click()
    expect(page.locator(".transcript")).to_be_visible()
    expect(page.get_by_role("heading", name="Summary")).to_be_hidden()


def test_explanations_stay_on_the_screen_of_a_phone(open_page, call):
    page = open_page(address(call), width=360, height=700)
    for opener in page.locator(".popover > summary").all():
        opener.click()
        box = page.locator("details[open] > .popover-panel").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 360
        page.keyboard.press("Escape")
