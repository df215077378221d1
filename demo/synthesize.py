"""Make the demo's sound again from the scripts in demo/calls (run by hand; see demo/README.md).

Needs the commands `flite` and `pico2wave`, and the product's own Python environment (numpy, PyAV).
The same scripts and engine versions give the same sound: every random choice is seeded by the call's id.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import subprocess
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from numpy.typing import NDArray

Sound = NDArray[np.float32]  # mono, -1..1

DEMO = Path(__file__).resolve().parent
RATE = 16_000  # both engines speak at 16 kHz
TELEPHONE_RATE = 8_000
SPEECH_DBFS = -20.0
ROOM_TONE_DBFS = -62.0
BAD_LINE_SNR_DB = 10.0
BAD_LINE_DROPOUTS = 5
CAR_SLOPE = 1.3  # a cabin's rumble loses some 8 dB per octave
BAD_LINE_GAIN = 5.0  # enough to clip the loud vowels


@dataclass(frozen=True)
class Voice:
    """How one person speaks: an engine, its voice, and how far the voice is moved from the original.

    `pitch` below 1 lowers pitch and formants together (a longer vocal tract: another person, not the same
    one speaking low), which also slows speech down; `pace` above 1 speaks faster.
    """

    engine: str
    name: str
    pitch: float = 1.0
    pace: float = 1.0


VOICES = {
    "rms": Voice("flite", "rms", pace=1.08),
    "slt": Voice("flite", "slt"),
    "awb": Voice("flite", "awb"),
    "pico-gb": Voice("pico", "en-GB"),
    "pico-us": Voice("pico", "en-US"),
    "pico-us-low": Voice("pico", "en-US", pitch=0.80, pace=1.25),
    "pico-es": Voice("pico", "es-ES"),
    "pico-es-low": Voice("pico", "es-ES", pitch=0.79, pace=1.27),
    "pico-es-mid": Voice("pico", "es-ES", pitch=0.84, pace=1.22),
}


@dataclass(frozen=True)
class Line:
    """One turn. `gap` is the seconds of silence before it (negative: it starts over the turn before)."""

    role: str
    text: str
    gap: float | None = None
    tone_after: bool = False


@dataclass(frozen=True)
class Call:
    """What of a call's script decides its sound."""

    id: str
    file: Path
    language: str
    channels: int
    agent_channel: int
    line_quality: str
    voices: dict[str, Voice]
    lines: tuple[Line, ...]


def read_call(path: Path) -> Call:
    """Read one script. Raises KeyError for a missing key or an unknown voice, TypeError for a stray key."""
    script: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    return Call(
        id=script["id"],
        file=DEMO / script["file"],
        language=script["language"],
        channels=script["channels"],
        agent_channel=script.get("agent_channel", 0),
        line_quality=script.get("line_quality", "clean"),
        voices={role: VOICES[name] for role, name in script["voices"].items()},
        lines=tuple(Line(**line) for line in script["lines"]),
    )


def resample(sound: Sound, rate: int, to_rate: int) -> Sound:
    """The same sound at another rate (Hz)."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=to_rate)
    frame = av.AudioFrame.from_ndarray(sound.reshape(1, -1), format="flt", layout="mono")
    frame.sample_rate = rate
    frames = resampler.resample(frame) + resampler.resample(None)
    return np.concatenate([part.to_ndarray().reshape(-1) for part in frames]).astype(np.float32)


def read_wav(path: Path) -> Sound:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE)
        frames = [part for frame in container.decode(audio=0) for part in resampler.resample(frame)]
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32)


def speak(voice: Voice, text: str, folder: Path) -> Sound:
    """`text` in `voice` at 16 kHz, without the engine's silence around it, at SPEECH_DBFS."""
    path = folder / "line.wav"
    if voice.engine == "flite":
        stretch = f"duration_stretch={1 / voice.pace:.3f}"
        command = ["flite", "-voice", voice.name, "--setf", stretch, "-t", text, str(path)]
    else:
        marked = f"<speed level='{voice.pace * 100:.0f}'>{text}</speed>"
        command = ["pico2wave", f"--lang={voice.name}", f"--wave={path}", marked]
    subprocess.run(command, check=True)
    sound = read_wav(path)
    if voice.pitch != 1.0:
        sound = resample(sound, round(RATE * voice.pitch), RATE)
    heard = np.flatnonzero(np.abs(sound) > 0.01)
    return at_level(sound[heard[0] : heard[-1] + RATE // 20], SPEECH_DBFS)


def at_level(sound: Sound, dbfs: float) -> Sound:
    """Scale to a root mean square of `dbfs` decibels below full scale."""
    rms = math.sqrt(float(np.mean(np.square(sound, dtype=np.float64))))
    return (sound * (10 ** (dbfs / 20) / rms)).astype(np.float32)


def answering_tone() -> Sound:
    """The beep of an answering machine: 0.6 s of 1 kHz after a breath, with soft edges."""
    time = np.arange(int(0.6 * RATE)) / RATE
    edge = np.minimum(1.0, np.minimum(time, time[::-1]) / 0.02)
    beep = at_level((np.sin(2 * np.pi * 1000 * time) * edge).astype(np.float32), SPEECH_DBFS)
    return np.concatenate([np.zeros(int(0.4 * RATE), np.float32), beep])


def lay_out(call: Call) -> dict[str, Sound]:
    """Each role's track, equally long: the turns in their places, silence elsewhere."""
    chance = random.Random(call.id)
    placed: list[tuple[str, int, Sound]] = []
    at = RATE // 2
    with tempfile.TemporaryDirectory() as folder:
        for line in call.lines:
            sound = speak(call.voices[line.role], line.text, Path(folder))
            if line.tone_after:
                sound = np.concatenate([sound, answering_tone()])
            gap = chance.uniform(0.3, 0.9) if line.gap is None else line.gap
            start = at + round(gap * RATE) if placed else at
            placed.append((line.role, start, sound))
            at = start + len(sound)
    length = at + RATE
    tracks = {role: np.zeros(length, np.float32) for role in call.voices}
    for role, start, sound in placed:
        tracks[role][start : start + len(sound)] += sound
    return tracks


def noise(length: int, rate: int, slope: float, dbfs: float, chance: np.random.Generator) -> Sound:
    """Noise at `dbfs` whose amplitude falls as frequency ** -slope above 60 Hz (0.5 is pink, 1 is red)."""
    spectrum = np.fft.rfft(chance.standard_normal(length))
    spectrum /= np.maximum(np.fft.rfftfreq(length, 1 / rate), 60.0) ** slope
    return at_level(np.fft.irfft(spectrum, length).astype(np.float32), dbfs)


def mix(call: Call, tracks: dict[str, Sound], chance: np.random.Generator) -> NDArray[np.float32]:
    """Shape (channels, samples): one person per channel in stereo, everybody together in mono."""
    agent, customer = tracks["agent"], tracks["customer"]
    if call.channels == 1:
        channels = [agent + customer]
    else:
        channels = [agent, customer] if call.agent_channel == 0 else [customer, agent]
    # Rooms hiss: without it the pauses would be digital silence, which no real recording has.
    return np.stack([channel + noise(len(channel), RATE, 0.5, ROOM_TONE_DBFS, chance) for channel in channels])


def over_telephone(sound: Sound) -> Sound:
    """A telephone's 300-3400 Hz at 8 kHz, with the sloping edges (Butterworth) that real lines have."""
    spectrum = np.fft.rfft(sound)
    frequency = np.maximum(np.fft.rfftfreq(len(sound), 1 / RATE), 1.0)
    spectrum /= np.sqrt((1 + (300 / frequency) ** 4) * (1 + (frequency / 3400) ** 16))
    return resample(np.fft.irfft(spectrum, len(sound)).astype(np.float32), RATE, TELEPHONE_RATE)


def spoil(sound: Sound, chance: np.random.Generator) -> Sound:
    """A call from a moving car: rumble 10 dB under the speech, short dropouts, a microphone that clips."""
    rumble = noise(len(sound), TELEPHONE_RATE, CAR_SLOPE, SPEECH_DBFS - BAD_LINE_SNR_DB, chance)
    noisy = sound + rumble
    for start in chance.integers(0, len(noisy) - TELEPHONE_RATE, size=BAD_LINE_DROPOUTS):
        noisy[start : start + int(TELEPHONE_RATE * chance.uniform(0.2, 0.28))] = 0
    clipped: Sound = np.clip(noisy * BAD_LINE_GAIN, -1.0, 1.0).astype(np.float32)
    return clipped


# Suffix -> codec, its sample format, bits per second in mono (None: fixed by the codec).
CODECS = {
    ".ogg": ("libopus", "flt", 16_000),
    ".mp3": ("libmp3lame", "fltp", 24_000),
    ".wav": ("pcm_mulaw", "s16", None),
}


def write(path: Path, sound: NDArray[np.float32], rate: int) -> None:
    """Write (channels, samples) in the format the file's suffix asks for: Opus, MP3 or mu-law WAV."""
    codec, sample_format, mono_bit_rate = CODECS[path.suffix]
    layout = "mono" if len(sound) == 1 else "stereo"
    interleaved = np.ascontiguousarray(sound.T.reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(interleaved, format="flt", layout=layout)
    frame.sample_rate = rate
    path.parent.mkdir(exist_ok=True)
    with av.open(str(path), "w", options={"fflags": "+bitexact"}) as container:  # no random stream number
        stream = container.add_stream(codec, rate=rate, layout=layout, format=sample_format)
        assert isinstance(stream, AudioStream)
        if mono_bit_rate:
            stream.bit_rate = mono_bit_rate * (1 + len(sound)) // 2  # one person speaks at a time
        for packet in stream.encode(frame):
            container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


def synthesize(call: Call) -> float:
    """Write the call's sound file; returns its length in seconds."""
    chance = np.random.default_rng(list(call.id.encode()))
    sound, rate = mix(call, lay_out(call), chance), RATE
    if call.line_quality != "clean":
        sound, rate = np.stack([over_telephone(channel) for channel in sound]), TELEPHONE_RATE
    if call.line_quality == "bad":
        sound = np.stack([spoil(channel, chance) for channel in sound])
    write(call.file, sound, rate)
    return float(sound.shape[1]) / rate


def write_references(calls: list[Call]) -> None:
    """demo/references.json: the words of each sound file, for `manage.py evaluate_speech`."""
    references = [
        {
            "file": str(call.file.relative_to(DEMO)),
            "language": call.language,
            "text": " ".join(line.text for line in call.lines),
        }
        for call in calls
    ]
    text = json.dumps(references, ensure_ascii=False, indent=1)
    (DEMO / "references.json").write_text(text + "\n", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("ids", nargs="*", help="call ids to make again (default: all)")
    wanted = set(parser.parse_args().ids)
    calls = [read_call(path) for path in sorted((DEMO / "calls").glob("*.toml"))]
    if unknown := wanted - {call.id for call in calls}:
        parser.error(f"no script in demo/calls has the id {', '.join(sorted(unknown))}")
    for call in calls:
        if not wanted or call.id in wanted:
            seconds = synthesize(call)
            print(f"{call.file.name:40} {seconds:6.1f} s {call.file.stat().st_size / 1024:6.0f} KiB")
    write_references(calls)


if __name__ == "__main__":
    main()
