"""Stretches of sound are replaced by silence or a tone: all of them, nothing else, without a click."""

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.speech.decoding import decode
from recordings.speech.errors import SoundError
from recordings.speech.masking import FADE, Interval, intervals_of, mask_block, mask_file, mask_sound
from tests.recordings.speech.sounds import RATE, tone, write_encoded, write_wav

TWO_SECONDS = [Interval(1.0, 3.0)]


def peak(samples, start, end, rate=RATE):
    return int(np.abs(samples[:, round(start * rate) : round(end * rate)].astype(int)).max())


@pytest.fixture
def sound(tmp_path):
    return decode(write_wav(tmp_path / "call.wav", tone(5.0, 300.0), tone(5.0, 170.0)), tmp_path)


def test_silence_leaves_nothing_inside_and_everything_outside(sound):
    before = np.array(sound.samples)
    masked = mask_sound(sound, TWO_SECONDS, mask="silence").samples
    assert peak(masked, 1.0, 3.0) == 0
    for start, end in ((0.0, 1.0 - 2 * FADE), (3.0 + 2 * FADE, 5.0)):
        part = slice(round(start * RATE), round(end * RATE))
        assert np.array_equal(masked[:, part], before[:, part])


def test_the_tone_is_a_thousand_hertz_and_of_one_loudness_whatever_was_said(sound):
    masked = mask_sound(sound, TWO_SECONDS, mask="tone").samples
    part = masked[:, round(1.5 * RATE) : round(2.5 * RATE)].astype(float)
    spectrum = np.abs(np.fft.rfft(part[0]))
    assert np.argmax(spectrum) == 1000  # one second: bins are hertz
    assert np.array_equal(part[0], part[1])
    assert np.sort(spectrum)[-2] < spectrum.max() / 100


def test_nothing_clicks_at_the_edges(sound):
    masked = mask_sound(sound, TWO_SECONDS, mask="tone").samples[0].astype(int)
    steps = np.abs(np.diff(masked))
    own = np.abs(np.diff(masked[: round(0.9 * RATE)])).max()
    assert steps.max() <= own * 1.5


def test_one_side_is_masked_where_only_one_is_asked_for(sound):
    masked = mask_sound(sound, [Interval(1.0, 3.0, channel=1)], mask="silence").samples
    assert (peak(masked[:1], 1.0, 3.0) > 1000, peak(masked[1:], 1.0, 3.0)) == (True, 0)


@given(
    first=st.integers(0, 400),
    length=st.integers(1, 500),
    start=st.floats(0.0, 0.06),
    seconds=st.floats(0.0, 0.05),
    mask=st.sampled_from(["silence", "tone"]),
)
def test_masking_block_by_block_is_masking_the_whole(first, length, start, seconds, mask):
    rate, interval = 8000, [Interval(start, start + seconds)]
    whole = np.full((1, 1000), 9_000, np.int16)
    pieces = whole.copy()
    mask_block(whole, 0, rate=rate, intervals=interval, mask=mask, full_scale=32_767)
    for low, high in ((0, first), (first, first + length), (first + length, 1000)):
        mask_block(pieces[:, low:high], low, rate=rate, intervals=interval, mask=mask, full_scale=32_767)
    assert np.array_equal(whole, pieces)


@given(
    st.lists(st.tuples(st.sampled_from([None, 0, 1]), st.floats(0, 50), st.floats(0, 3)), max_size=12),
    st.floats(1, 60),
)
def test_intervals_cover_every_word_and_stay_inside_the_call(words, duration):
    spoken = [(channel, start, start + length) for channel, start, length in words]
    intervals = intervals_of(spoken, duration=duration)
    assert all(0 <= each.start <= each.end <= duration for each in intervals)
    for channel, start, end in spoken:
        if start < duration:
            own = [each for each in intervals if each.channel == channel]
            assert any(each.start <= start and min(end, duration) <= each.end for each in own)


@pytest.mark.parametrize(
    ("suffix", "rate", "channels"), [("wav", 8000, 1), ("wav", 44_100, 2), ("mp3", 16_000, 1), ("ogg", 48_000, 1)]
)
def test_a_file_of_any_kind_becomes_a_masked_lossless_one(tmp_path, suffix, rate, channels):
    seconds = np.arange(4 * rate) / rate
    samples = (0.5 * np.sin(2 * np.pi * 300 * seconds)).astype(np.float32)
    path = tmp_path / f"call.{suffix}"
    wav = suffix == "wav"
    source = write_wav(path, *[samples] * channels, rate=rate) if wav else write_encoded(path, samples, rate=rate)
    target = tmp_path / "masked.flac"
    mask_file(source, target, TWO_SECONDS, mask="silence")
    with av.open(str(target)) as container:
        stream = container.streams.audio[0]
        assert (stream.codec_context.name, stream.rate, stream.channels) == ("flac", rate, channels)
        frames = np.concatenate([f.to_ndarray().reshape(-1, channels).T for f in container.decode(audio=0)], axis=1)
    assert peak(frames, 1.05, 2.95, rate) == 0
    assert peak(frames, 0.2, 0.9, rate) > 10_000
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([source.name, "masked.flac"])


def test_a_file_that_is_no_sound_is_said_in_words_and_leaves_nothing(tmp_path):
    source = tmp_path / "call.wav"
    source.write_bytes(b"Dear customer" * 50)
    with pytest.raises(SoundError):
        mask_file(source, tmp_path / "masked.flac", TWO_SECONDS, mask="tone")
    assert [path.name for path in tmp_path.iterdir()] == ["call.wav"]
