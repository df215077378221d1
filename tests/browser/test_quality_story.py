"""The whole way of a review, each step by the person whose it is: a scorecard is published after a preview, a plan
draws calls, one is reviewed by keyboard, one answer is appealed on a phone, a second reviewer decides, and coaching
shows whether it helped."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone
from playwright.sync_api import expect

from recordings.models import CallStatus, Review, SalesCall, Scorecard, ScoringRun
from recordings.scoring.runs import job_of
from salesiq.jobs.models import Job
from salesiq.jobs.services import run_job
from tests.recordings.reviewing_factories import QUESTIONS, ReviewWorld

AUDIT = "/sales-recording-audit"


@pytest.fixture
def world(transactional_db, mp3):
    made = ReviewWorld()
    made.call.recording.playback.save("playback.mp3", ContentFile(mp3))
    made.draft = Scorecard.objects.create(
        client=made.client, name=made.card.name, version=2, status="draft", criteria=QUESTIONS[:2]
    )
    return made


@pytest.fixture
def as_person(open_page, client, live_server):
    """Opens a page of the site as somebody; a small one for who is on a phone."""

    def sign_in(user, path, **options):
        page = open_page("/offline", signed_in=False, service_workers="block", **options)
        client.force_login(user)
        cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": live_server.url}
        page.context.add_cookies([cookie])
        page.goto(path)
        return page

    return sign_in


def work():
    """What a worker does: the jobs that wait, one after the other."""
    for job in Job.objects.active():
        run_job(job.pk)


def test_a_review_from_the_scorecard_to_the_decision(world, as_person, open_page):
    publish(as_person(world.manager, f"{AUDIT}/scorecards/{world.draft.pk}/preview"), world)
    draw(as_person(world.manager, f"{AUDIT}/sampling/new"), world)
    review = Review.objects.get()
    assert (review.scorecard, review.reviewer) == (world.draft, world.reviewer)
    answer(as_person(world.reviewer, f"{AUDIT}/reviews"), world)
    appeal(as_person(world.agent_user, "/my", width=360, height=740), world)
    decide(as_person(world.second, f"{AUDIT}/reviews?tab=appeals"))
    review.refresh_from_db()
    assert (review.status, str(review.total)) == ("decided", "66.67")
    page = as_person(world.agent_user, f"/my/reviews/{review.pk}", width=360, height=740)
    expect(page.locator("#q-greeting")).to_contain_text("The name is at 0:01")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    # What was being fetched when the page was left is noted as an error by htmx.
    open_page.complaints[:] = [said for said in open_page.complaints if "htmx:" not in said]


def publish(page, world):
    page.get_by_role("button", name="See what would change").click()
    expect(page.get_by_text("0 of 1 calls")).to_be_visible()
    run_job(job_of(ScoringRun.objects.get()).pk)
    page.get_by_role("button", name="Publish version 2").click()
    expect(page.get_by_text("It is in use")).to_be_visible()
    assert Scorecard.objects.published().get(name=world.card.name) == world.draft


def draw(page, world):
    page.get_by_label("name", exact=False).first.fill("Weekly")
    page.get_by_label(world.reviewer.username).check()
    expect(page.locator("#preview")).to_contain_text("1")
    page.wait_for_timeout(700)  # the preview follows what is typed half a second later
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_role("heading", name="Weekly").wait_for()
    page.goto(f"{AUDIT}/sampling")
    page.get_by_role("button", name="Draw now").click()
    page.wait_for_load_state()
    work()


def answer(page, world):
    page.get_by_role("link", name=world.call.customer.name).click()
    page.wait_for_selector("[data-ready=call]")
    for key in ("2", "3", "s"):  # no greeting, needs explored half, submit
        page.keyboard.press(key)
    expect(page.locator("[data-dialog=submit]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("[data-status]")).to_have_text("Submitted")


def appeal(page, world):
    page.get_by_role("link", name=world.call.customer.name).first.click()
    question = page.locator("#q-greeting")
    question.get_by_text("Appeal this answer").click()
    question.get_by_role("textbox").fill("I did say hello")
    question.get_by_role("button", name="Send the appeal").click()
    expect(page.get_by_text("Your appeal was sent.")).to_be_visible()


def decide(page):
    page.locator("a.row-link").first.click()
    form = page.locator("form.decide")
    form.get_by_label("Uphold").check()
    form.get_by_label("New answer").select_option("yes")
    form.get_by_label("Why, in words for the agent").fill("The name is at 0:01")
    form.get_by_role("button", name="Decide").click()
    expect(page.locator("[data-status]")).to_have_text("Appeal decided")


def test_coaching_shows_whether_the_score_rose(world, as_person):
    days = [*range(1, 11), *range(31, 41)]
    SalesCall.objects.bulk_create(
        SalesCall(
            client=world.client, agent=world.agent, status=CallStatus.LOGGED,
            quality_score=(85 if day < 30 else 55) + day % 5, started_at=timezone.now() - timedelta(days=day),
        )
        for day in days
    )  # fmt: skip
    page = as_person(world.manager, f"{AUDIT}/agents/{world.agent.pk}/coaching")
    page.get_by_text("Set a goal").first.click()
    page.get_by_label("Goal", exact=True).fill("Ask more")
    page.get_by_label("Measured by").select_option("score")
    page.get_by_label("From", exact=True).fill((timezone.localdate() - timedelta(days=20)).isoformat())
    page.get_by_role("button", name="Set the goal").click()
    goal = page.locator(".goal", has_text="Ask more")
    expect(goal).to_contain_text("It rose by more than chance explains")
    expect(goal).to_contain_text("57.0 (10 calls, 55.9 to 58.1)")
