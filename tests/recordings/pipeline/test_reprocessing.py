"""A call that is analysed again: what changed is made anew, what people did stays, nothing is there twice."""

import stat
from contextlib import nullcontext
from pathlib import Path
from uuid import uuid4

import pytest

from recordings.models import CallStatus, FollowUp, Origin, PipelineStep, Recording, SalesCall, Transcript, Utterance
from recordings.pipeline import store, understand
from recordings.pipeline.redact import MASK
from recordings.pipeline.runner import STAGES, run_pipeline
from recordings.pipeline.stage import RunContext
from recordings.pipeline.understand import pair_promises
from recordings.privacy.sound import drop_sound
from recordings.services import AnalysisOptions, complete_follow_up, delete_call, set_outcome, start_analysis
from recordings.speech.weights import resolve_model
from salesiq.jobs.errors import LeaseLost
from salesiq.jobs.models import JobStatus
from salesiq.jobs.services import Lease, claim_job, run_job
from salesiq.vault.models import DataKey
from tests.factories import make_job, make_user
from tests.recordings.factories import make_call, make_follow_up
from tests.recordings.media import sealed_path
from tests.recordings.pipeline.rows import count_rows, document_of, files_of
from tests.recordings.pipeline.sounds import CARD, GREETING, PROMISE, write_conversation, write_mono_conversation

WITH_PROMISE = (GREETING, PROMISE)


@pytest.fixture
def promised(analyze, tmp_path):
    """A published call with one promise in it."""
    call, _job = analyze(write_conversation(tmp_path / "call.wav", *WITH_PROMISE))
    assert call.status == CallStatus.PUBLISHED and call.follow_ups.count() == 1
    return call


def other_model() -> AnalysisOptions:
    """The same weights by another name: for the pipeline another model."""
    return AnalysisOptions(model=str(resolve_model("tiny.en", Path("unused")).path))


def test_nothing_is_done_again_when_nothing_changed(promised, analyze, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("this stage was done already")

    for stage in ("store.StoreStage", "transcribe.TranscribeStage", "attribute.AttributeStage", "score.ScoreStage"):
        monkeypatch.setattr(f"recordings.pipeline.{stage}.compute", refuse)
    before = document_of(promised.pk)
    call, job = analyze(promised)
    assert (call.status, job.status) == (CallStatus.PUBLISHED, JobStatus.SUCCEEDED)
    assert document_of(call.pk) == before
    assert call.published_at > promised.published_at


def test_another_model_replaces_what_the_first_one_found(promised, analyze):
    before, counts = document_of(promised.pk), count_rows(promised.pk)
    call, _job = analyze(promised, options=other_model())
    after = document_of(call.pk)
    assert after.pop("versions")["speech_model"] != before.pop("versions")["speech_model"]
    assert after == before
    again = count_rows(call.pk)
    assert {name for name in counts if again[name] != counts[name]} == {"Job", "AuditEvent"}


def test_a_kept_promise_survives_another_model_and_is_not_there_twice(promised, analyze):
    kept = complete_follow_up(follow_up=promised.follow_ups.get(), actor=make_user(client=promised.client))
    kept.text = kept.text.replace("I will", "I'll")
    kept.position = 40
    kept.save()
    analyze(promised, options=other_model())
    row = FollowUp.objects.get(call=promised)
    assert (row.pk, row.done_at, row.text) == (kept.pk, kept.done_at, kept.text)
    assert row.utterance.position == row.position != 40


def test_a_kept_promise_survives_when_it_is_not_heard_any_more(promised, analyze):
    kept = make_follow_up(promised, text="I will water your plants.", utterance=None, touched_by_person=True)
    analyze(promised, options=other_model())
    assert FollowUp.objects.filter(call=promised).count() == 2
    assert FollowUp.objects.get(pk=kept.pk).text == kept.text


def test_promises_are_paired_by_wording_then_by_place(db):
    call = make_call(published=False)
    monday, tuesday = (
        make_follow_up(call, text=text, position=position, utterance=None, touched_by_person=True)
        for text, position in (("I will call you on Monday.", 3), ("I will call you on Tuesday.", 9))
    )

    class Found:
        def __init__(self, line, text):
            self.line, self.text = line, text

    swapped = [Found(4, "I'll call you on Tuesday."), Found(11, "I'll call you on Monday."), Found(12, "Send it.")]
    pairs = {row.pk: promise for row, promise in pair_promises([monday, tuesday], swapped)}
    assert pairs == {monday.pk: swapped[1], tuesday.pk: swapped[0]}


def test_a_persons_outcome_survives_another_model(promised, analyze):
    set_outcome(call=promised, outcome="not_qualified", actor=make_user(client=promised.client))
    call, _job = analyze(SalesCall.objects.get(pk=promised.pk), options=other_model())
    assert (call.outcome, call.outcome_origin, call.outcome_confidence) == ("not_qualified", Origin.PERSON, 1.0)


def test_an_outcome_that_a_person_sets_while_the_call_is_analysed_survives(receive, analyze, tmp_path, monkeypatch):
    call = receive(write_conversation(tmp_path / "call.wav", *WITH_PROMISE))
    person, original = make_user(client=call.client), understand.understand

    def understand_slowly(*args, **kwargs):
        set_outcome(call=call, outcome="not_qualified", actor=person)
        return original(*args, **kwargs)

    monkeypatch.setattr(understand, "understand", understand_slowly)
    after, job = analyze(call)
    assert job.status == JobStatus.SUCCEEDED
    assert (after.outcome, after.outcome_origin) == ("not_qualified", Origin.PERSON)


def test_a_masked_card_number_stays_known_when_the_speakers_are_told_apart_anew(analyze, tmp_path):
    call, _job = analyze(write_mono_conversation(tmp_path / "call.wav", GREETING, CARD))
    kinds = set(call.compliance.values_list("kind", "verdict"))
    assert ("card_number", "violation") in kinds
    masked = [row.text for row in call.utterances.all() if MASK in row.text]
    call, _job = analyze(call, options=AnalysisOptions(speakers=1))
    finding = call.compliance.get(kind="card_number")
    assert MASK in finding.utterance.text
    assert sum(text.count(MASK) for text in masked) == sum(row.text.count(MASK) for row in call.utterances.all())
    assert MASK in str(Transcript.objects.get(call=call).segments)


def test_leftovers_of_killed_runs_are_gone_after_the_next_run(promised, analyze, settings):
    recording = Recording.objects.get(call=promised)
    folder = sealed_path(recording.playback).parent
    (folder / "playback-0123456789ab.mp3").write_bytes(b"left by a killed run")
    scratch = settings.SCRATCH_DIR / f"{promised.pk}-deadbeef"
    scratch.mkdir(parents=True)
    (scratch / "sound.s16").write_bytes(b"left by a killed run")
    other = settings.SCRATCH_DIR / f"{uuid4()}-deadbeef"
    other.mkdir()
    analyze(promised)
    assert files_of(promised.pk, settings.MEDIA_ROOT) == {"received", "current"}
    assert list(settings.SCRATCH_DIR.iterdir()) == [other]


def test_a_worker_without_its_lease_neither_writes_nor_deletes(receive, settings, tmp_path):
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    job = make_job(subject=str(call.pk))
    lease = claim_job(job.pk, owner="this test")
    successors = sealed_path(call.recording.file).parent / "playback-0123456789ab.mp3"
    successors.write_bytes(b"being written by the successor")
    with pytest.raises(LeaseLost):
        run_pipeline(call, Lease(job_id=job.pk, token=uuid4()))
    assert successors.exists()
    assert not PipelineStep.objects.filter(call=call).exists()
    assert lease.rows().exists()


class LostLease:
    """A lease that is lost after so many fences, whatever was reported before."""

    def __init__(self, after: int) -> None:
        self.left = after

    def fence(self):
        if self.left == 0:
            raise LeaseLost
        self.left -= 1

    def report(self, *_args):
        pass


def test_a_lease_lost_at_any_stage_leaves_that_stage_unwritten(receive, tmp_path):
    key = receive(write_conversation(tmp_path / "call.wav", *WITH_PROMISE)).pk

    def run(fences: int) -> None:
        run_pipeline(SalesCall.objects.select_related("client", "recording").get(pk=key), LostLease(fences))

    for done in range(len(STAGES)):
        with pytest.raises(LeaseLost):
            run(1)  # only the clearing of leftovers is allowed
        written = set(PipelineStep.objects.filter(call=key, finished_at__isnull=False).values_list("stage", flat=True))
        assert written == {stage.name for stage in STAGES[:done]}
        assert Utterance.objects.filter(call=key).exists() == ("attribute" in written)
        assert FollowUp.objects.filter(call=key).exists() == ("understand" in written)
        assert SalesCall.objects.get(pk=key).published_at is None
        with nullcontext() if done == len(STAGES) - 1 else pytest.raises(LeaseLost):
            run(2)
    assert SalesCall.objects.get(pk=key).status == CallStatus.PUBLISHED


@pytest.mark.django_db(transaction=True)
def test_a_deleted_call_leaves_no_sound_though_a_worker_was_at_it(receive, settings, tmp_path, monkeypatch):
    settings.JOB_LEASE_SECONDS = 60
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    actor, original = make_user(client=call.client), store.encode_playback

    def encode_slowly(*args):
        delete_call(call=SalesCall.objects.get(pk=call.pk), actor=actor)
        return original(*args)

    monkeypatch.setattr(store, "encode_playback", encode_slowly)
    assert run_until_ended(call) is None, "the job goes with its call"
    assert not [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert not list(settings.SCRATCH_DIR.glob("*"))


def run_until_ended(call):
    job = start_analysis(call=call, actor=None)
    while job is not None and job.status not in (JobStatus.SUCCEEDED, JobStatus.FAILED):
        job = run_job(job.pk)
    return job


def test_the_received_file_is_decrypted_for_its_owner_only_and_gone_after_the_run(receive, settings, tmp_path):
    path = write_conversation(tmp_path / "call.wav", GREETING)
    call = receive(path)
    assert path.read_bytes()[:4] not in sealed_path(call.recording.file).read_bytes()[:64]
    context = RunContext(call)
    fetched = context.received_file
    assert fetched.read_bytes() == path.read_bytes()
    assert fetched.suffix == ".wav" and fetched.is_relative_to(settings.SCRATCH_DIR)
    modes = [stat.S_IMODE(each.stat().st_mode) for each in (fetched, fetched.parent, settings.SCRATCH_DIR)]
    assert modes == [0o600, 0o700, 0o700]
    context.close()
    assert not list(settings.SCRATCH_DIR.glob("*"))


def test_a_recording_that_was_changed_where_it_lies_is_not_analysed(receive, analyze, tmp_path):
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    path = sealed_path(call.recording.file)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    call, job = analyze(call)
    assert (call.status, call.error_code, job.status) == (CallStatus.FAILED, "changed", JobStatus.FAILED)
    assert "Restore it" in call.error


def test_a_call_whose_sound_was_dropped_is_understood_anew_from_what_was_heard(promised, analyze):
    before = document_of(promised.pk)
    drop_sound(call=promised, reason="kept for 90 days")
    PipelineStep.objects.filter(call=promised, stage="score").delete()
    call, job = analyze(promised, options=AnalysisOptions(model="base"))
    assert (call.status, job.status) == (CallStatus.PUBLISHED, JobStatus.SUCCEEDED)
    assert call.requested_model == promised.requested_model
    assert document_of(call.pk) == before


def test_a_call_whose_sound_was_dropped_unheard_fails_in_words(receive, analyze, tmp_path):
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    drop_sound(call=call, reason="no lawful basis")
    call, _job = analyze(call)
    assert (call.status, call.error_code) == (CallStatus.FAILED, "removed")


def test_sound_that_is_dropped_under_a_worker_does_not_come_back(receive, tmp_path, monkeypatch):
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    measure = store.measure_audio

    def drop_meanwhile(*args):
        drop_sound(call=call, reason="consent was withdrawn")
        return measure(*args)

    monkeypatch.setattr(store, "measure_audio", drop_meanwhile)
    job = run_job(start_analysis(call=call, actor=None).pk)
    assert job.status == JobStatus.FAILED
    recording = Recording.objects.get(call=call)
    assert (recording.file.name, recording.playback.name, recording.peaks) == ("", "", [])
    assert not DataKey.objects.filter(owner=recording.folder).exists()
