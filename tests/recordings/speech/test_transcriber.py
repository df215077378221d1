import re

import numpy as np
import pytest

from recordings.speech.decoding import decode
from recordings.speech.errors import SoundError
from recordings.speech.transcriber import load_transcriber
from recordings.speech.types import Span
from recordings.speech.vad import find_speech
from tests.recordings.speech.sounds import noise, sound_of, tone, write_wav

KENNEDY = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"


def plain(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", text.lower()))


@pytest.fixture(scope="session")
def models(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def tiny(models):
    return load_transcriber("tiny.en", models)


@pytest.fixture
def kennedy(real_audio, tmp_path):
    return decode(real_audio / "general" / "jfk.flac", tmp_path)


def test_real_speech_becomes_words_in_order_with_times(tiny, kennedy):
    told: list[float] = []
    found = tiny.transcribe(kennedy, find_speech(kennedy), progress=told.append)
    words = [word for segment in found.segments for word in segment.words]
    edges = [edge for word in words for edge in (word.start, word.end)]
    assert plain(" ".join(word.text for word in words)) == KENNEDY
    assert edges == sorted(edges) and edges[-1] <= kennedy.duration
    assert all(0 <= word.probability <= 1 for word in words)
    assert next(word.start for word in words if word.text.startswith("ask")) == pytest.approx(3.4, abs=0.4)
    assert (found.language, found.language_probability, told[-1]) == ("en", 1.0, 1.0)
    assert "faster-whisper" in found.engine and len(found.model_sha256) == 64


def test_speech_keeps_its_place_behind_a_long_silence(tiny, kennedy, tmp_path):
    late = np.concatenate([np.zeros(60 * 16_000, np.float32), kennedy.slice(0, 0, 11)])
    sound = decode(write_wav(tmp_path / "late.wav", late + noise(71, level=0.0005)), tmp_path)
    found = tiny.transcribe(sound, find_speech(sound))
    early = tiny.transcribe(kennedy, find_speech(kennedy))
    assert found.segments[0].start == pytest.approx(early.segments[0].start + 60, abs=0.3)


def test_channels_that_share_a_window_keep_their_words(tiny, real_audio, tmp_path):
    sound = decode(real_audio / "general" / "stereo_diarization.wav", tmp_path)
    found = tiny.transcribe(sound, find_speech(sound))
    texts = [plain(" ".join(s.text for s in found.segments if s.channel == channel)) for channel in (0, 1)]
    assert texts[0].startswith("he began a confused complaint")
    assert texts[1] == "the horizon seems extremely distant"


@pytest.mark.parametrize("made", [noise(20.0), tone(20.0)])
def test_nothing_is_invented_where_nobody_speaks(tiny, tmp_path, made):
    sound = sound_of(tmp_path / "a", made)
    for speech in (find_speech(sound), [[Span(0.0, 20.0)]]):
        with pytest.raises(SoundError) as caught:
            tiny.transcribe(sound, speech)
        assert caught.value.code == "no_speech"


def test_the_model_is_loaded_once(tiny, models):
    assert load_transcriber("tiny.en", models) is tiny


@pytest.mark.speech
def test_base_hears_kennedy_without_an_error_and_knows_the_language(models, kennedy):
    found = load_transcriber("base", models).transcribe(kennedy, find_speech(kennedy), vocabulary=("Americans", "  "))
    assert plain(" ".join(segment.text for segment in found.segments)) == KENNEDY
    assert found.language == "en" and found.language_probability > 0.8
