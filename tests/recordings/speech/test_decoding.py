import random
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import av
import numpy as np
import pytest

from recordings.speech import decoding
from recordings.speech.decoding import decode, probe
from recordings.speech.errors import SENTENCES, SoundError
from tests.recordings.speech.sounds import mutate, noise, tone, write_encoded, write_wav


def code_of(path: Path, scratch: Path, **options) -> str:
    with pytest.raises(SoundError) as caught:
        decode(path, scratch, **options)
    assert caught.value.message and "{" not in caught.value.message
    assert not list(scratch.glob("*.s16"))
    return caught.value.code


@pytest.mark.parametrize("ending", ["wav", "mp3", "ogg", "flac", "m4a", "webm"])
def test_decodes_common_formats_to_their_length(tmp_path, ending):
    sound = decode(write_encoded(tmp_path / f"call.{ending}", tone(1.5)), tmp_path)
    assert sound.channels == 1
    assert sound.duration == pytest.approx(1.5, abs=0.15)
    assert np.abs(sound.slice(0, 0.5, 1.0)).max() > 0.1


@pytest.mark.parametrize("codec", ["pcm_mulaw", "pcm_alaw", "pcm_u8", "pcm_s24le", "pcm_f32le"])
def test_decodes_telephone_wav_at_8_khz(tmp_path, codec):
    path = write_encoded(tmp_path / "call.wav", tone(1.0, rate=8_000), codec=codec, rate=8_000)
    sound = decode(path, tmp_path)
    assert (sound.duration, sound.probe.codec, sound.probe.sample_rate) == (1.0, codec, 8_000)


def test_headerless_ulaw_is_told_by_its_name(tmp_path):
    path = tmp_path / "call.ulaw"
    path.write_bytes(bytes(random.Random(1).choices(range(256), k=8_000)))
    assert decode(path, tmp_path).duration == pytest.approx(1.0, abs=0.01)


def test_content_wins_over_a_wrong_ending(tmp_path):
    path = write_encoded(tmp_path / "call.flac", tone(1.0))
    assert decode(path.rename(tmp_path / "call.mp3"), tmp_path).probe.codec == "flac"


def test_two_voices_stay_two_channels(tmp_path):
    sound = decode(write_wav(tmp_path / "call.wav", tone(1.0), tone(1.0, pitch=300)), tmp_path)
    assert sound.channels == 2
    assert not np.array_equal(sound.slice(0, 0, 1), sound.slice(1, 0, 1))


def test_the_same_voice_twice_is_one_channel(tmp_path):
    voice = noise(1.0)
    assert decode(write_wav(tmp_path / "call.wav", voice, 0.5 * voice), tmp_path).channels == 1


@pytest.mark.parametrize("dead_first", [True, False])
def test_a_dead_channel_is_left_out(tmp_path, dead_first):
    voice, dead = tone(1.0), np.zeros(16_000, np.float32)
    channels = (dead, voice) if dead_first else (voice, dead)
    sound = decode(write_wav(tmp_path / "call.wav", *channels), tmp_path)
    assert sound.channels == 1
    assert np.abs(sound.slice(0, 0, 1)).max() > 0.1


def test_slices_are_clamped_to_the_call(tmp_path):
    sound = decode(write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path)
    assert len(sound.slice(0, -5, 99)) == 16_000
    assert len(sound.slice(0, 5, 6)) == 0


def test_progress_rises_to_one(tmp_path):
    told: list[float] = []
    decode(write_wav(tmp_path / "call.wav", noise(30.0)), tmp_path, progress=told.append)
    assert told == sorted(told)
    assert 0.9 < told[-1] <= 1.0


def test_cancelling_stops_and_can_be_tried_again(tmp_path):
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    with pytest.raises(SoundError) as caught:
        decode(path, tmp_path, cancel=lambda: True)
    assert (caught.value.code, caught.value.permanent) == ("cancelled", False)


def test_nothing_usable_is_said_in_words(tmp_path):
    made = {
        "empty_file": b"",
        "not_audio": b"Dear customer, please find attached the recording.\n" * 50,
        "no_samples": write_wav(tmp_path / "none.wav", np.zeros(0, np.float32)).read_bytes(),
        "silent": write_wav(tmp_path / "quiet.wav", np.zeros(16_000, np.float32)).read_bytes(),
    }
    for code, content in made.items():
        path = tmp_path / "call.wav"
        path.write_bytes(content)
        assert code_of(path, tmp_path) == code


def test_a_missing_file_may_come_back(tmp_path):
    with pytest.raises(SoundError) as caught:
        probe(tmp_path / "gone.wav")
    assert (caught.value.code, caught.value.permanent) == ("unreadable", False)


def test_a_film_without_sound_says_so(tmp_path):
    path = tmp_path / "call.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        for _ in range(10):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), "rgb24")))
        container.mux(stream.encode(None))
    assert code_of(path, tmp_path) == "no_audio_stream"


def test_a_file_cut_off_in_its_header_is_truncated(tmp_path):
    path = write_encoded(tmp_path / "call.m4a", tone(1.0))
    path.write_bytes(path.read_bytes()[:200])
    assert code_of(path, tmp_path) == "truncated"


def test_a_file_cut_off_later_keeps_what_there_is(tmp_path):
    path = write_encoded(tmp_path / "call.mp3", tone(4.0))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert decode(path, tmp_path).duration == pytest.approx(2.0, abs=0.3)


def test_decoding_stops_at_the_limit_whatever_the_header_says(tmp_path):
    path = write_encoded(tmp_path / "call.flac", np.zeros(16_000 * 30, np.float32))
    assert code_of(path, tmp_path, max_seconds=20) == "too_long"


def test_a_header_that_promises_hours_is_not_believed(tmp_path):
    path = write_wav(tmp_path / "call.wav", tone(1.0))
    content = bytearray(path.read_bytes())
    content[40:44] = (0xFFFFFF00).to_bytes(4, "little")
    path.write_bytes(content)
    assert decode(path, tmp_path).duration == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("name", ["list.m3u8", "list.wav"])
def test_a_playlist_cannot_pull_in_other_files(tmp_path, name):
    secret = write_encoded(tmp_path / "secret.mp3", tone(1.0))
    path = tmp_path / name
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:1.0,\n{secret}\n#EXT-X-ENDLIST\n")
    assert code_of(path, tmp_path) == "not_audio"


def test_a_codec_that_takes_its_process_down_fails_the_file_only(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "ADDRESS_SPACE", 1 << 20)
    assert code_of(write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path) in ("decode_failed", "too_large")


def test_a_codec_that_hangs_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(decoding, "STALL_SECONDS", 0.0)
    assert code_of(write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path) == "decode_failed"


def test_the_worker_is_found_from_any_folder(tmp_path, monkeypatch):
    (tmp_path / "types.py").write_text("raise RuntimeError")
    monkeypatch.chdir(tmp_path)
    assert decode(write_wav(tmp_path / "call.wav", tone(1.0)), tmp_path).duration == 1.0


def test_200_mutated_files_are_decoded_or_refused_and_nothing_else(tmp_path):
    originals = [write_encoded(tmp_path / f"call.{ending}", tone(1.0)) for ending in ("wav", "mp3", "ogg", "flac")]
    chance = random.Random(20_260)

    def outcome(number: int) -> str:
        original = originals[number % 4]
        path = tmp_path / f"{number}{original.suffix}"
        path.write_bytes(contents[number])
        try:
            return "decoded" if decode(path, tmp_path / "out", max_seconds=60).duration <= 60 else "too much"
        except SoundError as error:
            return error.code
        finally:
            path.unlink()

    contents = [mutate(originals[number % 4].read_bytes(), chance) for number in range(200)]
    with ThreadPoolExecutor(4) as pool:
        outcomes = list(pool.map(outcome, range(200)))
    shutil.rmtree(tmp_path / "out")
    assert set(outcomes) <= {"decoded"} | set(SENTENCES)
    assert outcomes.count("decoded") > 50
