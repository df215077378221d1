"""Masking stretches of sound with silence or a tone, piece by piece, so that memory does not grow with the call."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from recordings.speech.decoding import MAX_SECONDS, Progress, run_worker
from recordings.speech.sound import Sound

# A recogniser's word times are off by up to a few tenths of a second, at a word's end more than at its beginning.
PAD_BEFORE, PAD_AFTER = 0.25, 0.35
BRIDGED_GAP = 0.8  # seconds between two masked stretches that are masked as well
FADE = 0.01  # seconds in which the sound goes and comes back, so that nothing clicks
TONE_HERTZ = 1000.0
TONE_LEVEL = 0.1  # of full scale: -20 dBFS
CHUNK_SECONDS = 10
MASKS = ("silence", "tone")


@dataclass(frozen=True, slots=True)
class Interval:
    """Seconds to mask; `channel` counts from 0, None means every channel."""

    start: float
    end: float
    channel: int | None = None


def intervals_of(
    words: Iterable[tuple[int | None, float, float]],
    *,
    duration: float,
    before: float = PAD_BEFORE,
    after: float = PAD_AFTER,
    bridge: float = BRIDGED_GAP,
) -> list[Interval]:
    """Words as (channel, start, end) made to intervals: padded, merged over short gaps, clipped to the call."""
    merged: list[Interval] = []
    padded = sorted(
        (
            Interval(max(0.0, start - before), min(duration, max(start, end) + after), channel)
            for channel, start, end in words
            if start < duration
        ),
        key=lambda each: (-1 if each.channel is None else each.channel, each.start),
    )
    for each in padded:
        last = merged[-1] if merged else None
        if last and last.channel == each.channel and each.start - last.end <= bridge:
            merged[-1] = Interval(last.start, max(last.end, each.end), last.channel)
        else:
            merged.append(each)
    return merged


def mask_block(
    block: npt.NDArray[Any], first: int, *, rate: int, intervals: Sequence[Interval], mask: str, full_scale: float
) -> None:
    """Mask in place a block of samples, shape (channels, n), whose first sample is number `first` of the call.

    Inside an interval nothing of the sound is left; it fades out before and in again after it. The tone runs on
    through block borders, because its phase counts from the beginning of the call.
    """
    fade = max(1, round(FADE * rate))
    last = first + block.shape[1]
    for interval in intervals:
        start, end = round(interval.start * rate), round(interval.end * rate)
        low, high = max(first, start - fade), min(last, end + fade)
        if low >= high:
            continue
        at = np.arange(low, high)
        gain = np.clip(np.maximum((start - at) / fade, (at - end + 1) / fade), 0.0, 1.0)
        rows = slice(None) if interval.channel is None else slice(interval.channel, interval.channel + 1)
        part = block[rows, low - first : high - first] * gain
        if mask == "tone":
            level = np.clip(np.minimum((at - start) / fade, (end - 1 - at) / fade), 0.0, 1.0)
            part = part + level * (TONE_LEVEL * full_scale) * np.sin(2 * np.pi * TONE_HERTZ / rate * at)
        block[rows, low - first : high - first] = part.astype(block.dtype)


def mask_sound(sound: Sound, intervals: Sequence[Interval], *, mask: str) -> Sound:
    """Mask `sound` in its scratch file and return it as it is now; only masked parts are read and written."""
    step = sound.samples.strides[1] // sound.samples.itemsize  # channels in the file, of which some may be left out
    frames = np.memmap(sound.path, dtype=np.int16, mode="r+").reshape(-1, step).T
    spread = sound.channels == 1
    for interval in intervals:
        one = [Interval(interval.start, interval.end, None if spread else interval.channel)]
        margin = round(FADE * sound.rate) + 1
        begin = max(0, round(interval.start * sound.rate) - margin)
        until = min(frames.shape[1], round(interval.end * sound.rate) + margin)
        for first in range(begin, until, CHUNK_SECONDS * sound.rate):
            block = np.array(frames[:, first : min(until, first + CHUNK_SECONDS * sound.rate)])
            mask_block(block, first, rate=sound.rate, intervals=one, mask=mask, full_scale=32_767)
            frames[:, first : first + block.shape[1]] = block
    sound.release()
    return sound


def mask_file(
    source: Path,
    target: Path,
    intervals: Sequence[Interval],
    *,
    mask: str,
    max_seconds: float = MAX_SECONDS,
    progress: Progress | None = None,
) -> None:
    """Write the recording at `source`, of any kind, to `target` as FLAC with its own rate and channels, masked.

    Decoding happens in a process of its own, as in `decode`. `target` appears only when it is complete.

    Raises:
        SoundError: as `decode` does.
    """
    plan = target.with_name(f"{target.name}.json")
    partial = target.with_name(f"{target.name}.part")
    plan.write_text(json.dumps({"mask": mask, "intervals": [asdict(each) for each in intervals]}))
    try:
        run_worker(
            [str(source.resolve()), str(partial.resolve()), str(plan.resolve()), f"--max-seconds={max_seconds}"],
            module="recordings.speech.mask_worker",
            progress=progress,
            max_seconds=max_seconds,
        )
        partial.replace(target)
    finally:
        plan.unlink(missing_ok=True)
        partial.unlink(missing_ok=True)
