"""Files that are no calls go the whole way of a call and end in words; the worker goes on."""

import random

import numpy as np
import pytest

from recordings.models import CallAnalysis, CallStatus, SalesCall
from recordings.services import AnalysisOptions, start_analysis
from recordings.speech.errors import SENTENCES
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job
from tests.installation import wait_until
from tests.recordings.pipeline.rows import FINDINGS
from tests.recordings.pipeline.sounds import GREETING, music, write_conversation, write_silent_film
from tests.recordings.speech.sounds import mutate, tone, write_encoded, write_wav

NOTHING = np.zeros(0, np.float32)
LETTER = b"Dear customer, please find attached the recording of our call.\n" * 40


def written(path, content):
    path.write_bytes(content)
    return path


def cut(path, size):
    return written(path, path.read_bytes()[:size])


BAD_FILES = {
    "empty_file": lambda folder: written(folder / "call.wav", b""),
    "truncated": lambda folder: cut(write_encoded(folder / "call.m4a", tone(1.0)), 200),
    "silent": lambda folder: write_wav(folder / "call.wav", np.zeros(32_000, np.float32)),
    "no_speech": lambda folder: write_encoded(folder / "call.mp3", music(12.0)),
    "no_audio_stream": lambda folder: write_silent_film(folder / "call.mp4"),
    "no_samples": lambda folder: write_wav(folder / "call.wav", NOTHING),
    "not_audio": lambda folder: written(folder / "call.wav", LETTER),
    # An hour in a few kilobytes.
    "too_long": lambda folder: write_encoded(folder / "call.flac", np.zeros(8000 * 3600, np.float32), rate=8000),
}


def assert_nothing_claims_to_be_a_result(call):
    assert not any(model.objects.filter(call=call).exists() for model in FINDINGS)
    assert (call.quality_score, call.conversion_probability, call.published_at) == (None, None, None)
    assert (call.language, call.outcome) == ("", "")
    for analysis in CallAnalysis.objects.filter(call=call):
        assert not any((analysis.talk, analysis.sentiment, analysis.summary, analysis.script, analysis.conversion))


@pytest.mark.parametrize("code", BAD_FILES)
def test_a_file_that_is_no_call_fails_in_words_and_can_be_tried_again(analyze, settings, tmp_path, code):
    settings.MAX_CALL_SECONDS = 60
    call, job = analyze(BAD_FILES[code](tmp_path))
    assert (call.status, call.error_code) == (CallStatus.FAILED, code)
    assert call.error == SENTENCES[code].format(limit="1 minute")
    assert (job.status, job.attempts, job.error) == (JobStatus.FAILED, 1, call.error)
    assert_nothing_claims_to_be_a_result(call)
    assert not list(settings.SCRATCH_DIR.glob("*"))
    again = start_analysis(call=call, actor=None)
    assert (again.status, again.pk == job.pk) == (JobStatus.QUEUED, False)
    call.refresh_from_db()
    assert (call.status, call.error, call.error_code) == (CallStatus.RECEIVED, "", "")


def test_a_wrong_ending_and_a_header_that_promises_hours_do_no_harm(analyze, tmp_path):
    path = write_conversation(tmp_path / "call.wav", GREETING)
    content = bytearray(path.read_bytes())
    content[40:44] = (0xFFFFFF00).to_bytes(4, "little")
    call, job = analyze(written(tmp_path / "call.mp3", bytes(content)))
    assert (call.status, job.status) == (CallStatus.PUBLISHED, JobStatus.SUCCEEDED)
    assert call.call_duration == pytest.approx(GREETING[1] - GREETING[0], abs=0.01)


def test_a_language_without_phrase_lists_fails_in_words(analyze, tmp_path):
    path = write_conversation(tmp_path / "call.wav", GREETING)
    call, job = analyze(path, options=AnalysisOptions(language="fr"))
    assert (call.status, call.error_code) == (CallStatus.FAILED, "language_not_supported")
    assert (job.status, job.error) == (JobStatus.FAILED, call.error)
    assert "Choose English, Spanish or Russian" in call.error


def test_a_missing_speech_model_is_tried_again_then_said_and_another_one_mends_it(analyze, tmp_path):
    path = write_conversation(tmp_path / "call.wav", GREETING)
    call, job = analyze(path, options=AnalysisOptions(model="no-such-model"))
    assert (call.status, job.status, job.attempts) == (CallStatus.STORED, JobStatus.QUEUED, 1)
    assert "no-such-model" in job.error
    while job.status == JobStatus.QUEUED:
        job = run_job(job.pk)
    call.refresh_from_db()
    assert (job.status, job.attempts) == (JobStatus.FAILED, job.max_attempts)
    assert (call.status, call.error) == (CallStatus.FAILED, job.error)
    assert_nothing_claims_to_be_a_result(call)
    call, job = analyze(call, options=AnalysisOptions(model="tiny.en"))
    assert (call.status, call.error, job.status) == (CallStatus.PUBLISHED, "", JobStatus.SUCCEEDED)


def test_a_failure_inside_the_product_shows_no_traceback(analyze, settings, tmp_path, monkeypatch):
    settings.JOB_MAX_ATTEMPTS = 1
    monkeypatch.setattr("recordings.pipeline.understand.understand", lambda *args, **kwargs: 1 / 0)
    call, job = analyze(write_conversation(tmp_path / "call.wav", GREETING))
    assert (call.status, call.error) == (CallStatus.FAILED, job.error)
    assert "division" not in call.error and "Traceback" not in call.error


def test_a_received_file_that_is_gone_is_said_so(analyze, receive, tmp_path, settings):
    settings.JOB_MAX_ATTEMPTS = 1
    call = receive(write_conversation(tmp_path / "call.wav", GREETING))
    call.recording.file.storage.delete(call.recording.file.name)
    call, _job = analyze(call)
    assert (call.status, call.error) == (CallStatus.FAILED, SENTENCES["unreadable"])


def test_mutated_files_end_published_or_in_words_and_a_good_one_after_them_is_published(analyze, settings, tmp_path):
    settings.MAX_CALL_SECONDS = 120
    good = write_conversation(tmp_path / "good.wav", (0.2, 3.2))
    agent = np.frombuffer(good.read_bytes()[44:], "<i2").reshape(-1, 2)[:, 0].astype(np.float32) / 32_768
    originals = [write_wav(tmp_path / "call.wav", agent)]
    originals += [write_encoded(tmp_path / f"call.{ending}", tone(3.0)) for ending in ("mp3", "ogg", "flac")]
    chance = random.Random(20_261)
    ended = {"published": 0, "failed": 0}
    for number in range(24):
        original = originals[number % 4]
        path = written(tmp_path / f"{number}{original.suffix}", mutate(original.read_bytes(), chance))
        call, job = analyze(path)
        ended[call.status] += 1
        assert (call.status == CallStatus.FAILED) == (job.status == JobStatus.FAILED)
        if call.status == CallStatus.FAILED:
            assert call.error_code in SENTENCES and call.error == job.error
            assert_nothing_claims_to_be_a_result(call)
    assert all(ended.values()), ended
    assert analyze(good)[0].status == CallStatus.PUBLISHED
    assert not list(settings.SCRATCH_DIR.glob("*"))


def test_a_real_worker_goes_on_after_files_that_are_no_calls(site, tmp_path):
    calls = [
        site.receive_bytes("letter", LETTER),
        site.receive_bytes("music", write_encoded(tmp_path / "music.mp3", music(6.0)).read_bytes()),
        site.receive("after them"),
    ]
    worker = site.installation.spawn("run_worker")
    jobs = site.rows(Job).filter(pk__in=[ids["job"] for ids in calls])
    wait_until(lambda: not jobs.active().exists(), seconds=120, describe=site.installation.log)
    worker.terminate()
    assert worker.wait(30) == 0
    ended = [site.rows(SalesCall).get(pk=ids["call"]) for ids in calls]
    assert [(call.status, call.error_code) for call in ended] == [
        (CallStatus.FAILED, "not_audio"),
        (CallStatus.FAILED, "no_speech"),
        (CallStatus.PUBLISHED, ""),
    ]
