from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from recordings.speech.types import Span
from recordings.speech.vad import DEFAULT_SETTINGS, find_speech, pad_spans, speech_probabilities, speech_runs
from tests.recordings.speech.sounds import noise, sound_of, tone

STEP = 512 / 16_000


def test_hysteresis_bridges_a_short_dip_and_ends_at_a_pause():
    chances = np.array([0.1] * 10 + [0.9] * 10 + [0.1] * 3 + [0.9] * 10 + [0.1] * 20)
    (run,) = speech_runs(chances, DEFAULT_SETTINGS)
    assert (run.start, run.end) == (10 * STEP, 33 * STEP)


@given(st.lists(st.floats(0, 1), max_size=3_000))
def test_runs_are_in_order_never_overlap_and_fit_the_window(chances):
    runs = speech_runs(np.array(chances), DEFAULT_SETTINGS)
    assert all(a.end <= b.start for a, b in pairwise(runs))
    assert all(0 < run.duration <= DEFAULT_SETTINGS.max_speech for run in runs)


def test_an_hour_without_a_breath_is_cut_into_windows():
    runs = speech_runs(np.full(10_000, 0.9), DEFAULT_SETTINGS)
    assert max(run.duration for run in runs) <= DEFAULT_SETTINGS.max_speech - 2 * DEFAULT_SETTINGS.padding
    assert sum(run.duration for run in runs) == 10_000 * STEP or abs(sum(r.duration for r in runs) - 320) < 1e-6


def test_padding_stays_in_the_call_and_never_overlaps():
    padded = pad_spans([Span(0.1, 1.0), Span(1.2, 2.0), Span(5.0, 5.9)], 0.4, 6.0)
    assert [(round(s.start, 2), round(s.end, 2)) for s in padded] == [(0.0, 1.1), (1.1, 2.4), (4.6, 6.0)]


def test_noise_and_hum_are_no_speech(tmp_path):
    assert find_speech(sound_of(tmp_path / "a", noise(5.0), tone(5.0, pitch=50))) == [[], []]


def test_blocks_give_what_one_run_gives(tmp_path, monkeypatch):
    sound = sound_of(tmp_path / "a", noise(6.0))
    whole = speech_probabilities(sound, 0)
    monkeypatch.setattr("recordings.speech.vad.BLOCK_WINDOWS", 31)
    assert np.allclose(whole, speech_probabilities(sound, 0), atol=1e-4)


def test_real_speech_is_found_where_it_is(real_audio, tmp_path):
    from recordings.speech.decoding import decode

    sound = decode(real_audio / "general" / "jfk.flac", tmp_path)
    (spans,) = find_speech(sound)
    assert 6 < sum(span.duration for span in spans) <= 11
