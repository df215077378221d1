"""Sound for the pipeline's tests: pieces of a demo call, and files that no call should be."""

import functools
from pathlib import Path

import av
import numpy as np

from tests.conftest import ROOT
from tests.recordings.speech.sounds import RATE, write_wav

DEMO_CALL = ROOT / "demo" / "sound" / "01-dental-clinic-orders.ogg"
# Seconds of it, and what is said there.
GREETING, OBJECTION, ANSWER = (0.2, 7.2), (20.4, 25.5), (35.3, 37.8)
ORDER, CARD, PROMISE = (63.1, 66.5), (72.3, 83.3), (86.8, 89.9)


@functools.cache
def demo_call() -> np.ndarray:
    """The demo call, shape (2, samples) at 16 kHz: the agent on channel 0, the customer on channel 1."""
    resampler = av.AudioResampler(format="s16p", layout="stereo", rate=RATE)
    with av.open(str(DEMO_CALL)) as container:
        frames = [piece for frame in container.decode(audio=0) for piece in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray() for frame in frames], axis=1).astype(np.float32) / 32_768


def write_conversation(path: Path, *spans: tuple[float, float]) -> Path:
    """A two-channel WAV of the given pieces of the demo call, or of all of them: half a minute."""
    pieces = [
        demo_call()[:, round(start * RATE) : round(end * RATE)]
        for start, end in spans or (GREETING, OBJECTION, ANSWER, ORDER, CARD, PROMISE)
    ]
    return write_wav(path, *np.concatenate(pieces, axis=1))


def write_mono_conversation(path: Path, *spans: tuple[float, float]) -> Path:
    """The same in one channel."""
    write_conversation(path, *spans)
    with av.open(str(path)) as container:
        frames = np.concatenate([frame.to_ndarray() for frame in container.decode(audio=0)], axis=1)
    return write_wav(path, frames.reshape(-1, 2).mean(axis=1).astype(np.float32) / 32_768)


def music(seconds: float) -> np.ndarray:
    """Chords over a drum beat, as on a telephone that is on hold."""
    t = np.arange(round(seconds * RATE)) / RATE
    roots = np.array([220.0, 174.6, 261.6, 196.0])[(t // 2).astype(int) % 4]
    phase = np.cumsum(roots) / RATE * 2 * np.pi
    chord = sum(np.sin(phase * interval) for interval in (1, 1.25, 1.5, 2)) * 0.08
    hits = np.random.default_rng(7).standard_normal(len(t)) * np.exp(-(t % 0.5) * 30) * 0.3
    return (chord + hits).astype(np.float32)


def write_silent_film(path: Path) -> Path:
    """One second of moving pictures without a sound track."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width = stream.height = 64
        for number in range(10):
            picture = np.full((64, 64, 3), number * 20, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, "rgb24")))
        container.mux(stream.encode(None))
    return path
