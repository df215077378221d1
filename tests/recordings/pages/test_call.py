"""The page of one call: what it shows, to whom, and what can be done there."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from recordings.models import ComplianceFinding, Origin, SalesCall
from recordings.privacy.holds import HoldScope, place_hold
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_user
from tests.recordings.factories import (
    make_analysis_job,
    make_call,
    make_follow_up,
    make_objection,
    make_policy,
    make_utterance,
)


def address(call, *parts):
    return "/".join([f"/sales-recording-audit/{call.pk}", *map(str, parts)])


def actions(call):
    return list(AuditEvent.objects.filter(object_id=str(call.pk)).order_by("sequence").values_list("action", flat=True))


@pytest.fixture
def call(tenant):
    return make_call(client=tenant)


def test_the_page_shows_what_was_found(browser, call):
    content = browser.get(address(call)).content.decode()
    for text in (
        call.customer.name,
        "Greeting and identification",
        "uncalibrated estimate",
        "Objection: Price",
        "The agent answers with the value of the hours saved.",
        "Says the call is recorded",
        "Not a basis for employment decisions without human review",
    ):
        assert text in content


def test_every_link_into_the_transcript_has_its_line(browser, call):
    page = browser.get(address(call)).context["page"]
    anchors = {f"u{line.position}" for line in page.lines}
    linked = [finding.place.anchor for finding in (*page.objections, *page.compliance) if finding.place]
    assert linked
    assert set(linked) <= anchors


def test_looking_at_a_call_is_audited(browser, call):
    browser.get(address(call))
    assert actions(call) == ["viewed"]


def test_a_call_of_another_client_is_not_there(browser):
    foreign = make_call()
    for path in (address(foreign), address(foreign, "sound"), address(foreign, "progress")):
        assert browser.get(path).status_code == 404
    for path in (address(foreign, "outcome"), address(foreign, "analysis"),
                 address(foreign, "follow-ups", foreign.follow_ups.get().pk)):  # fmt: skip
        assert browser.post(path, {"outcome": "converted", "done": "1"}).status_code == 404
    assert actions(foreign) == []


def test_the_page_of_a_missing_call_says_so_in_the_design(browser):
    response = browser.get("/sales-recording-audit/01a20a8b-d46b-7162-9d3d-903f17f21243")
    assert response.status_code == 404
    assert "Nothing is here" in response.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_length_of_the_call(browser, tenant):
    def queries(lines):
        call = make_call(client=tenant)
        for position in range(10, 10 + lines):
            line = make_utterance(call, position, "customer", "that is expensive")
            make_objection(call, utterance=line)
            make_follow_up(call, utterance=line, position=position)
        browser.get(address(call))
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(address(call)).status_code == 200
        return len(captured)

    assert queries(2) == queries(40)


def test_words_of_a_transcript_cannot_bring_their_own_markup(browser, tenant):
    call = make_call(client=tenant)
    make_utterance(call, 10, "customer", "<script>alert(1)</script> & <b>bold</b>")
    make_objection(call, utterance=call.utterances.get(position=10), quote="<img src=x onerror=alert(1)>")
    content = browser.get(address(call)).content.decode()
    assert "<script>alert(1)" not in content
    assert "<img src=x" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_a_call_without_a_word_still_has_a_page(browser, tenant):
    call = make_call(client=tenant, published=False, status="published", call_duration=12.0)
    content = browser.get(address(call)).content.decode()
    assert "No speech was heard in this recording." in content
    assert "Too little was said for a summary." in content


def test_uncertain_findings_say_so(browser, call):
    call.objections.update(confidence=0.3)
    assert "low confidence" in browser.get(address(call)).content.decode()


def test_a_wish_not_to_be_called_is_no_praise(browser, call):
    ComplianceFinding.objects.create(call=call, kind="do_not_call", verdict="present", reason="Asked.", confidence=0.9,
                                     utterance=call.utterances.first())  # fmt: skip
    page = browser.get(address(call)).context["page"]
    assert {finding.title: finding.tone for finding in page.compliance}["Customer asks not to be called"] == "caution"


def test_what_cost_points_comes_first(browser, call):
    item = call.scores.get().items.get()
    item.pk, item.key, item.name, item.points, item.position = None, "pace", "Pace", item.max_points, 1
    item.save()
    criteria = browser.get(address(call)).context["page"].criteria
    assert [row.name for row in criteria.short] == ["Greeting and identification"]
    assert [row.name for row in criteria.full] == ["Pace"]


# --- Correcting the outcome ---


def test_a_corrected_outcome_stands_as_a_persons_word(browser, call):
    response = browser.post(address(call, "outcome"), {"outcome": "converted"}, headers={"HX-Request": "true"})
    assert "Converted" in response.content.decode()
    call.refresh_from_db()
    assert (call.outcome, call.outcome_origin) == ("converted", Origin.PERSON)


def test_an_unknown_outcome_is_refused_in_words(browser, call):
    response = browser.post(address(call, "outcome"), {"outcome": "splendid"}, headers={"HX-Request": "true"})
    assert response.status_code == 400
    assert "“splendid” is not an outcome." in response.content.decode()


def test_without_a_script_a_correction_leads_back_to_the_call(browser, call):
    assert browser.post(address(call, "outcome"), {"outcome": "converted"})["Location"] == address(call)


def test_an_agent_may_look_but_not_correct(client, tenant):
    user = make_user(role=Role.AGENT, client=tenant)
    call = make_call(client=tenant, agent=make_agent(client=tenant, user=user))
    client.force_login(user)
    assert "Your word stays" not in client.get(address(call)).content.decode()
    assert client.post(address(call, "outcome"), {"outcome": "converted"}).status_code == 403
    assert client.post(address(call, "analysis")).status_code == 403


# --- Follow-ups ---


def test_a_promise_is_ticked_off_and_opened_again(browser, call):
    promise = call.follow_ups.get()
    response = browser.post(address(call, "follow-ups", promise.pk), {"done": "1"}, headers={"HX-Request": "true"})
    assert 'aria-checked="true"' in response.content.decode()
    promise.refresh_from_db()
    assert promise.done_at is not None
    browser.post(address(call, "follow-ups", promise.pk), {"done": "0"})
    promise.refresh_from_db()
    assert promise.done_at is None


def test_a_promise_past_its_day_is_overdue_until_it_is_kept(browser, call):
    call.follow_ups.update(due=date(2020, 1, 1))
    assert browser.get(address(call)).context["page"].promises[0].is_overdue
    call.follow_ups.update(done_at=timezone.now())
    assert not browser.get(address(call)).context["page"].promises[0].is_overdue


# --- Under way and failed ---


def test_a_call_under_way_shows_its_stages(browser, tenant):
    call = make_call(client=tenant, published=False)
    make_analysis_job(call, status="running", stage="transcribe", fraction=0.3, seconds_left=150)
    call.steps.create(stage="store", inputs_hash="0" * 64, finished_at=timezone.now())
    progress = browser.get(address(call)).context["progress"]
    assert [line.state for line in progress.stages[:3]] == ["done", "running", "waiting"]
    assert progress.headline == "About 2 minutes left"
    assert browser.get(address(call, "progress")).status_code == 200


def test_the_page_loads_anew_once_the_analysis_has_ended(browser, call):
    assert browser.get(address(call, "progress"))["HX-Refresh"] == "true"


def test_a_failed_call_says_why_and_can_be_tried_again(browser, tenant):
    call = make_call(client=tenant, published=False, status="failed", error="The file holds no sound.")
    content = browser.get(address(call)).content.decode()
    assert "The file holds no sound." in content
    assert "Try again" in content
    assert browser.post(address(call, "analysis"))["Location"] == address(call)
    assert Job.objects.filter(subject=str(call.pk), status="queued").exists()


def test_work_that_was_given_up_is_shown_as_failed(browser, tenant):
    call = make_call(client=tenant, published=False)
    make_analysis_job(call, status="quarantined", error="It stopped the worker each time.")
    progress = browser.get(address(call)).context["progress"]
    assert not progress.is_live
    assert progress.error == "It stopped the worker each time."


# --- Sound ---


def test_the_sound_plays_by_range_and_the_listen_is_audited(browser, call):
    response = browser.get(address(call, "sound"), headers={"Range": "bytes=0-99"})
    assert response.status_code == 206
    assert response["Content-Type"] == "audio/mpeg"
    assert actions(call) == ["played"]


def test_the_original_is_for_those_who_may_upload(browser, client, tenant, call):
    response = browser.get(address(call, "sound"), {"original": "1"})
    assert response["Content-Disposition"].startswith("attachment")
    assert actions(call) == ["downloaded"]
    call.agent.user = make_user(role=Role.AGENT, client=tenant)
    call.agent.save()
    client.force_login(call.agent.user)
    assert client.get(address(call, "sound"), {"original": "1"}).status_code == 403


def test_a_call_whose_sound_is_gone_keeps_its_transcript(browser, call):
    call.recording.playback.delete()
    content = browser.get(address(call)).content.decode()
    assert "The sound of this call is not stored any more." in content
    assert "<audio" not in content


def test_what_the_analysis_proposed_stays_readable_beside_a_persons_word(browser, call):
    call.analysis.proposed_outcome = {"value": "qualified", "confidence": 0.7, "reason": "x", "utterances": [5]}
    call.analysis.save()
    outcome = browser.get(address(call)).context["page"].outcome
    assert ([place.anchor for place in outcome.places], outcome.overruled) == (["u5"], "")
    content = browser.post(address(call, "outcome"), {"outcome": "converted"}, headers={"HX-Request": "true"}).content
    assert "The analysis proposed: Qualified" in content.decode()


def test_it_says_how_long_the_call_is_kept_and_which_matter_holds_it_but_not_why(browser, tenant):
    call = make_call(client=tenant, started_at=timezone.now())
    assert "Kept until" not in shown(browser, call)
    make_policy(tenant, "drop_sound", days=90, name="Sound: 90 days")
    assert "then drop the sound by “Sound: 90 days” (version 1)." in shown(browser, call)
    scope, until = HoldScope(calls=SalesCall.objects.filter(pk=call.pk)), timezone.localdate() + timedelta(days=9)
    place_hold(client=tenant, matter="Rivera v. Brightline", reason="A secret", until=until, scope=scope, actor=None)
    page = shown(browser, call)
    assert f"On legal hold: “Rivera v. Brightline”, to be reviewed by {until}" in page
    assert "A secret" not in page


def shown(browser, call) -> str:
    return browser.get(address(call)).content.decode()
