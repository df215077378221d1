"""Voices as vectors: the GE2E speaker encoder in numpy.

Network and weights: Resemblyzer 0.1.4 (Apache-2.0), after Wan et al., "Generalized End-to-End Loss for Speaker
Verification", ICASSP 2018: three LSTM layers of 256 over 40 mel bands, a linear layer, a rectifier, unit length.
"""

import functools
import importlib.util
import pickle
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from recordings.speech.errors import sound_error
from recordings.speech.sound import RATE, Float32

MELS = 40
FFT = 400  # 25 ms
HOP = 160  # 10 ms
WINDOW_FRAMES = 160  # 1.6 s, the length the network was trained on
HIDDEN = 256
LAYERS = 3
LEVEL = 10 ** (-30 / 20)  # voices are raised to -30 dBFS, as in training
BATCH = 64


@dataclass(frozen=True, slots=True)
class _Storage:
    """A block of floats that a tensor of the checkpoint looks into."""

    key: str


@dataclass(frozen=True, slots=True)
class _Tensor:
    """A view of a storage, as the checkpoint describes it."""

    storage: _Storage
    offset: int
    shape: tuple[int, ...]


def _tensor(storage: _Storage, offset: int, shape: tuple[int, ...], *_: object) -> _Tensor:
    return _Tensor(storage, offset, shape)


class _CheckpointReader(pickle.Unpickler):
    """Reads a torch checkpoint and builds nothing but dictionaries and descriptions of tensors."""

    ALLOWED = {
        ("collections", "OrderedDict"): OrderedDict,
        ("torch._utils", "_rebuild_tensor_v2"): _tensor,
        ("torch", "FloatStorage"): float,
    }

    def find_class(self, module: str, name: str) -> Any:
        """Only the three names above; anything else a pickle asks for is refused."""
        try:
            return self.ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"{module}.{name} has no place in voice encoder weights") from None

    def persistent_load(self, pid: Any) -> _Storage:
        """A reference to a storage: (kind, type, key, device, size, view)."""
        return _Storage(pid[2])


def read_checkpoint(source: BinaryIO) -> dict[str, Float32]:
    """The float tensors under "model_state" of a torch checkpoint in the format before torch 1.6.

    The file is a row of pickles (magic, version, system, objects, storage keys), then per key a little-endian
    int64 count and that many float32.
    """
    for _ in range(3):
        _CheckpointReader(source).load()
    state: dict[str, _Tensor] = _CheckpointReader(source).load()["model_state"]
    keys: list[str] = _CheckpointReader(source).load()
    wanted = {tensor.storage.key for tensor in state.values()}
    storages: dict[str, Float32] = {}
    for key in keys:
        count = int.from_bytes(source.read(8), "little")
        block = source.read(4 * count)
        if key in wanted:
            storages[key] = np.frombuffer(block, np.dtype("<f4"))
    return {name: _view(tensor, storages[tensor.storage.key]) for name, tensor in state.items()}


def _view(tensor: _Tensor, block: Float32) -> Float32:
    return block[tensor.offset : tensor.offset + int(np.prod(tensor.shape))].reshape(tensor.shape)


@dataclass(frozen=True, slots=True)
class _Layer:
    """Transposed weights of an LSTM layer; gates in the order in, forget, cell, out."""

    inputs: Float32
    recurrent: Float32
    bias: Float32


class VoiceEncoder:
    """The loaded network."""

    def __init__(self, weights: dict[str, Float32]) -> None:
        self._layers = [_layer(weights, number) for number in range(LAYERS)]
        self._linear = np.ascontiguousarray(weights["linear.weight"].T)
        self._bias = weights["linear.bias"]

    def embed(self, mels: Float32) -> Float32:
        """Unit vectors, shape (n, 256), of mel windows, shape (n, frames, 40) as `mel_frames` makes them."""
        batches = [self._embed_batch(mels[first : first + BATCH]) for first in range(0, len(mels), BATCH)]
        return np.concatenate(batches) if batches else np.zeros((0, HIDDEN), np.float32)

    def _embed_batch(self, mels: Float32) -> Float32:
        sequence = np.ascontiguousarray(mels.transpose(1, 0, 2))
        for layer in self._layers:
            sequence = _run_layer(layer, sequence)
        raw = np.maximum(sequence[-1] @ self._linear + self._bias, 0.0)
        unit: Float32 = raw / np.maximum(np.linalg.norm(raw, axis=1, keepdims=True), 1e-9)
        return unit


def _layer(weights: dict[str, Float32], number: int) -> _Layer:
    """Sigmoid(x) = (1 + tanh(x/2)) / 2: the halving is put into the weights of the three sigmoid gates."""
    half = np.full(4 * HIDDEN, 0.5, np.float32)
    half[2 * HIDDEN : 3 * HIDDEN] = 1.0
    return _Layer(
        np.ascontiguousarray(weights[f"lstm.weight_ih_l{number}"].T * half),
        np.ascontiguousarray(weights[f"lstm.weight_hh_l{number}"].T * half),
        (weights[f"lstm.bias_ih_l{number}"] + weights[f"lstm.bias_hh_l{number}"]) * half,
    )


def _run_layer(layer: _Layer, sequence: Float32) -> Float32:
    """Hidden states, shape (steps, n, 256), over inputs of shape (steps, n, width)."""
    steps, count, width = sequence.shape
    driven = (sequence.reshape(-1, width) @ layer.inputs + layer.bias).reshape(steps, count, 4 * HIDDEN)
    hidden: Float32 = np.zeros((count, HIDDEN), np.float32)
    cell = np.zeros((count, HIDDEN), np.float32)
    states = np.empty((steps, count, HIDDEN), np.float32)
    for step in range(steps):
        gates = driven[step]
        gates += hidden @ layer.recurrent
        np.tanh(gates, out=gates)
        enter, keep, fresh, leave = np.split(gates, 4, axis=1)
        cell *= 0.5 + 0.5 * keep
        cell += (0.5 + 0.5 * enter) * fresh
        np.multiply(0.5 + 0.5 * leave, np.tanh(cell), out=states[step])
        hidden = states[step]
    return states


@functools.lru_cache(maxsize=1)
def _mel_filters() -> Float32:
    from faster_whisper.feature_extractor import FeatureExtractor

    mel_filters: Any = FeatureExtractor.get_mel_filters
    filters: Float32 = np.asarray(mel_filters(RATE, FFT, MELS), np.float32).T
    return np.ascontiguousarray(filters)


@functools.lru_cache(maxsize=1)
def _hann() -> Float32:
    return np.hanning(FFT + 1)[:-1].astype(np.float32)


def mel_frames(samples: Float32) -> Float32:
    """Mel power spectrogram (not its logarithm), shape (1 + n // 160, 40), of samples at 16 kHz.

    As librosa.feature.melspectrogram with n_fft 400, hop 160: periodic Hann window, centred frames over zero padding,
    power 2, Slaney's mel scale and area normalisation.
    """
    padded = np.pad(samples, FFT // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, FFT)[::HOP]
    spectrum = np.fft.rfft(frames * _hann(), axis=1)
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    mels: Float32 = power @ _mel_filters()
    return mels


def raise_level(samples: npt.NDArray[np.float32]) -> Float32:
    """The samples brought up to -30 dBFS when they are quieter."""
    rms = float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
    return samples * np.float32(LEVEL / rms) if 0.0 < rms < LEVEL else samples


@functools.lru_cache(maxsize=1)
def load_voice_encoder() -> VoiceEncoder:
    """The encoder with Resemblyzer's weights, read once per process; none of its code is run.

    Raises:
        SoundError: model_missing.
    """
    spec = importlib.util.find_spec("resemblyzer")
    path = Path(spec.origin).with_name("pretrained.pt") if spec is not None and spec.origin else None
    if path is None or not path.is_file():
        raise sound_error("model_missing", model="Resemblyzer", advice="Run `make setup`, which installs it.")
    with path.open("rb") as source:
        return VoiceEncoder(read_checkpoint(source))
