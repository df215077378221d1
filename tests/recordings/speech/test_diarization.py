import numpy as np
import pytest

from recordings.speech.decoding import decode
from recordings.speech.diarization import cluster, diarize, viterbi
from recordings.speech.evaluation import lay_in_turns, speaker_confusion
from recordings.speech.types import Span
from recordings.speech.vad import find_speech
from tests.recordings.speech.sounds import noise, sound_of, write_wav


def people(*counts: int, spread: float = 0.03) -> np.ndarray:
    """Unit vectors around one random direction per person."""
    chance = np.random.default_rng(5)
    rows = [np.abs(chance.normal(0, 1, 256)) + chance.normal(0, spread, (count, 256)) for count in counts]
    vectors = np.concatenate(rows).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("counts", [(20, 20), (60, 4), (3_000, 500)])
def test_two_people_make_two_clusters(counts):
    labels, centroids = cluster(people(*counts), None)
    assert len(centroids) == 2
    assert len(set(labels[: counts[0]])) == len(set(labels[counts[0] :])) == 1


def test_the_number_of_speakers_can_be_forced():
    assert len(cluster(people(10, 10, 10), 3)[1]) == 3
    assert len(cluster(people(10, 10), 1)[1]) == 1
    assert len(cluster(people(1), 2)[1]) == 1


def test_the_path_changes_speaker_only_when_it_pays():
    scores = np.array([[1, 0]] * 5 + [[0, 1]] + [[1, 0]] * 5 + [[0, 1]] * 5, np.float32)
    assert viterbi(scores, np.full(15, 1.5)).tolist() == [0] * 11 + [1] * 5


def test_silence_has_no_speakers(tmp_path):
    found = diarize(sound_of(tmp_path / "a", noise(2.0)), [])
    assert (found.turns, found.speakers, found.confidence) == ((), 0, 0.0)


@pytest.fixture
def two_people(real_audio, tmp_path):
    """Two real voices in one channel, taking turns; and who speaks when."""
    sound = decode(real_audio / "general" / "stereo_diarization.wav", tmp_path)
    mixed, truth = lay_in_turns(sound, find_speech(sound))
    return decode(write_wav(tmp_path / "mixed.wav", mixed), tmp_path), truth


def test_two_real_voices_are_told_apart(two_people):
    sound, truth = two_people
    found = diarize(sound, find_speech(sound)[0])
    assert found.speakers == 2
    assert speaker_confusion(truth, found.turns) < 0.05
    assert all(a.end <= b.start for a, b in zip(found.turns, found.turns[1:], strict=False))


def test_one_real_voice_is_one_speaker(real_audio, tmp_path):
    clips = sorted((real_audio / "general").glob("sense*.wav"))
    parts = [decode(clip, tmp_path).slice(0, 0, 9) for clip in clips]
    sound = decode(write_wav(tmp_path / "reader.wav", np.concatenate(parts)), tmp_path)
    speech = find_speech(sound)[0]
    assert diarize(sound, speech).speakers == 1
    assert diarize(sound, speech, speakers=2).speakers == 2


def test_progress_ends_at_one(two_people):
    told: list[float] = []
    diarize(two_people[0], [Span(0, 3), Span(3.2, 5)], progress=told.append)
    assert told[-1] == 1.0
