"""The process that touches foreign bytes: `python -m recordings.speech.decode_worker probe|decode …`.

Codecs are native code fed with files from strangers, so they run here, under limits, and a crash, a hang or a
hunger for memory ends this process and nothing else. Reports are JSON lines on stdout: {"progress": 0..1} any
number of times, then either {"error": code} or the result. Imports stay light: this starts once per call.
"""

import argparse
import json
import resource
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer

RATE = 16_000
BLOCK = 4 * RATE
# Playlists, concatenations and device formats would let a file name other files or addresses to be read.
FORMATS = (
    "wav,w64,mp3,ogg,flac,mov,mp4,m4a,3gp,3g2,matroska,webm,aac,amr,aiff,au,caf,gsm,asf,avi,mpegts,mpeg,flv,"
    "mulaw,alaw,s16le,g722"
)
# Headerless exports of telephone exchanges can only be told by their name; all are 8 kHz mono save G.722.
RAW_SUFFIXES = {
    ".ulaw": "mulaw", ".ul": "mulaw", ".pcmu": "mulaw",
    ".alaw": "alaw", ".al": "alaw", ".pcma": "alaw",
    ".sln": "s16le", ".g722": "g722", ".gsm": "gsm",
}  # fmt: skip
MAGIC = (b"RIFF", b"RF64", b"OggS", b"fLaC", b"ID3", b"\x1a\x45\xdf\xa3", b"#!AMR", b"FORM", b".snd", b"caff")
MAX_BAD_IN_A_ROW = 2_000


class RefusedError(Exception):
    """The file cannot be used; the argument is a code of recordings.speech.errors."""


@dataclass(slots=True)
class Tally:
    """What passes by while samples are written: enough to tell a dead or a duplicated channel afterwards.

    `read` is the share of the file that has been read, 0..1.
    """

    channels: int
    written: int = 0
    read: float = 0.0
    damaged: int = 0
    peak: list[int] = field(default_factory=list)
    energy: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, 2)))

    def add(self, block: npt.NDArray[np.int16]) -> None:
        """Count a block of shape (frames, channels)."""
        values = block.astype(np.float32)
        peaks = np.abs(values).max(axis=0)
        self.peak = [max(a, int(b)) for a, b in zip(self.peak or [0] * self.channels, peaks, strict=True)]
        if self.channels == 2:
            self.energy += (values.T @ values).astype(np.float64)
        self.written += len(block)


def limit_resources(address_space: int, cpu_seconds: int, file_bytes: int) -> None:
    """Bound what this process may take; exceeding CPU or file size kills it, exceeding memory raises."""
    resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_FSIZE, (file_bytes, file_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def report(**fields: object) -> None:
    """One JSON line to the parent."""
    sys.stdout.write(json.dumps(fields) + "\n")
    sys.stdout.flush()


def open_container(path: Path) -> InputContainer:
    """Open by content; a headerless format only when the name says so.

    Raises:
        RefusedError: truncated when the beginning is that of a known format, else not_audio.
    """
    options = {"format_whitelist": FORMATS, "protocol_whitelist": "file"}
    try:
        return av.open(str(path), options=options, metadata_errors="ignore")
    except MemoryError:  # av's own kind is also an FFmpegError
        raise
    except (av.error.FFmpegError, UnicodeError, ValueError):
        raw = RAW_SUFFIXES.get(path.suffix.lower())
        if raw is not None:
            return av.open(str(path), format=raw, options=raw_options(raw))
        head = path.open("rb").read(12)
        known = head.startswith(MAGIC) or head[4:8] == b"ftyp"
        raise RefusedError("truncated" if known else "not_audio") from None


def raw_options(name: str) -> dict[str, str]:
    """Demuxer settings of a headerless format."""
    return {"sample_rate": "8000"} if name in ("mulaw", "alaw", "s16le") else {}


def audio_stream(container: InputContainer) -> AudioStream:
    """The sound track that ffmpeg itself would play.

    Raises:
        RefusedError: no_audio_stream for a film without sound, not_audio for anything else without sound.
    """
    if not container.streams.audio:
        raise RefusedError("no_audio_stream" if container.streams.video else "not_audio")
    stream = container.streams.best("audio")
    if not isinstance(stream, AudioStream):
        return container.streams.audio[0]
    return stream


def describe(container: InputContainer, stream: AudioStream) -> dict[str, object]:
    """The header's claims."""
    codec = stream.codec_context
    duration = container.duration / av.time_base if container.duration and container.duration > 0 else None
    return {
        "container": container.format.name,
        "codec": codec.name,
        "sample_rate": codec.sample_rate or 0,
        "channels": codec.channels or 0,
        "duration": duration,
    }


def frames(container: InputContainer, stream: AudioStream, tally: Tally, size: int) -> Iterator[AudioFrame]:
    """Every frame that can be decoded. Bad packets are counted and skipped; an unreadable rest ends the stream."""
    bad_in_a_row = 0
    packets = container.demux(stream)
    while bad_in_a_row < MAX_BAD_IN_A_ROW:
        try:
            packet = next(packets)
        except StopIteration:
            return
        except MemoryError:
            raise
        except (av.error.FFmpegError, ValueError):
            tally.damaged += 1
            return
        if packet.pos is not None:
            tally.read = min(1.0, packet.pos / size)
        try:
            decoded = packet.decode()
        except (av.error.FFmpegError, ValueError) as error:
            if isinstance(error, av.error.EOFError):
                return
            tally.damaged += 1
            bad_in_a_row += 1
            continue
        bad_in_a_row = 0
        yield from (frame for frame in decoded if isinstance(frame, AudioFrame))


class Converter:
    """Frames of any kind in, interleaved int16 at 16 kHz out; survives a change of format in mid-stream."""

    def __init__(self, channels: int) -> None:
        self.channels = channels
        self._kind: tuple[str, str, int] | None = None
        self._resampler: AudioResampler | None = None

    def convert(self, frame: AudioFrame) -> list[npt.NDArray[np.int16]]:
        """Blocks of shape (n, channels)."""
        frame.pts = None
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        blocks: list[npt.NDArray[np.int16]] = []
        if kind != self._kind or self._resampler is None:
            blocks = self.flush()
            layout = "stereo" if self.channels == 2 else "mono"
            self._resampler = AudioResampler(format="s16", layout=layout, rate=RATE)
            self._kind = kind
        return blocks + self._arrays(self._resampler.resample(frame))

    def flush(self) -> list[npt.NDArray[np.int16]]:
        """What the resampler still holds."""
        return self._arrays(self._resampler.resample(None)) if self._resampler is not None else []

    def _arrays(self, resampled: list[AudioFrame]) -> list[npt.NDArray[np.int16]]:
        return [frame.to_ndarray().astype(np.int16, copy=False).reshape(-1, self.channels) for frame in resampled]


def write_samples(blocks: Iterator[npt.NDArray[np.int16]], out: BinaryIO, tally: Tally, max_samples: int) -> None:
    """Gather blocks and write them, so that bookkeeping is paid per 4 seconds and not per packet.

    Progress is reported as often, also where it cannot be told: it is the sign of life the parent waits for.

    Raises:
        RefusedError: too_long as soon as more than `max_samples` per channel have been seen.
    """
    held: list[npt.NDArray[np.int16]] = []
    waiting = 0

    def drain() -> None:
        block = np.concatenate(held)
        tally.add(block)
        out.write(block.tobytes())
        held.clear()
        report(progress=round(tally.read, 2))

    for block in blocks:
        held.append(block)
        waiting += len(block)
        if tally.written + waiting > max_samples:
            raise RefusedError("too_long")
        if waiting >= BLOCK:
            drain()
            waiting = 0
    if waiting:
        drain()


def converted(
    container: InputContainer, stream: AudioStream, tally: Tally, size: int
) -> Iterator[npt.NDArray[np.int16]]:
    """The stream as int16 blocks; the first frame decides between one and two channels (more are mixed to one)."""
    converter: Converter | None = None
    for frame in frames(container, stream, tally, size):
        if converter is None:
            tally.channels = 2 if frame.layout.nb_channels == 2 else 1
            converter = Converter(tally.channels)
        try:
            yield from converter.convert(frame)
        except (av.error.FFmpegError, ValueError):
            tally.damaged += 1
    if converter is not None:
        yield from converter.flush()


def decode(source: Path, target: Path, max_seconds: float) -> None:
    """Write the samples of `source` to `target` and report what was seen.

    Raises:
        RefusedError: with the code that says why there is no sound to work with.
    """
    with open_container(source) as container, target.open("wb") as out:
        stream = audio_stream(container)
        probe = describe(container, stream)
        tally = Tally(channels=1)
        size = max(1, source.stat().st_size)
        write_samples(converted(container, stream, tally, size), out, tally, int(max_seconds * RATE))
    if not tally.written:
        raise RefusedError("truncated" if tally.damaged else "no_samples")
    report(
        probe=probe, channels=tally.channels, samples=tally.written, damaged=tally.damaged, peak=tally.peak,
        energy=tally.energy.tolist(),
    )  # fmt: skip


def main() -> int:
    """Command line of the worker."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("action", choices=("probe", "decode"))
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path, nargs="?")
    parser.add_argument("--max-seconds", type=float, default=60.0)
    parser.add_argument("--address-space", type=int, default=2 << 30)
    parser.add_argument("--cpu-seconds", type=int, default=600)
    options = parser.parse_args()
    file_bytes = int((options.max_seconds + 60) * RATE * 4)
    limit_resources(options.address_space, options.cpu_seconds, file_bytes)
    av.logging.set_level(None)
    try:
        if options.action == "probe":
            with open_container(options.source) as container:
                report(probe=describe(container, audio_stream(container)))
        else:
            decode(options.source, options.target, options.max_seconds)
    except RefusedError as refusal:
        report(error=str(refusal))
    except MemoryError:
        report(error="too_large")
    except Exception as error:  # whatever a codec does, the parent gets a code
        report(error="decode_failed", detail=repr(error))
    return 0


if __name__ == "__main__":
    sys.exit(main())
