import av
import numpy as np
import pytest

from recordings.speech.decoding import decode, probe
from recordings.speech.errors import SoundError
from recordings.speech.playback import MAX_POINTS, encode_playback, peaks
from tests.recordings.speech.sounds import sound_of, tone, write_encoded


@pytest.mark.parametrize("channels", [1, 2])
def test_playback_is_an_mp3_of_the_call(tmp_path, channels):
    sound = sound_of(tmp_path / "a", *(tone(3.0, pitch=200 + 90 * number) for number in range(channels)))
    encode_playback(sound, tmp_path / "call.mp3")
    found = probe(tmp_path / "call.mp3")
    assert (found.container, found.channels) == ("mp3", channels)
    with av.open(str(tmp_path / "call.mp3")) as container:
        assert container.streams.audio[0].bit_rate == {1: 48_000, 2: 64_000}[channels]
    assert decode(tmp_path / "call.mp3", tmp_path).duration == pytest.approx(3.0, abs=0.1)


def test_a_recording_can_be_turned_into_playback_directly(tmp_path):
    path = write_encoded(tmp_path / "call.wav", tone(1.0, rate=8_000), codec="pcm_mulaw", rate=8_000)
    encode_playback(path, tmp_path / "out.mp3")
    assert (tmp_path / "out.mp3").stat().st_size > 1_000
    assert {entry.name for entry in tmp_path.iterdir()} == {"call.wav", "out.mp3"}


def test_telephone_sound_stays_in_its_band(tmp_path):
    path = write_encoded(tmp_path / "call.wav", tone(1.0, rate=8_000), codec="pcm_mulaw", rate=8_000)
    encode_playback(path, tmp_path / "out.mp3")
    with av.open(str(tmp_path / "out.mp3")) as container:
        assert container.streams.audio[0].rate == 8_000
    assert decode(tmp_path / "out.mp3", tmp_path).duration == pytest.approx(1.0, abs=0.2)


def test_a_bad_recording_leaves_no_playback(tmp_path):
    (tmp_path / "call.wav").write_bytes(b"nothing")
    with pytest.raises(SoundError):
        encode_playback(tmp_path / "call.wav", tmp_path / "out.mp3")
    assert not (tmp_path / "out.mp3").exists()


def test_peaks_follow_the_loudness_of_each_channel(tmp_path):
    loud, half = np.full(16_000, 0.999, np.float32), np.concatenate([np.zeros(8_000), np.full(8_000, 0.5)])
    found = peaks(sound_of(tmp_path / "a", loud, half.astype(np.float32)))
    assert found == [[100] * 20, [0] * 10 + [50] * 10]


def test_a_long_call_gets_fewer_peaks_a_second(tmp_path):
    found = peaks(sound_of(tmp_path / "a", np.zeros(16_000 * 400, np.float32)))
    assert MAX_POINTS - 20 <= len(found[0]) <= MAX_POINTS
