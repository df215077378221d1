"""Where somebody speaks: Silero VAD, fed block by block so that an hour of sound never lies in memory at once."""

import functools
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from recordings.speech.sound import RATE, Float32, Sound
from recordings.speech.types import Span

WINDOW = 512  # samples per probability: 32 ms, fixed by the model
CONTEXT = 64  # samples of the previous window the model sees in front of each window
BLOCK_WINDOWS = 1_875  # one minute
STATE = (1, 1, 128)


@dataclass(frozen=True, slots=True)
class VadSettings:
    """Thresholds on the probability (hysteresis), and lengths in seconds.

    The values are those faster-whisper's batched pipeline transcribes with, so that ours hears the same speech.
    """

    threshold: float = 0.5
    release: float = 0.35
    min_silence: float = 0.16
    max_speech: float = 30.0
    padding: float = 0.4


DEFAULT_SETTINGS = VadSettings()


@functools.lru_cache(maxsize=1)
def _session() -> Any:
    from faster_whisper.vad import get_vad_model

    return get_vad_model().session


def speech_probabilities(sound: Sound, channel: int) -> Float32:
    """Probability of speech of every 32 ms window of `channel`, shape (ceil(length / 512),).

    The recurrent state is carried from block to block: the result is that of one run over the whole channel.
    """
    session = _session()
    hidden, cell = np.zeros(STATE, np.float32), np.zeros(STATE, np.float32)
    context = np.zeros(CONTEXT, np.float32)
    results: list[Float32] = []
    for first in range(0, sound.length, BLOCK_WINDOWS * WINDOW):
        block = sound.read(channel, first, first + BLOCK_WINDOWS * WINDOW)
        windows = np.pad(block, (0, -len(block) % WINDOW)).reshape(-1, WINDOW)
        before = np.vstack([context[None], windows[:-1, -CONTEXT:]])
        context = windows[-1, -CONTEXT:]
        output, hidden, cell = session.run(None, {"input": np.hstack([before, windows]), "h": hidden, "c": cell})
        results.append(output.reshape(-1))
    return np.concatenate(results) if results else np.zeros(0, np.float32)


def find_speech(sound: Sound, settings: VadSettings = DEFAULT_SETTINGS) -> list[list[Span]]:
    """Spans in which somebody speaks, per channel, in order, padded and not overlapping, at most 30 s each."""
    found = []
    for channel in range(sound.channels):
        runs = speech_runs(speech_probabilities(sound, channel), settings)
        found.append(pad_spans(runs, settings.padding, sound.duration))
    sound.release()
    return found


def speech_runs(probabilities: npt.NDArray[np.floating[Any]], settings: VadSettings) -> list[Span]:
    """Unpadded spans of speech: begun at `threshold`, ended by `min_silence` below `release`, cut at `max_speech`.

    A run that grows too long is cut where its probability is lowest in its second half.
    """
    step = WINDOW / RATE
    patience = round(settings.min_silence / step)
    longest = int((settings.max_speech - 2 * settings.padding) / step) - 1
    runs: list[tuple[int, int]] = []
    start, last_voice = -1, -1
    for index, probability in enumerate(probabilities):
        if start < 0:
            if probability >= settings.threshold:
                start = last_voice = index
        elif probability >= settings.release:
            last_voice = index
        elif index - last_voice >= patience:
            runs.append((start, last_voice + 1))
            start = -1
    if start >= 0:
        runs.append((start, last_voice + 1))
    pieces = [piece for run in runs for piece in _cut_long(run, probabilities, longest)]
    return [Span(first * step, last * step) for first, last in pieces]


def _cut_long(
    run: tuple[int, int], probabilities: npt.NDArray[np.floating[Any]], longest: int
) -> list[tuple[int, int]]:
    first, last = run
    pieces = []
    while last - first > longest:
        half = first + longest // 2
        cut = half + int(np.argmin(probabilities[half : first + longest])) + 1
        pieces.append((first, cut))
        first = cut
    return [*pieces, (first, last)]


def pad_spans(spans: list[Span], padding: float, duration: float) -> list[Span]:
    """The spans widened by `padding` on both sides, meeting in the middle where they would overlap."""
    edges = [0.0, *((a.end + b.start) / 2 for a, b in pairwise(spans)), duration]
    return [
        Span(max(span.start - padding, edges[i]), min(span.end + padding, edges[i + 1])) for i, span in enumerate(spans)
    ]
