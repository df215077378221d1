"""Consent that is not known yet is looked for in the call itself; where it is not heard, nothing of the call stays."""

from pathlib import Path

import pytest

from recordings.grounds import withdraw_consent
from recordings.models import CallStatus, ConsentRecord, PipelineStep, ProcessingPolicy, Recording, SalesCall
from recordings.pipeline import runner
from recordings.pipeline.transcribe import TranscribeStage
from salesiq.jobs.models import JobStatus
from tests.recordings.pipeline.sounds import ANSWER, GREETING, OBJECTION, ORDER, write_conversation

NOTICE_AND_YES = ((0.2, 10.5), OBJECTION)  # "… this call is recorded … Is that okay with you?" "Sure, go ahead."


@pytest.fixture
def consent_needed(client_company):
    """The declared basis is consent, which nothing on record shows."""
    ProcessingPolicy.objects.update(declared_basis="consent")
    return client_company


def test_the_customers_yes_is_filed_with_its_words_and_place_and_the_call_goes_on(consent_needed, analyze, tmp_path):
    call, job = analyze(write_conversation(tmp_path / "call.wav", *NOTICE_AND_YES))
    assert (call.status, job.status) == (CallStatus.PUBLISHED, JobStatus.SUCCEEDED), call.error
    record = ConsentRecord.objects.get(call=call)
    line = call.utterances.get(position=record.position)
    assert (record.state, record.basis, record.evidence) == ("given", "consent", "spoken")
    assert record.quote in line.text and record.start == line.start and line.role == "customer"
    assert (call.lawful_basis, call.consent_state) == ("consent", "given")


def test_the_evidence_stands_after_the_call_is_analysed_again(consent_needed, analyze, tmp_path):
    call, _job = analyze(write_conversation(tmp_path / "call.wav", *NOTICE_AND_YES))
    record = ConsentRecord.objects.get(call=call)
    PipelineStep.objects.filter(call=call, stage__in=["attribute", "redact", "consent", "publish"]).delete()
    call, _job = analyze(call)
    assert call.status == CallStatus.PUBLISHED
    assert ConsentRecord.objects.get(call=call) == record


def test_where_nobody_is_heard_to_agree_words_and_sound_go(
    consent_needed, analyze, tmp_path, settings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        call, job = analyze(write_conversation(tmp_path / "call.wav", OBJECTION, ANSWER, ORDER))
    assert (call.status, call.error_code, job.status) == (CallStatus.HELD_BACK, "no_consent", JobStatus.CANCELLED)
    assert call.error.startswith("Nobody is heard to ask") and "upload the recording again" in call.error
    assert job.error == call.error
    assert not (call.utterances.exists() or call.steps.exists() or Recording.objects.exists())
    assert not any(path.is_file() for path in Path(settings.MEDIA_ROOT).rglob("*"))


def test_nothing_is_transcribed_when_the_policy_does_not_look(consent_needed, receive, tmp_path):
    ProcessingPolicy.objects.update(look_for_spoken_consent=False)
    call = receive(write_conversation(tmp_path / "call.wav", *NOTICE_AND_YES))
    assert (call.status, call.error_code) == (CallStatus.HELD_BACK, "no_consent")


def test_a_withdrawal_in_the_midst_of_a_run_stops_it_before_the_next_stage(analyze, receive, tmp_path, monkeypatch):
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    compute = TranscribeStage.compute

    def withdrawn_meanwhile(self, context, progress):
        output = compute(self, context, progress)
        withdraw_consent(call=call, actor=None, channel="phone", note="")
        return output

    monkeypatch.setattr(TranscribeStage, "compute", withdrawn_meanwhile)
    ended, job = analyze(call)
    assert (ended.status, ended.error_code, job.status) == ("held_back", "consent_withdrawn", JobStatus.CANCELLED)
    assert not hasattr(SalesCall.objects.get(pk=call.pk), "transcript")
    assert set(ended.steps.filter(finished_at__isnull=False).values_list("stage", flat=True)) == {"store"}


def test_asking_before_a_stage_takes_one_query(receive, tmp_path, django_assert_num_queries):
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    with django_assert_num_queries(1):
        runner._stop_if_held_back(call)
