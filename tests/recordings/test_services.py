import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import connection

from recordings.models import CallStatus, FollowUp, Origin, Recording, SalesCall
from recordings.services import (
    AnalysisOptions,
    CallDetails,
    complete_follow_up,
    delete_call,
    receive_recording,
    run_analysis_here,
    set_outcome,
    start_analysis,
)
from salesiq.audit.models import AuditEvent
from salesiq.jobs import owners
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import claim_job
from tests.factories import make_agent, make_client, make_customer, make_user
from tests.recordings.factories import make_call, make_sound
from tests.recordings.media import sealed_path

SOUND = make_sound(seconds=0.2, tone=440.0)


def upload(content=SOUND, name="call.wav"):
    return File(io.BytesIO(content), name=name)


def received(client, content=SOUND, **values):
    return receive_recording(client=client, upload=upload(content), created_by=None, **values)


def stored_files(settings):
    return [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]


def actions(call_id):
    return list(AuditEvent.objects.filter(object_id=str(call_id)).order_by("sequence").values_list("action", flat=True))


@pytest.fixture
def client_company(db):
    return make_client()


def test_a_received_file_is_kept_byte_for_byte_with_what_is_known_about_the_call(client_company):
    agent, customer = make_agent(client=client_company), make_customer(client=client_company, region="North")
    person = make_user(client=client_company)
    details = CallDetails(title="Roof", agent=agent, customer=customer, outcome="callback", notes="by phone")
    call = receive_recording(
        client=client_company,
        upload=upload(name="../../etc/пароль.wav"),
        created_by=person,
        details=details,
        options=AnalysisOptions(model="tiny.en", speakers=3, agent_channel=1),
    ).call
    assert call.recording.file.read() == SOUND
    assert (call.recording.size, len(call.recording.sha256)) == (len(SOUND), 64)
    assert "etc" not in call.recording.file.name
    assert (call.title, call.agent, call.region, call.notes) == ("Roof", agent, "North", "by phone")
    assert (call.outcome, call.outcome_origin) == ("callback", Origin.IMPORTED)
    assert (call.requested_model, call.requested_speakers, call.agent_channel) == ("tiny.en", 3, 1)
    assert (call.status, call.created_by) == (CallStatus.RECEIVED, person)
    assert actions(call.pk) == ["uploaded"]


def test_the_same_file_twice_is_one_recording_and_told_so(client_company, settings):
    first, second = received(client_company), received(client_company)
    assert (first.duplicate, second.duplicate, second.call) == (False, True, first.call)
    assert Recording.objects.count() == SalesCall.objects.count() == len(stored_files(settings)) == 1
    assert actions(first.call.pk) == ["uploaded"]


def test_the_same_file_of_two_clients_is_two_recordings(client_company):
    assert not received(client_company).duplicate
    assert not received(make_client()).duplicate


@pytest.mark.django_db(transaction=True)
def test_the_same_file_by_several_doors_at_once_is_one_recording(settings):
    client, doors = make_client(), 4
    together = Barrier(doors)

    def come_in(_number):
        try:
            together.wait(30)
            return received(client)
        finally:
            connection.close()

    with ThreadPoolExecutor(doors) as pool:
        receipts = list(pool.map(come_in, range(doors)))
    assert [receipt.duplicate for receipt in receipts].count(False) == 1
    assert len({receipt.call.pk for receipt in receipts}) == 1
    assert Recording.objects.count() == SalesCall.objects.count() == len(stored_files(settings)) == 1


def test_a_file_that_is_too_large_is_refused_in_words_and_not_kept(client_company, settings):
    settings.SALESIQ_MAX_UPLOAD_BYTES = 1024 * 1024
    with pytest.raises(ValidationError) as caught:
        received(client_company, bytes(1024 * 1024 + 1))
    assert (caught.value.code, "1 MB" in caught.value.messages[0]) == ("too_large", True)
    assert not stored_files(settings) and not SalesCall.objects.exists()


@pytest.mark.parametrize("make_owner", [make_agent, make_customer])
def test_people_of_another_client_are_refused(client_company, make_owner):
    stranger = make_owner(client=make_client())
    details = CallDetails(**{"agent" if make_owner is make_agent else "customer": stranger})
    with pytest.raises(ValidationError, match=stranger.name):
        received(client_company, details=details)
    assert not SalesCall.objects.exists()


def test_a_file_whose_row_cannot_be_written_is_not_left_behind(client_company, settings, monkeypatch):
    monkeypatch.setattr(Recording, "save", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        received(client_company)
    assert not stored_files(settings) and not SalesCall.objects.exists()


def test_starting_twice_is_one_job(client_company):
    call, person = received(client_company).call, make_user(client=client_company)
    first, second = (start_analysis(call=call, actor=person) for _ in range(2))
    assert first.pk == second.pk
    assert (first.created_by, first.client) == (person, client_company)
    assert actions(call.pk) == ["uploaded", "analysis_started"]


@pytest.mark.django_db(transaction=True)
def test_starting_at_once_is_one_job():
    call, doors = received(make_client()).call, 4
    together = Barrier(doors)

    def start(_number):
        try:
            together.wait(30)
            return start_analysis(call=call, actor=None).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(doors) as pool:
        jobs = set(pool.map(start, range(doors)))
    assert len(jobs) == Job.objects.count() == 1
    assert actions(call.pk).count("analysis_started") == 1


def test_a_failed_call_starts_again_with_other_options_or_its_own(client_company):
    call = received(client_company, options=AnalysisOptions(speakers=2)).call
    SalesCall.objects.filter(pk=call.pk).update(status=CallStatus.FAILED, error="No.", error_code="silent")
    start_analysis(call=call, actor=None)
    call.refresh_from_db()
    assert (call.status, call.error, call.error_code) == (CallStatus.RECEIVED, "", "")
    assert call.requested_speakers == 2
    Job.objects.all().delete()
    start_analysis(call=call, actor=None, options=AnalysisOptions(language="es"))
    call.refresh_from_db()
    assert (call.requested_language, call.requested_speakers) == ("es", None)


def test_analysing_here_ends_with_the_job(client_company):
    call = received(client_company, b"not a sound").call
    job = run_analysis_here(call=call)
    call.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.FAILED, 1)
    assert (call.status, call.error) == (CallStatus.FAILED, job.error)


def test_analysing_here_takes_over_from_a_worker_that_died(client_company, monkeypatch):
    call = received(client_company, b"not a sound").call
    job = start_analysis(call=call, actor=None)
    claim_job(job.pk, owner=f"{owners.this_host()}:999999999:1.0")
    monkeypatch.setattr("recordings.services.WAIT_FOR_OTHERS_SECONDS", 0.0)
    ended = run_analysis_here(call=call)
    assert (ended.pk, ended.status, ended.attempts) == (job.pk, JobStatus.FAILED, 2)


def test_a_persons_outcome_is_certain_and_audited_and_can_be_taken_back(client_company):
    call, person = make_call(client=client_company, published=False), make_user(client=client_company)
    call = set_outcome(call=call, outcome="converted", actor=person)
    assert (call.outcome, call.outcome_origin, call.outcome_confidence) == ("converted", Origin.PERSON, 1.0)
    event = AuditEvent.objects.get(object_id=str(call.pk))
    assert (event.actor, event.details) == (person, {"before": "", "after": "converted"})
    assert set_outcome(call=call, outcome="", actor=person).outcome_origin != Origin.PERSON


def test_an_outcome_that_is_none_is_refused(client_company):
    call = make_call(client=client_company, published=False)
    with pytest.raises(ValidationError, match="perhaps"):
        set_outcome(call=call, outcome="perhaps", actor=make_user(client=client_company))
    assert SalesCall.objects.get(pk=call.pk).outcome == ""


def test_a_kept_promise_is_noted_with_who_touched_it_and_can_be_opened_again(client_company):
    call, person = make_call(client=client_company), make_user(client=client_company)
    promise = complete_follow_up(follow_up=call.follow_ups.get(), actor=person)
    assert promise.done_at is not None
    complete_follow_up(follow_up=promise, actor=person, done=False)
    stored = FollowUp.objects.get(pk=promise.pk)
    assert (stored.done_at, stored.touched_by_person) == (None, True)
    assert actions(call.pk) == ["follow_up_done", "follow_up_reopened"]


@pytest.mark.django_db(transaction=True)
def test_a_deleted_call_takes_all_its_files_along_and_leaves_a_trace_in_the_audit(settings):
    kept = make_call()
    call = make_call(client=kept.client)
    key = call.pk
    (sealed_path(call.recording.file).parent / "playback-0123456789ab.mp3").write_bytes(b"left by a killed run")
    delete_call(call=call, actor=make_user(client=kept.client))
    names = {Path(path).parent.name for path in stored_files(settings)}
    assert names == {str(kept.recording.pk)}
    assert not SalesCall.objects.filter(pk=key).exists()
    assert actions(key) == ["deleted"]


@pytest.mark.django_db(transaction=True)
def test_the_files_of_a_call_stay_when_its_deletion_fails(settings, monkeypatch):
    call = make_call()
    monkeypatch.setattr(SalesCall, "delete", lambda self: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        delete_call(call=call, actor=make_user(client=call.client))
    assert len(stored_files(settings)) == 2
    assert actions(call.pk) == []
