"""The review screen in a real browser: by keyboard alone, two windows at once, a lost connection, its weight."""

import re
from random import Random

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import expect

from recordings.models import CallComment, ReviewStatus, Utterance, UtteranceCorrection
from recordings.quality.answers import total_of
from recordings.quality.criteria import read_criteria
from recordings.reviewing.services import assign_review, save_answers
from tests.recordings.factories import make_call
from tests.recordings.reviewing_factories import QUESTIONS, make_review_card

MOST_BYTES = 300_000
ANSWERS = {
    "greeting": ("", "yes", "no", "na"),
    "needs": ("", "1", "2", "3", "4", "5", "na"),
    "legal": ("", "yes", "no"),
}


@pytest.fixture
def card(tenant):
    return make_review_card(tenant)


@pytest.fixture
def call(tenant, mp3):
    made = make_call(client=tenant)
    made.recording.playback.save("playback.mp3", ContentFile(mp3))
    return made


@pytest.fixture
def review(call, card, admin):
    return assign_review(call=call, reviewer=admin, assigned_by=admin, scorecard=card)


def address(review, query=""):
    return f"/sales-recording-audit/reviews/{review.pk}{query}"


def opened(open_page, review, query="", **options):
    page = open_page(address(review, query), **options)
    page.wait_for_selector("[data-ready=call]")
    return page


def forgive(open_page, *words):
    """What the browser itself notes in the console about an answer that the test provoked."""
    open_page.complaints[:] = [said for said in open_page.complaints if not any(word in said for word in words)]


def saved(page):
    expect(page.locator("[data-saved]")).to_have_attribute("data-state", "saved")


def test_a_review_is_given_by_keyboard_alone(open_page, review, call, admin):
    page = opened(open_page, review)
    press, write = page.keyboard.press, page.keyboard.type
    for key in ("?", "Escape", "]", "1", "3", "k"):
        press(key)
    press("m")
    write("Asked 1 or 2 things? no")  # letters and digits that are keys elsewhere
    press("Escape")
    for key in ("j", "1"):
        press(key)
    expect(page.locator("[data-total]")).to_have_text("75.0")
    press("c")
    write("Good question")
    press("Enter")
    expect(page.locator(".line-comment")).to_contain_text("Good question")
    press("J")  # the next line
    press("e")
    page.keyboard.press("ControlOrMeta+a")
    write("Hi Dana, what does the team plan cost?")
    press("Enter")
    expect(page.locator("#u1 .mark", has_text="Corrected")).to_be_visible()
    press("/")
    write("details")
    press("Enter")
    press("n")
    expect(page.locator("[data-found]")).to_have_text(re.compile(r"\d / 2"))
    press("w")
    write("Well listened. s 1 2 3")
    press("Escape")
    press("s")
    expect(page.locator("[data-dialog=submit]")).to_be_visible()
    press("Enter")
    expect(page.locator("[data-status]")).to_have_text("Submitted")
    review.refresh_from_db()
    assert (review.status, str(review.total)) == (ReviewStatus.SUBMITTED, "75.00")
    assert review.summary == "Well listened. s 1 2 3"
    assert review.answers.get(key="needs").comment == "Asked 1 or 2 things? no"
    assert CallComment.objects.get().author == admin
    assert UtteranceCorrection.objects.get().text == "Hi Dana, what does the team plan cost?"


def test_what_is_open_is_named_before_a_review_is_given(open_page, review):
    page = opened(open_page, review)
    page.keyboard.press("1")
    page.keyboard.press("s")
    expect(page.locator("[data-missing-list]")).to_have_text(re.compile("Needs explored.*Nothing forbidden", re.S))
    expect(page.locator("[data-submit-button]")).to_be_disabled()
    page.keyboard.press("Enter")
    expect(page.locator("#q-needs")).to_be_focused()


def test_evidence_and_lines_lead_to_their_moment(open_page, review):
    page = opened(open_page, review)
    page.locator("#u3 .w").nth(1).click()
    expect(page.locator("#u3")).to_have_class(re.compile("is-now"))
    page.locator(".moments-menu summary").click()
    page.locator(".moments-panel a").first.click()
    expect(page.locator("#u0")).to_have_class(re.compile("is-now"))


def test_two_windows_at_once_lose_nothing(open_page, review, admin):
    page = opened(open_page, review)
    theirs = {"greeting": {"value": "no"}, "needs": {"value": "5"}, "legal": {"value": "yes"}}
    save_answers(review=review, answers=theirs, version=review.version, actor=admin)
    page.keyboard.press("1")
    page.keyboard.press("3")
    panel = page.locator(".conflict")
    expect(panel).to_contain_text("You, in another window,")
    expect(panel).to_contain_text("Taken over: Nothing forbidden: Yes")
    panel.locator("tr", has_text="Greeting").get_by_role("button", name="Keep mine").click()
    panel.locator("tr", has_text="Needs explored").get_by_role("button", name="Load theirs").click()
    expect(panel).to_have_count(0)
    saved(page)
    assert dict(review.answers.values_list("key", "value")) == {"greeting": "yes", "needs": "5", "legal": "yes"}
    forgive(open_page, "409")


def test_without_a_connection_answers_wait_and_leaving_warns(open_page, review):
    page = opened(open_page, review)
    page.context.set_offline(True)
    page.keyboard.press("2")
    expect(page.locator("[data-saved]")).to_contain_text("kept in this window")
    asked = []
    page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.locator("[data-question]").first.click()  # browsers warn only for a page that was touched
    page.close(run_before_unload=True)
    page.wait_for_timeout(200)
    assert asked == ["beforeunload"]
    page.context.set_offline(False)
    saved(page)
    assert review.answers.get().value == "no"
    forgive(open_page, "ERR_INTERNET_DISCONNECTED")


def test_the_pages_total_is_the_servers(open_page, review, card):
    page = opened(open_page, review)
    criteria = read_criteria(QUESTIONS)
    cases = [{"greeting": a, "needs": b, "legal": c} for a in ANSWERS["greeting"] for b in ANSWERS["needs"]
             for c in ANSWERS["legal"]]  # fmt: skip
    reckoned = page.evaluate(
        """async (cases) => {
            const { totalOf } = await import("/static/salesiq/review/total.js");
            const { questions } = JSON.parse(document.getElementById("review-data").textContent);
            return cases.map((answers) => totalOf(questions, (key) => answers[key]).total);
        }""",
        cases,
    )
    expected = [total_of(criteria, answers).total for answers in cases]
    assert reckoned == [None if total is None else int(total * 100) for total in expected]


def test_an_hour_of_talk_weighs_less_than_a_picture(open_page, review, call):
    """Measured without the sound, with style sheets, scripts and font, none of them compressed: 290 kB."""
    Utterance.objects.filter(call=call, position__gte=7).delete()
    Utterance.objects.bulk_create(an_hour_of_talk(call))
    call.call_duration = 3600.0
    call.save()
    draw = Random(2)
    call.recording.peaks = [[draw.randrange(1000) for _ in range(72_000)] for _ in range(2)]
    call.recording.save()
    page = opened(open_page, review)
    page.wait_for_load_state("networkidle")
    sizes = page.evaluate(
        """() => Object.fromEntries(["navigation", "resource"].flatMap((kind) => performance.getEntriesByType(kind))
            .map((entry) => [entry.name, entry.encodedBodySize]))"""
    )
    assert page.locator(".line").count() == 900
    assert sum(sizes.values()) <= MOST_BYTES, sizes
    assert page.locator(".w").count() < 1500, "words become elements only near the window"


def an_hour_of_talk(call):
    """Nine hundred lines of fourteen words, drawn from as many as a caller uses, at times as uneven as speech."""
    draw = Random(1)
    letters = "etaoinshrdlucmfwypvbgkqjxz"
    known = ["".join(draw.choices(letters, range(26, 0, -1), k=draw.randrange(2, 9))) for _ in range(1500)]
    often = [1 / (rank + 2) for rank in range(len(known))]  # Zipf
    for n in range(7, 900):
        words = draw.choices(known, often, k=14)
        moments = sorted(draw.uniform(4.0 * n, 4.0 * n + 3.3) for _ in words)
        timed = [[round(at, 2), round(at + 0.1, 2), word, 0.9] for at, word in zip(moments, words, strict=True)]
        yield Utterance(
            call=call, position=n, speaker=f"S{n % 2 + 1}", role="customer" if n % 2 else "agent", start=4.0 * n,
            end=4.0 * n + 3.5, text=" ".join(words), words=timed, sentiment=0.1, sentiment_confidence=0.6,
        )  # fmt: skip


def test_it_works_on_a_phone(open_page, review):
    page = opened(open_page, review, width=360, height=700)
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    page.locator("#q-greeting").get_by_role("button", name="Yes").click()
    saved(page)
    page.get_by_role("button", name="Transcript").click()
    expect(page.locator("#u0")).to_be_visible()
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert review.answers.get().value == "yes"
