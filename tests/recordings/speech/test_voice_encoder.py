import io
import pickle

import numpy as np
import pytest

from recordings.speech.voice_encoder import VoiceEncoder, load_voice_encoder, mel_frames, raise_level, read_checkpoint
from tests.recordings.speech.sounds import noise, tone


def plain_lstm(weights: dict, frames: np.ndarray) -> np.ndarray:
    """The textbook equations (gates: in, forget, cell, out), one window, one step at a time."""

    def sigmoid(x):
        return 1 / (1 + np.exp(-x))

    for layer in range(3):
        hidden, cell, states = np.zeros(256), np.zeros(256), []
        for frame in frames:
            gates = weights[f"lstm.weight_ih_l{layer}"] @ frame + weights[f"lstm.bias_ih_l{layer}"]
            gates = gates + weights[f"lstm.weight_hh_l{layer}"] @ hidden + weights[f"lstm.bias_hh_l{layer}"]
            enter, keep, fresh, leave = np.split(gates, 4)
            cell = sigmoid(keep) * cell + sigmoid(enter) * np.tanh(fresh)
            hidden = sigmoid(leave) * np.tanh(cell)
            states.append(hidden)
        frames = np.array(states)
    raw = np.maximum(weights["linear.weight"] @ hidden + weights["linear.bias"], 0)
    return raw / np.linalg.norm(raw)


def random_weights() -> dict:
    chance = np.random.default_rng(3)
    shapes = {"linear.weight": (256, 256), "linear.bias": (256,)}
    for layer in range(3):
        shapes |= {
            f"lstm.weight_ih_l{layer}": (1024, 40 if layer == 0 else 256),
            f"lstm.weight_hh_l{layer}": (1024, 256),
            f"lstm.bias_ih_l{layer}": (1024,),
            f"lstm.bias_hh_l{layer}": (1024,),
        }
    return {name: chance.normal(0, 0.1, shape).astype(np.float32) for name, shape in shapes.items()}


def test_the_network_follows_the_textbook():
    weights, mels = random_weights(), np.random.default_rng(4).random((2, 12, 40)).astype(np.float32)
    found = VoiceEncoder(weights).embed(mels)
    assert np.allclose(found, [plain_lstm(weights, window) for window in mels], atol=1e-4)


def test_mel_frames_are_those_of_librosa():
    """Numbers of librosa 0.11 melspectrogram(y, sr=16000, n_fft=400, hop_length=160, n_mels=40) on this signal."""
    mels = mel_frames(np.sin(2 * np.pi * 440 * np.arange(1_600) / 16_000).astype(np.float32))
    assert mels.shape == (11, 40)
    assert mels[5, 4:7] == pytest.approx([21.756968, 164.31085, 17.819235], rel=1e-4)
    assert mels[5, [0, 10, 39]] == pytest.approx(0.0, abs=1e-4)


def test_quiet_voices_are_raised_and_loud_ones_left():
    assert np.sqrt(np.mean(raise_level(tone(1.0, level=0.001)) ** 2)) == pytest.approx(10 ** (-30 / 20), rel=1e-3)
    assert np.array_equal(raise_level(noise(1.0, level=0.2)), noise(1.0, level=0.2))
    assert not raise_level(np.zeros(100, np.float32)).any()


def test_nothing_is_embedded_from_nothing():
    assert VoiceEncoder(random_weights()).embed(np.zeros((0, 160, 40), np.float32)).shape == (0, 256)


def test_a_checkpoint_that_wants_more_than_tensors_is_refused():
    class Attack:
        def __reduce__(self):
            return print, ("taken over",)

    with pytest.raises(pickle.UnpicklingError):
        read_checkpoint(io.BytesIO(pickle.dumps(Attack())))


def test_one_voice_is_more_like_itself_than_like_another(real_audio, tmp_path):
    from recordings.speech.decoding import decode

    def voice(name: str) -> np.ndarray:
        mels = mel_frames(decode(real_audio / "general" / name, tmp_path).slice(0, 0, 12))
        windows = np.stack([mels[at : at + 160] for at in range(0, len(mels) - 160, 80)])
        mean = load_voice_encoder().embed(windows).mean(axis=0)
        return mean / np.linalg.norm(mean)

    reader = "sense_and_sensibility_01_austen_64kb-{}.wav"
    first, second, other = voice(reader.format("0870")), voice(reader.format("0920")), voice("jfk.flac")
    assert first @ second > 0.85
    assert first @ other < 0.65
