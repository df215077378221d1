"""How good a recording sounds, in figures and in words: level, noise, clipping, gaps, bandwidth."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from recordings.speech.sound import RATE, Float32, Sound
from recordings.speech.types import Span

BLOCK_SECONDS = 30
FRAME = RATE // 50  # 20 ms
CLIPPED = 32_600 / 32_768
SPECTRUM = 1_024
BAND_DROP_DB = 50.0  # below the loudest band nothing counts as signal
MIN_DROPOUT, MAX_DROPOUT = 2, 50  # frames: 40 ms .. 1 s of digital zeros inside speech

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class AudioQuality:
    """Measured quality of a call.

    `snr_db` and `level_dbfs` are per channel and None where they cannot be told (nobody speaks, or no pause to hear
    the noise in). `clipping_ratio` and `silence_ratio` are 0..1; silence is time in which no channel speaks.
    `rating` is "good", "fair" or "poor" and `reasons` say why it is not better, in sentences.
    """

    snr_db: tuple[float | None, ...]
    level_dbfs: tuple[float | None, ...]
    clipping_ratio: float
    dropout_count: int
    dropout_seconds: float
    bandwidth_hz: int
    speech_seconds: float
    silence_ratio: float
    rating: str
    reasons: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """The figures under their names, as JSON can carry them."""
        return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(self).items()}


@dataclass(slots=True)
class _Channel:
    """Sums over one channel while it streams by."""

    powers: list[Float32] = field(default_factory=list)
    zeros: list[npt.NDArray[np.bool_]] = field(default_factory=list)
    clipped: int = 0
    spectrum: Array = field(default_factory=lambda: np.zeros(SPECTRUM // 2 + 1))


def measure_audio(sound: Sound, speech: Sequence[Sequence[Span]]) -> AudioQuality:
    """Quality of `sound`, given where each channel speaks; streamed in blocks of half a minute."""
    channels = [_scan(sound, channel) for channel in range(sound.channels)]
    sound.release()
    talking = [_frame_mask(spans, len(np.concatenate(c.powers))) for spans, c in zip(speech, channels, strict=True)]
    levels, ratios = [], []
    drops: list[int] = []
    for channel, mask in zip(channels, talking, strict=True):
        powers = np.concatenate(channel.powers)
        level, ratio = _level_and_snr(powers, mask)
        levels.append(level)
        ratios.append(ratio)
        drops += _dropouts(np.concatenate(channel.zeros), mask)
    clipping = sum(channel.clipped for channel in channels) / max(1, sound.length * sound.channels)
    anyone = np.any(talking, axis=0)
    silence = float(1.0 - anyone.mean()) if len(anyone) else 1.0
    bandwidth = _bandwidth(sum((channel.spectrum for channel in channels), np.zeros(SPECTRUM // 2 + 1)))
    gaps = len(drops), sum(drops) * FRAME / RATE
    rating, reasons = rate(ratios, levels, clipping, gaps[0], bandwidth, sound.duration)
    return AudioQuality(
        snr_db=tuple(ratios),
        level_dbfs=tuple(levels),
        clipping_ratio=round(clipping, 6),
        dropout_count=gaps[0],
        dropout_seconds=round(gaps[1], 2),
        bandwidth_hz=bandwidth,
        speech_seconds=round(float(anyone.sum()) * FRAME / RATE, 2),
        silence_ratio=round(silence, 4),
        rating=rating,
        reasons=reasons,
    )


def _blocks(sound: Sound, channel: int) -> Iterator[Float32]:
    size = BLOCK_SECONDS * RATE
    for first in range(0, sound.length, size):
        yield sound.read(channel, first, first + size)


def _scan(sound: Sound, channel: int) -> _Channel:
    sums = _Channel()
    window = np.hanning(SPECTRUM).astype(np.float32)
    for block in _blocks(sound, channel):
        frames = np.pad(block, (0, -len(block) % FRAME)).reshape(-1, FRAME)
        sums.powers.append(np.mean(frames**2, axis=1))
        sums.zeros.append(np.asarray(~frames.any(axis=1)))
        sums.clipped += int(np.count_nonzero(np.abs(block) >= CLIPPED))
        # Every fourth window is enough for a mean spectrum.
        windows = block[: len(block) // SPECTRUM * SPECTRUM].reshape(-1, SPECTRUM)[::4]
        sums.spectrum += (np.abs(np.fft.rfft(windows * window, axis=1)) ** 2).sum(axis=0)
    return sums


def _frame_mask(spans: Sequence[Span], count: int) -> npt.NDArray[np.bool_]:
    mask = np.zeros(count, bool)
    for span in spans:
        mask[int(span.start * RATE / FRAME) : int(np.ceil(span.end * RATE / FRAME))] = True
    return mask


def _level_and_snr(powers: Float32, talking: npt.NDArray[np.bool_]) -> tuple[float | None, float | None]:
    """Active speech level in dBFS, and its ratio to the noise in the pauses in dB.

    Speech is the louder half of the frames marked as speech (the marks are padded with pauses). Noise is the median
    frame outside them; when there is hardly any outside, the quietest tenth within.
    """
    spoken = powers[talking]
    if not len(spoken):
        return None, None
    voice = float(np.mean(spoken[spoken >= np.median(spoken)]))
    quiet = powers[~talking]
    noise = float(np.median(quiet) if len(quiet) >= 25 else np.quantile(spoken, 0.1))
    level = round(_decibels(voice), 1)
    return level, round(min(90.0, _decibels(max(voice - noise, 1e-12)) - _decibels(max(noise, 1e-10))), 1)


def _decibels(power: float) -> float:
    return float(10 * np.log10(max(power, 1e-12)))


def _dropouts(zeros: npt.NDArray[np.bool_], talking: npt.NDArray[np.bool_]) -> list[int]:
    """Lengths in frames of digital silence that begins and ends within speech.

    A channel that is switched to zeros whenever nobody speaks (silence suppression) shows its zeros outside speech too,
    and those within are taken for the same.
    """
    quiet = zeros[~talking]
    if len(quiet) and quiet.mean() > 0.5:
        return []
    edges = np.flatnonzero(np.diff(np.concatenate([[0], (zeros & talking).astype(np.int8), [0]])))
    starts, ends = edges[::2], edges[1::2]
    return [
        int(end - start)
        for start, end in zip(starts, ends, strict=True)
        if MIN_DROPOUT <= end - start <= MAX_DROPOUT and talking[start - 1 : end + 1].all()
    ]


def _bandwidth(spectrum: Array) -> int:
    """The highest frequency, in Hz to the next 100, that carries more than a trace of the loudest band."""
    if not spectrum.any():
        return 0
    levels = 10 * np.log10(np.maximum(spectrum, 1e-12))
    smooth = np.convolve(levels, np.ones(9) / 9, mode="same")
    carried = np.flatnonzero(smooth > smooth.max() - BAND_DROP_DB)
    return int(round(carried[-1] * RATE / SPECTRUM, -2))


def rate(
    snr_db: Sequence[float | None],
    level_dbfs: Sequence[float | None],
    clipping: float,
    dropouts: int,
    bandwidth_hz: int,
    duration: float,
) -> tuple[str, tuple[str, ...]]:
    """The rating, and a sentence for each thing that is wrong. The worst finding decides."""
    findings: list[tuple[str, str]] = []
    worst_snr = min((value for value in snr_db if value is not None), default=None)
    if worst_snr is not None and worst_snr < 15:
        findings.append(("poor" if worst_snr < 8 else "fair", f"Background noise: {worst_snr:.0f} dB below the voice."))
    worst_level = min((value for value in level_dbfs if value is not None), default=None)
    if worst_level is not None and worst_level < -38:
        findings.append(("poor" if worst_level < -48 else "fair", f"A voice is very quiet ({worst_level:.0f} dBFS)."))
    if clipping > 0.0005:
        findings.append(("poor" if clipping > 0.01 else "fair", f"Overdriven: {clipping:.1%} of the sound is clipped."))
    per_minute = dropouts / max(duration / 60, 0.5)
    if per_minute > 1:
        findings.append(("poor" if per_minute > 6 else "fair", f"The line broke up {dropouts} times."))
    if 0 < bandwidth_hz < 2_500:
        findings.append(("fair", f"Muffled: nothing above {bandwidth_hz} Hz."))
    ratings = {rating for rating, _ in findings}
    overall = "poor" if "poor" in ratings else "fair" if ratings else "good"
    return overall, tuple(reason for _, reason in findings)
