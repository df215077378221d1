"""Writes a masked copy of a foreign file: `python -m recordings.speech.mask_worker SOURCE TARGET PLAN`.

Like the decode worker it is a process of its own, runs under limits and reports JSON lines. PLAN is a JSON file
of {mask, intervals}.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import OutputContainer

from recordings.speech.decode_worker import (
    RefusedError,
    Tally,
    audio_stream,
    describe,
    frames,
    limit_resources,
    open_container,
    report,
)
from recordings.speech.masking import Interval, mask_block

MOST_CHANNELS = 8  # FLAC's
MOST_BYTES_PER_SECOND = 192_000 * 4 * 2
EXACT_IN_16_BITS = ("u8", "u8p", "s16", "s16p")
# What lossy codecs decode to holds no more than 16 bits of anybody's voice.
PCM = ("pcm_", "flac", "alac", "wavpack", "tta")


def is_fine(codec: str, sample_format: str) -> bool:
    """Whether 24 bits are needed to keep what is there."""
    return codec.startswith(PCM) and sample_format not in EXACT_IN_16_BITS


def blocks(
    found: Iterator[AudioFrame], resampler: AudioResampler, channels: int, kind: type[np.signedinteger[Any]]
) -> Iterator[npt.NDArray[Any]]:
    """Samples of shape (channels, n) in the target's own format, rate and layout."""
    for frame in found:
        frame.pts = None
        for piece in resampler.resample(frame):
            yield piece.to_ndarray().reshape(-1, channels).T.astype(kind)
    for piece in resampler.resample(None):
        yield piece.to_ndarray().reshape(-1, channels).T.astype(kind)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the copy is written as."""

    channels: int
    layout: str
    rate: int
    sample_format: str
    kind: type[np.signedinteger[Any]]
    full_scale: float


def shape_of(first: AudioFrame, codec: str) -> Shape:
    """The first frame's own rate and channels, in as many bits as it takes to keep what is there."""
    channels = first.layout.nb_channels if first.layout.nb_channels <= MOST_CHANNELS else 1
    layout = first.layout.name if channels == first.layout.nb_channels else "mono"
    if is_fine(codec, first.format.name):
        return Shape(channels, layout, first.sample_rate, "s32", np.int32, 2**31 - 1)
    return Shape(channels, layout, first.sample_rate, "s16", np.int16, 2**15 - 1)


def mask(source: Path, target: Path, plan: dict[str, Any]) -> None:
    """Copy `source` to `target` as FLAC, masked as `plan` says.

    Raises:
        RefusedError: there is no sound in the file.
    """
    with open_container(source) as container:
        stream = audio_stream(container)
        probe = describe(container, stream)
        tally = Tally(channels=1)
        decoded = frames(container, stream, tally, max(1, source.stat().st_size))
        first = next(decoded, None)
        if first is None:
            raise RefusedError("truncated" if tally.damaged else "no_samples")
        shape = shape_of(first, str(probe["codec"]))
        resampler = AudioResampler(format=shape.sample_format, layout=shape.layout, rate=shape.rate)
        found = blocks(chain([first], decoded), resampler, shape.channels, shape.kind)
        with av.open(str(target), "w", format="flac") as output:
            written = encode(masked(found, shape, plan), output, shape, tally)
    report(probe=probe, samples=written, damaged=tally.damaged)


def masked(
    found: Iterator[npt.NDArray[Any]], shape: Shape, plan: dict[str, Any]
) -> Iterator[tuple[int, npt.NDArray[Any]]]:
    """Each block, masked, with the number of its first sample."""
    intervals = [Interval(**each) for each in plan["intervals"]]
    if shape.channels != 2:  # one side only where the file's channels are the two that were listened to
        intervals = [Interval(each.start, each.end) for each in intervals]
    first = 0
    for block in found:
        mask_block(block, first, rate=shape.rate, intervals=intervals, mask=plan["mask"], full_scale=shape.full_scale)
        yield first, block
        first += block.shape[1]


def encode(found: Iterator[tuple[int, npt.NDArray[Any]]], output: OutputContainer, shape: Shape, tally: Tally) -> int:
    """Write blocks; returns the number of samples per channel. A sign of life every four seconds of sound."""
    out = output.add_stream("flac", rate=shape.rate)
    out.layout, out.format = shape.layout, shape.sample_format
    written = told = 0
    for first, block in found:
        packed = np.ascontiguousarray(block.T).reshape(1, -1)
        frame = AudioFrame.from_ndarray(packed, format=shape.sample_format, layout=shape.layout)
        frame.sample_rate, frame.pts = shape.rate, first
        output.mux(out.encode(frame))
        written = first + block.shape[1]
        if written - told >= 4 * shape.rate:
            report(progress=round(tally.read, 2))
            told = written
    output.mux(out.encode(None))
    return written


def main() -> int:
    """Command line of the worker."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("plan", type=Path)
    parser.add_argument("--max-seconds", type=float, default=60.0)
    parser.add_argument("--address-space", type=int, default=2 << 30)
    parser.add_argument("--cpu-seconds", type=int, default=600)
    options = parser.parse_args()
    limit_resources(options.address_space, options.cpu_seconds, int((options.max_seconds + 60) * MOST_BYTES_PER_SECOND))
    av.logging.set_level(None)
    try:
        mask(options.source, options.target, json.loads(options.plan.read_text()))
    except RefusedError as refusal:
        report(error=str(refusal))
    except MemoryError:
        report(error="too_large")
    except Exception as error:  # whatever a codec does, the parent gets a code
        report(error="decode_failed", detail=repr(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
