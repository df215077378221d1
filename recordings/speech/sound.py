"""A decoded call: 16 kHz 16-bit samples that stay on disk and are read piece by piece."""

import mmap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from recordings.speech.types import Probe

RATE = 16_000
FULL_SCALE = 32_768.0

Float32 = npt.NDArray[np.float32]
Int16 = npt.NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples of a call, int16, shape (channels, n), memory-mapped from an interleaved file.

    `damaged` counts the packets that could not be decoded and were left out. `probe` is the header's claim about
    the file the samples came from; `channels` may be fewer than it claims (dual mono, a dead channel).
    """

    samples: Int16
    path: Path
    probe: Probe
    damaged: int = 0
    rate: int = RATE

    @property
    def channels(self) -> int:
        """Number of channels that carry a voice of their own."""
        return int(self.samples.shape[0])

    @property
    def length(self) -> int:
        """Samples per channel."""
        return int(self.samples.shape[1])

    @property
    def duration(self) -> float:
        """Seconds."""
        return self.length / self.rate

    def slice(self, channel: int, start: float, end: float) -> Float32:
        """A copy of `channel` from `start` to `end` seconds, float32 in -1..1; clamped to the call."""
        return self.read(channel, round(start * self.rate), round(end * self.rate))

    def read(self, channel: int, first: int, last: int) -> Float32:
        """A copy of `channel` from sample `first` up to `last`, float32 in -1..1; clamped to the call."""
        first, last = max(0, first), min(self.length, last)
        piece = np.asarray(self.samples[channel, first : max(first, last)], dtype=np.float32)
        piece /= FULL_SCALE
        return piece

    def release(self) -> None:
        """Let the system drop the pages read so far, so that a long call does not count as resident memory."""
        mapped = getattr(self.samples, "_mmap", None)
        if isinstance(mapped, mmap.mmap):
            mapped.madvise(mmap.MADV_DONTNEED)


def open_sound(path: Path, *, channels: int, keep: tuple[int, ...], probe: Probe, damaged: int = 0) -> Sound:
    """Map the interleaved int16 file at `path`, recorded with `channels` channels, showing those in `keep`.

    `keep` is either all channels in order or one of them; nothing is copied.
    """
    flat = np.memmap(path, dtype=np.int16, mode="r")
    frames = flat.reshape(-1, channels).T
    view = frames[keep[0] : keep[0] + len(keep)]
    return Sound(samples=view, path=path, probe=probe, damaged=damaged)
