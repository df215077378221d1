"""Uploading, correcting, analysing again and deleting calls in the back office."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from recordings.admin.display import clock
from recordings.models import Origin, SalesCall
from recordings.searching.rebuilding import index_all
from recordings.services import ANALYZE_TASK
from salesiq.audit.models import AuditEvent
from salesiq.jobs.models import Job
from salesiq.people.roles import Role
from tests.factories import make_agent, make_customer, make_team, make_user
from tests.recordings.admin.conftest import add_of, browser_of, list_of, page_of
from tests.recordings.factories import make_analysis_job, make_call, make_sound

EMPTY = {
    "title": "", "agent": "", "customer": "", "call_type": "", "started_at_0": "2026-11-02", "started_at_1": "10:00:00",
    "region": "", "source": "", "notes": "", "outcome": "",
    "requested_language": "", "requested_speakers": "", "agent_channel": "", "requested_model": "",
}  # fmt: skip


def upload(browser, content: bytes | None = None, **fields):
    file = SimpleUploadedFile("call.wav", content or make_sound(seconds=0.05))
    return browser.post(add_of("salescall"), {**EMPTY, "file": file, **fields}, follow=True)


def errors(response) -> dict:
    return response.context["adminform"].form.errors


def shown(response) -> str:
    return " ".join(str(message) for message in response.context["messages"])


def test_an_upload_is_kept_and_queued(browser, admin, tenant):
    agent, customer = make_agent(client=tenant), make_customer(client=tenant)
    response = upload(browser, agent=agent.pk, customer=customer.pk, title="Renewal", requested_language="es")
    call = SalesCall.objects.get()
    assert "The analysis has begun" in shown(response)
    assert (call.client, call.agent, call.customer, call.title) == (tenant, agent, customer, "Renewal")
    assert (call.requested_language, call.created_by) == ("es", admin)
    assert Job.objects.get(task=ANALYZE_TASK, subject=str(call.pk)).created_by == admin
    assert [event.action for event in AuditEvent.objects.order_by("sequence")] == ["uploaded", "analysis_started"]


def test_the_same_bytes_twice_are_told_with_a_link(browser):
    content = make_sound(seconds=0.05)
    upload(browser, content)
    response = upload(browser, content)
    call = SalesCall.objects.get()
    assert "here already" in shown(response)
    assert f"/sales-recording-audit/{call.pk}" in shown(response)
    assert Job.objects.count() == 1


def test_a_duplicate_that_one_may_not_see_is_told_without_its_name(tenant, browser):
    content = make_sound(seconds=0.05)
    upload(browser, content, title="Secret merger")
    manager = make_user(role=Role.MANAGER, client=tenant)
    team = make_team(client=tenant)
    team.managers.add(manager)
    agent = make_agent(client=tenant, team=team)
    response = upload(browser_of(manager), content, agent=agent.pk)
    assert "Ask an administrator" in shown(response)
    assert "Secret merger" not in response.content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("requested_language", "zz"),
        ("requested_speakers", "0"),
        ("requested_speakers", "11"),
        ("agent_channel", "16"),
        ("requested_model", "no-such-model"),
        ("call_type", "fax"),
        ("started_at_0", "yesterday"),
    ],
)
def test_a_bad_value_is_shown_beside_its_field(field, value, browser):
    response = upload(browser, **{field: value})
    assert set(errors(response)) == {field.removesuffix("_0")}
    assert not SalesCall.objects.exists()


def test_a_file_over_the_limit_is_refused(browser, settings):
    settings.SALESIQ_MAX_UPLOAD_BYTES = 100
    assert "larger than" in str(errors(upload(browser))["file"])


def test_a_manager_must_say_whose_call_it_is(tenant):
    response = upload(browser_of(make_user(role=Role.MANAGER, client=tenant)))
    assert set(errors(response)) == {"agent"}


def change(browser, call: SalesCall, **fields):
    values = {
        **EMPTY, "title": call.title, "agent": call.agent_id or "", "customer": call.customer_id or "",
        "call_type": call.call_type, "outcome": call.outcome, **fields,
    }  # fmt: skip
    return browser.post(page_of(call), values)


def test_an_outcome_set_here_is_a_persons_word(browser, tenant, admin):
    call = make_call(client=tenant)
    assert change(browser, call, outcome="converted").status_code == 302
    call.refresh_from_db()
    assert (call.outcome, call.outcome_origin) == ("converted", Origin.PERSON)
    assert AuditEvent.objects.get(action="outcome_set").actor == admin


def test_a_correction_leaves_the_outcome_as_it_was_proposed(browser, tenant):
    call = make_call(client=tenant)
    change(browser, call, title="Better title")
    call.refresh_from_db()
    assert (call.title, call.outcome_origin) == ("Better title", Origin.PROPOSED)


def test_a_correction_does_not_undo_what_a_worker_wrote_meanwhile(browser, tenant, monkeypatch):
    call = make_call(client=tenant, published=False)
    save = SalesCall.save

    def worker_writes_first(row, *args, **kwargs):
        SalesCall.objects.filter(pk=row.pk).update(status="published", language="es")
        save(row, *args, **kwargs)

    monkeypatch.setattr(SalesCall, "save", worker_writes_first)
    change(browser, call, title="Better title")
    call.refresh_from_db()
    assert (call.title, call.status, call.language) == ("Better title", "published", "es")


def test_calls_are_analysed_again_through_the_service(browser, tenant, admin):
    calls = [make_call(client=tenant, status="failed", error="No model.") for _ in range(2)]
    data = {"action": "analyze_again", "_selected_action": [str(call.pk) for call in calls]}
    response = browser.post(list_of("salescall"), data, follow=True)
    assert "2 calls are being analysed" in shown(response)
    assert Job.objects.filter(created_by=admin).count() == 2


def test_the_list_shows_how_far_the_analysis_is(browser, tenant):
    call = make_call(client=tenant, published=False)
    make_analysis_job(call, status="running", fraction=0.37)
    assert b"37%" in browser.get(list_of("salescall")).content


def test_search_finds_spoken_words(browser, tenant):
    make_call(client=tenant)
    index_all()
    assert browser.get(list_of("salescall"), {"q": "expensive"}).context["cl"].result_count == 1
    assert browser.get(list_of("salescall"), {"q": "zeppelin"}).context["cl"].result_count == 0


def test_a_look_at_a_call_or_its_words_is_audited(browser, tenant, admin):
    call = make_call(client=tenant)
    browser.get(page_of(call))
    browser.get(page_of(call.transcript))
    events = AuditEvent.objects.filter(action="viewed", object_id=str(call.pk), actor=admin, client=tenant)
    assert events.count() == 2


def test_the_page_of_a_call_shows_what_was_found(browser, tenant):
    page = browser.get(page_of(make_call(client=tenant))).content.decode()
    for words in ("The agent gave their name and company.", "too expensive", "Send the details"):
        assert words in page


def test_deleting_a_call_removes_its_sound_and_is_audited_once(browser, tenant, django_capture_on_commit_callbacks):
    call = make_call(client=tenant)
    file = call.recording.file
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(f"/admin/recordings/salescall/{call.pk}/delete/", {"post": "yes"})
    assert not SalesCall.objects.exists()
    assert not file.storage.exists(file.name)
    assert AuditEvent.objects.filter(action="deleted").count() == 1


def test_deleting_several_calls_removes_their_sound(browser, tenant, django_capture_on_commit_callbacks):
    calls = [make_call(client=tenant) for _ in range(2)]
    files = [call.recording.file for call in calls]
    data = {"action": "delete_selected", "_selected_action": [str(call.pk) for call in calls], "post": "yes"}
    with django_capture_on_commit_callbacks(execute=True):
        browser.post(list_of("salescall"), data)
    assert not SalesCall.objects.exists()
    assert not any(file.storage.exists(file.name) for file in files)


def test_promises_are_ticked_off_and_opened_again(browser, tenant):
    promise = make_call(client=tenant).follow_ups.get()
    for action, done in (("mark_done", True), ("open_again", False)):
        browser.post(list_of("followup"), {"action": action, "_selected_action": [promise.pk]})
        promise.refresh_from_db()
        assert (promise.done_at is not None, promise.touched_by_person) == (done, True)


def test_a_corrected_promise_belongs_to_the_person(browser, tenant):
    call = make_call(client=tenant)
    promise = call.follow_ups.get()
    browser.post(page_of(promise), {"text": "Send the contract", "due": "2026-12-01"})
    promise.refresh_from_db()
    assert (promise.text, str(promise.due), promise.touched_by_person) == ("Send the contract", "2026-12-01", True)
    assert AuditEvent.objects.get(action="changed").object_id == str(call.pk)


def test_found_evidence_cannot_be_edited(browser, tenant):
    call = make_call(client=tenant)
    for row in (call.transcript, call.recording, call.objections.get(), call.scores.get()):
        assert browser.post(page_of(row), {"total": "100", "kind": "x"}).status_code == 403


@pytest.mark.parametrize(("seconds", "text"), [(None, "–"), (0, "0:00"), (245, "4:05"), (3723.4, "1:02:03")])
def test_durations_read_like_a_player(seconds, text):
    assert clock(seconds) == text
