"""Files to samples, through a process of its own so that no codec can take the worker down."""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol
from uuid import uuid4

from recordings.speech.errors import SENTENCES, SoundError, describe_duration, sound_error
from recordings.speech.sound import Sound, open_sound
from recordings.speech.types import Probe

MAX_SECONDS = 4 * 3600.0
STALL_SECONDS = 60.0
PROBE_SECONDS = 20.0
ADDRESS_SPACE = 2 << 30
ROOT = Path(__file__).resolve().parents[2]

# Coded silence of a µ-law line idles at ±8 of 32768 and dither at ±2; a whisper peaks far above 32 (-60 dBFS).
DEAD_PEAK = 32
# Squared correlation above which two channels carry one and the same voice (at most -23 dB of difference, which
# lossy joint stereo leaves behind); two people on two channels stay far below.
SAME_VOICE = 0.995


class Progress(Protocol):
    """Told how much is done, 0..1."""

    def __call__(self, fraction: float, /) -> None: ...


def probe(path: Path) -> Probe:
    """What the header of the file at `path` claims.

    Raises:
        SoundError: empty_file, not_audio, no_audio_stream, truncated, decode_failed, unreadable.
    """
    _check_readable(path)
    result = run_worker(["probe", str(path.resolve())], limit=PROBE_SECONDS)
    return Probe(**result["probe"])


def decode(
    path: Path,
    scratch_dir: Path,
    *,
    max_seconds: float = MAX_SECONDS,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Sound:
    """Decode the recording at `path` to 16 kHz int16 in a new file under `scratch_dir`.

    A second channel that repeats the first, or that is silent throughout, is left out of the Sound. Damaged packets
    are skipped and counted. `cancel` is asked a few times a second. The caller removes `scratch_dir` when done.

    Raises:
        SoundError: any code of the errors module; nothing else, and no file is left behind.
    """
    _check_readable(path)
    scratch_dir.mkdir(parents=True, exist_ok=True)
    target = scratch_dir / f"{uuid4().hex}.s16"
    arguments = ["decode", str(path.resolve()), str(target.resolve()), f"--max-seconds={max_seconds}"]
    try:
        result = run_worker(arguments, limit=STALL_SECONDS, progress=progress, cancel=cancel, max_seconds=max_seconds)
        keep = _voices(result["channels"], result["peak"], result["energy"])
        return open_sound(
            target, channels=result["channels"], keep=keep, probe=Probe(**result["probe"]), damaged=result["damaged"]
        )
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _check_readable(path: Path) -> None:
    try:
        size = path.stat().st_size
    except OSError as error:
        raise sound_error("unreadable") from error
    if size == 0:
        raise sound_error("empty_file")


def _voices(channels: int, peak: list[int], energy: list[list[float]]) -> tuple[int, ...]:
    """The channels that carry a voice of their own, in order."""
    alive = tuple(channel for channel in range(channels) if peak[channel] > DEAD_PEAK)
    if not alive:
        raise sound_error("silent")
    if len(alive) == 2:
        (left, both), (_, right) = energy
        if both * both > SAME_VOICE * left * right:
            return (0,) if left >= right else (1,)
    return alive


def run_worker(
    arguments: list[str],
    *,
    module: str = "recordings.speech.decode_worker",
    limit: float = STALL_SECONDS,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
    max_seconds: float = 60.0,
) -> dict[str, Any]:
    """Run a worker module to its end and return its last report; `limit` is seconds without any report.

    Raises:
        SoundError: the worker said why, or ended without a word.
    """
    # The slowest codec decodes 40 seconds of sound in one second of an old processor.
    cpu_seconds = int(limit + max_seconds / 40)
    command = [
        sys.executable, "-P", "-m", module, *arguments,
        f"--address-space={ADDRESS_SPACE}", f"--cpu-seconds={cpu_seconds}",
    ]  # fmt: skip
    # One BLAS thread: each would reserve its own piece of the limited address space.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(  # noqa: S603 - our own module, no shell
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        try:
            last = _follow(process, limit=limit, progress=progress, cancel=cancel)
        finally:
            process.kill()
    if "error" in last:
        code = last["error"] if last["error"] in SENTENCES else "decode_failed"
        raise sound_error(code, limit=describe_duration(max_seconds))
    if "probe" not in last:  # killed by a signal or by its limits before it could say why
        raise sound_error("decode_failed")
    return last


def _follow(
    process: "subprocess.Popen[bytes]",
    *,
    limit: float,
    progress: Progress | None,
    cancel: Callable[[], bool] | None,
) -> dict[str, Any]:
    """The last report of a worker, read as it comes; SoundError when it falls silent or is cancelled."""
    assert process.stdout is not None
    last: dict[str, Any] = {}
    told = 0.0
    buffer = b""
    deadline = time.monotonic() + limit
    with selectors.DefaultSelector() as selector:
        selector.register(process.stdout, selectors.EVENT_READ)
        while True:
            if cancel is not None and cancel():
                raise sound_error("cancelled")
            if time.monotonic() > deadline:
                raise sound_error("decode_failed")
            if not selector.select(timeout=0.2):
                continue
            chunk = os.read(process.stdout.fileno(), 65_536)
            if not chunk:
                return last
            deadline = time.monotonic() + limit
            *lines, buffer = (buffer + chunk).split(b"\n")
            for line in lines:
                last = _parse(line)
                if progress is not None and last.get("progress", 0.0) > told:
                    told = last["progress"]
                    progress(told)


def _parse(line: bytes) -> dict[str, Any]:
    try:
        report = json.loads(line)
    except ValueError as error:
        raise sound_error("decode_failed") from error
    if not isinstance(report, dict):
        raise SoundError("decode_failed", SENTENCES["decode_failed"])
    return report
