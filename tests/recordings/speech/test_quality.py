import json

import numpy as np
import pytest

from recordings.speech.quality import measure_audio, rate
from recordings.speech.types import Span
from tests.recordings.speech.sounds import noise, sound_of, tone


def voice_then_pause(level: float, hiss: float) -> np.ndarray:
    return np.concatenate([tone(2.0, level=level), np.zeros(32_000, np.float32)]) + noise(4.0, level=hiss)


def measured(tmp_path, *channels):
    return measure_audio(sound_of(tmp_path / "a", *channels), [[Span(0.0, 2.0)] for _ in channels])


@pytest.mark.parametrize(("hiss", "expected"), [(0.001, 40), (0.01, 20), (0.03, 10.5)])
def test_noise_is_measured_against_the_voice(tmp_path, hiss, expected):
    power = float(np.mean(tone(2.0, level=0.1) ** 2))
    truth = 10 * np.log10(power / hiss**2)
    assert measured(tmp_path, voice_then_pause(0.1, hiss)).snr_db[0] == pytest.approx(truth, abs=2.0)


def test_a_clean_call_is_good_and_a_noisy_one_says_why(tmp_path):
    clean, noisy = (measured(tmp_path, voice_then_pause(0.3, hiss)) for hiss in (0.0005, 0.12))
    assert (clean.rating, clean.reasons) == ("good", ())
    assert noisy.rating in ("fair", "poor") and "noise" in noisy.reasons[0]


def test_clipping_is_counted(tmp_path):
    found = measured(tmp_path, np.clip(voice_then_pause(4.0, 0.001), -1, 1))
    assert found.clipping_ratio > 0.01
    assert found.rating == "poor"


def test_gaps_inside_speech_are_dropouts_and_pauses_are_not(tmp_path):
    sound = voice_then_pause(0.3, 0.001)
    sound[16_000:17_600] = 0
    found = measured(tmp_path, sound)
    assert found.dropout_count == 1
    assert found.dropout_seconds == pytest.approx(0.1, abs=0.04)


def test_bandwidth_is_that_of_the_line(tmp_path):
    spectrum = np.fft.rfft(noise(4.0))
    spectrum[np.fft.rfftfreq(64_000, 1 / 16_000) > 3_400] = 0
    narrow = np.fft.irfft(spectrum).astype(np.float32)
    assert measured(tmp_path, narrow).bandwidth_hz == pytest.approx(3_400, abs=200)
    assert measured(tmp_path, noise(4.0)).bandwidth_hz > 7_500


def test_silence_is_time_in_which_nobody_speaks(tmp_path):
    sound = sound_of(tmp_path / "a", noise(4.0), noise(4.0, seed=1))
    found = measure_audio(sound, [[Span(0, 1)], [Span(0.5, 2)]])
    assert (found.speech_seconds, found.silence_ratio) == (2.0, 0.5)


def test_a_call_without_speech_has_no_level(tmp_path):
    found = measure_audio(sound_of(tmp_path / "a", noise(1.0)), [[]])
    assert (found.snr_db, found.level_dbfs, found.silence_ratio) == ((None,), (None,), 1.0)
    assert json.dumps(found.as_json())


def test_the_worst_finding_decides():
    rating, reasons = rate([30.0, 5.0], [-20.0, -45.0], 0.0, 0, 3_400, 60.0)
    assert rating == "poor"
    assert len(reasons) == 2
