"""Sound made for tests: samples, and files of every kind."""

import random
import wave
from pathlib import Path

import av
import numpy as np
from av.audio.frame import AudioFrame

from recordings.speech.sound import RATE, Sound, open_sound
from recordings.speech.types import Probe

PROBE = Probe("wav", "pcm_s16le", RATE, 1, None)
CODECS = {
    "wav": "pcm_s16le", "mp3": "libmp3lame", "ogg": "libopus", "flac": "flac", "m4a": "aac", "webm": "libopus",
}  # fmt: skip


def tone(seconds: float, pitch: float = 220.0, level: float = 0.3, rate: int = RATE) -> np.ndarray:
    """A buzz with a few overtones, float32."""
    t = np.arange(int(seconds * rate)) / rate
    return (level * sum(np.sin(2 * np.pi * pitch * k * t) / k for k in (1, 2, 3)) / 2).astype(np.float32)


def noise(seconds: float, level: float = 0.1, seed: int = 0) -> np.ndarray:
    """White noise, float32."""
    return (np.random.default_rng(seed).standard_normal(int(seconds * RATE)) * level).astype(np.float32)


def write_wav(path: Path, *channels: np.ndarray, rate: int = RATE) -> Path:
    """A 16-bit WAV of the given channels."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes((np.clip(np.stack(channels, axis=1), -1, 1) * 32_767).astype("<i2").tobytes())
    return path


def write_encoded(path: Path, samples: np.ndarray, *, codec: str = "", rate: int = 16_000) -> Path:
    """A mono file in the format of the path's ending, or with another codec in it."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec or CODECS[path.suffix[1:]], rate=48_000 if codec == "libopus" else rate)
        stream.layout = "mono"
        frame = AudioFrame.from_ndarray((samples[None] * 32_767).astype(np.int16), format="s16p", layout="mono")
        frame.sample_rate = rate
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=stream.rate, frame_size=960)
        for piece in [*resampler.resample(frame), *resampler.resample(None)]:
            container.mux(stream.encode(piece))
        container.mux(stream.encode(None))
    return path


def sound_of(path: Path, *channels: np.ndarray) -> Sound:
    """A Sound as decoding would leave it at `path`."""
    interleaved = (np.clip(np.stack(channels, axis=1), -1, 1) * 32_767).astype("<i2")
    path.write_bytes(interleaved.tobytes())
    return open_sound(path, channels=len(channels), keep=tuple(range(len(channels))), probe=PROBE)


def mutate(content: bytes, chance: random.Random) -> bytes:
    """Flip, cut, repeat or zero some of the bytes; the header is hit as often as the rest."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 20)):
        at = chance.randrange(min(len(data), 64) if chance.random() < 0.5 else len(data))
        data[at] = chance.randrange(256)
    way = chance.random()
    at, size = chance.randrange(len(data)), chance.randrange(1, 400)
    if way < 0.2:
        del data[at:]
    elif way < 0.4:
        del data[at : at + size]
    elif way < 0.6:
        data[at:at] = data[at : at + size] * 3
    return bytes(data) or b"\0"
