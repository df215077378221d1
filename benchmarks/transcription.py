"""How fast the speech layer is beside the engine it is built on, and what it needs. Prints ratios, one run.

    .venv/bin/python -m benchmarks.transcription [--audio FOLDER] [--repeats N] [--short] [--no-memory]

Every repeat times all contenders one after the other on the same recordings, so that a busy machine slows all of
them; ratios are medians over repeats.
"""

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
from faster_whisper import BatchedInferencePipeline, WhisperModel

from recordings.language.types import Call, Line
from recordings.language.understanding import understand
from recordings.speech.attribution import attribute
from recordings.speech.decoding import decode
from recordings.speech.diarization import diarize
from recordings.speech.playback import encode_playback, peaks
from recordings.speech.quality import measure_audio
from recordings.speech.sound import RATE, Sound
from recordings.speech.transcriber import available_cpus, load_transcriber
from recordings.speech.vad import find_speech
from recordings.speech.voice_encoder import load_voice_encoder
from recordings.speech.weights import resolve_model

ROOT = Path(__file__).resolve().parent.parent
CALL = "general/aws-demo-call.wav"
BATCH = 8
HOUR = 3_600
WALL, PROCESSOR = 0, 1

Times = dict[str, list[tuple[float, float]]]


def write_wav(path: Path, *channels: np.ndarray) -> Path:
    """A 16-bit WAV of float channels at 16 kHz."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(len(channels))
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((np.stack(channels, axis=1) * 32_767).astype("<i2").tobytes())
    return path


def as_stereo(sound: Sound, path: Path) -> Path:
    """The same speech on two channels: each speaker, as diarization finds them, on one of them."""
    turns = diarize(sound, find_speech(sound)[0], speakers=2).turns
    whole = sound.slice(0, 0, sound.duration)
    channels = np.zeros((2, len(whole)), np.float32)
    for turn in turns:
        part = slice(round(turn.start * RATE), round(turn.end * RATE))
        channels[turn.speaker, part] = whole[part]
    return write_wav(path, *channels)


def seconds(work: Callable[[], Any]) -> tuple[float, float]:
    """Wall-clock and processor seconds of `work`."""
    start, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - start, time.process_time() - processor


def measure(mono: Sound, stereo: Sound, models: Path, repeats: int, scratch: Path) -> Times:
    """Seconds of each contender in each repeat."""
    transcriber = load_transcriber("base", models, batch_size=BATCH)
    bare = WhisperModel(
        str(resolve_model("base", models).path), device="cpu", compute_type="int8", cpu_threads=available_cpus()
    )
    batched = BatchedInferencePipeline(bare)
    samples = mono.slice(0, 0, mono.duration)
    load_voice_encoder()
    speech = find_speech(mono)
    heard = transcriber.transcribe(mono, speech)
    turns = diarize(mono, speech[0]).turns
    contenders: dict[str, Callable[[], Any]] = {
        "ours": lambda: transcriber.transcribe(mono, find_speech(mono)),
        "bare batched": lambda: list(
            batched.transcribe(samples, batch_size=BATCH, beam_size=1, word_timestamps=True)[0]
        ),
        "bare sequential, beam 5": lambda: list(
            bare.transcribe(samples, beam_size=5, word_timestamps=True, vad_filter=True)[0]
        ),
        "ours, stereo": lambda: transcriber.transcribe(stereo, find_speech(stereo)),
        "diarization": lambda: diarize(mono, speech[0]),
        "quality": lambda: measure_audio(mono, speech),
        "attribution": lambda: attribute(heard.segments, turns=turns, channel_count=1),
        "waveform": lambda: peaks(mono),
        "playback": lambda: encode_playback(mono, scratch / "playback.mp3"),
        "second load": lambda: load_transcriber("base", models, batch_size=BATCH),
    } | language_part(heard, turns)
    times: Times = {name: [] for name in contenders}
    contenders["language"]()  # its models are loaded once, as ours are
    for repeat in range(repeats):
        for name, work in contenders.items():
            times[name].append(seconds(work))
        print(f"repeat {repeat + 1} of {repeats} done", file=sys.stderr, flush=True)
    return times


def language_part(heard: Any, turns: Any) -> dict[str, Callable[[], Any]]:
    """The understanding of the words, as a row of its own."""
    spoken = attribute(heard.segments, turns=turns, channel_count=1)
    roles = {"S1": "agent", "S2": "customer"}
    lines = tuple(
        Line(at, roles.get(said.speaker, "unknown"), said.start, said.end, said.text, said.speaker)
        for at, said in enumerate(spoken)
    )
    return {"language": lambda: understand(Call(lines=lines, language=heard.language))}


def ratios(times: Times, clock: int) -> list[tuple[str, float, str]]:
    """Name, median ratio by wall clock or processor time, and what is asked of it."""

    def over(name: str, base: str) -> float:
        return median(a[clock] / b[clock] for a, b in zip(times[name], times[base], strict=True))

    rest = [name for name in ("quality", "attribution", "waveform", "playback", "language") if name in times]
    return [
        ("speed over bare batched", over("bare batched", "ours"), ">= 0.95"),
        ("speed over sequential beam 5", over("bare sequential, beam 5", "ours"), ">= 1.7"),
        ("stereo over the same speech in mono", over("ours, stereo", "ours"), "<= 1.15"),
        ("diarization of transcription", over("diarization", "ours"), "<= 0.25"),
        (f"{', '.join(rest)} of transcription", sum(over(name, "ours") for name in rest), "<= 0.12"),
        ("second load of the model, seconds", median(taken[clock] for taken in times["second load"]), "about 0"),
    ]


def report(times: Times, duration: float) -> None:
    """Print seconds, then ratios by wall clock and, for a machine that is busy with other work, by processor time."""
    for contender, taken in times.items():
        wall, processor = (median(one[clock] for one in taken) for clock in (WALL, PROCESSOR))
        print(f"  {contender:30}{wall:8.2f} s{processor:8.2f} s of processor   real-time factor {wall / duration:.3f}")
    print(f"{'':70}{'wall':>8}{'cpu':>8}")
    for (what, value, asked), (_, processor, _) in zip(ratios(times, WALL), ratios(times, PROCESSOR), strict=True):
        print(f"{what:70}{value:8.3f}{processor:8.3f}   asked {asked}")


def peak_memory(audio: Path, models: Path, scratch: Path) -> tuple[float, float]:
    """Peak resident megabytes and real-time factor of a process that analyses an hour's call, pipeline and all."""
    call = decode(audio, scratch)
    part = call.slice(0, 0, call.duration)
    hour = write_wav(scratch / "hour.wav", np.tile(part, HOUR * RATE // len(part) + 1)[: HOUR * RATE])
    surroundings = os.environ | {"SALESIQ_DATA_DIR": str(scratch / "data"), "SALESIQ_MODELS_DIR": str(models)}
    surroundings.pop("DATABASE_URL", None)
    start = time.perf_counter()
    subprocess.run([sys.executable, "manage.py", "analyze", str(hour)], cwd=ROOT, check=True, env=surroundings)
    taken = time.perf_counter() - start
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, taken / HOUR


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--audio", type=Path, default=ROOT.parent / "shared" / "data" / "audio")
    parser.add_argument("--models", type=Path, default=ROOT / "var" / "models")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--short", action="store_true", help="two repeats on the first 90 seconds")
    parser.add_argument("--no-memory", action="store_true", help="leave the 60-minute call out")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = arguments()
    call = options.audio / CALL
    if not call.is_file():
        sys.exit(f"{call} is not there; name the folder of recordings with --audio.")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        mono = decode(call, scratch)
        if options.short:
            mono = decode(write_wav(scratch / "short.wav", mono.slice(0, 0, 90)), scratch)
        stereo = decode(as_stereo(mono, scratch / "stereo.wav"), scratch)
        times = measure(mono, stereo, options.models, 2 if options.short else options.repeats, scratch)
        print(f"{mono.duration:.0f} s call, {available_cpus()} processors, medians of {len(times['ours'])} repeats")
        report(times, mono.duration)
        if not options.no_memory:
            peak, factor = peak_memory(call, options.models, scratch)
            print(f"{'peak memory on a 60-minute call, MB':70}{peak:8.0f}   asked <= 1300")
            print(f"{'real-time factor of the whole pipeline on it':70}{factor:8.3f}")


if __name__ == "__main__":
    main()
