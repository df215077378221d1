"""The first minute of a real telephone call between two people, through the default model."""

import wave

import pytest

from recordings.models import CallStatus, SpeakerRole
from salesiq.jobs.models import JobStatus
from tests.recordings.pipeline.rows import document_of

SECONDS = 60

pytestmark = pytest.mark.speech


@pytest.fixture
def first_minute(real_audio, tmp_path):
    source = real_audio / "general" / "aws-demo-call.wav"
    if not source.exists():
        pytest.skip("The real telephone call (../shared/data/audio/general/aws-demo-call.wav) is not here.")
    path = tmp_path / "call.wav"
    with wave.open(str(source)) as whole, wave.open(str(path), "wb") as piece:
        piece.setparams(whole.getparams())
        piece.writeframes(whole.readframes(SECONDS * whole.getframerate()))
    return path


def test_a_real_call_is_split_into_its_two_people_and_scored_with_reasons(analyze, settings, first_minute):
    settings.WHISPER_MODEL = "base"
    call, job = analyze(first_minute)
    assert (call.status, job.status, call.language) == (CallStatus.PUBLISHED, JobStatus.SUCCEEDED, "en")
    assert call.call_duration == pytest.approx(SECONDS, abs=0.1)
    recording = call.recording
    assert (recording.sample_rate, recording.codec, recording.channels) == (8000, "pcm_u8", 1)

    found = document_of(str(call.pk))
    speakers = {utterance["speaker"]: utterance["role"] for utterance in found["utterances"]}
    assert len(speakers) == 2
    assert sorted(speakers.values()) in (
        [SpeakerRole.AGENT, SpeakerRole.CUSTOMER],
        [SpeakerRole.UNKNOWN, SpeakerRole.UNKNOWN],
    )
    assert found["speakers"]["role_reason"]
    starts = [utterance["start"] for utterance in found["utterances"]]
    assert len(starts) >= 6 and starts == sorted(starts)
    assert_the_score_adds_up(found)


def assert_the_score_adds_up(found):
    items = [item for item in found["score_explanation"] if item["applicable"]]
    assert items and all(item["reason"] for item in found["score_explanation"])
    points, most = sum(item["points"] for item in items), sum(item["max_points"] for item in items)
    assert found["quality_score"] == pytest.approx(100 * points / most, abs=0.02)
    assert all(0 <= item["points"] <= item["max_points"] for item in items)
