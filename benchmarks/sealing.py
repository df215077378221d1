"""How fast whole files are sealed and opened, beside tink-py: `python -m benchmarks.sealing`.

Wall-clock time of one file, the quickest of several rounds in which both libraries take turns. It comes from a file in
the page cache or from memory and goes nowhere, in pieces of 64 KiB and of 1 MiB, opened by `read` and by `readinto`:
each library is shown at its best. Ours has segments of 64 KiB throughout, tink-py's each of three sizes.
"""

import io
import os
import secrets
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from salesiq.vault.sealed_reader import SealedReader
from salesiq.vault.streaming import SEGMENT_BYTES, seal
from tests.vault.tinkering import tink_primitive, tink_seal

# An hour of stereo WAV at 8 kHz and 16 bit, as it may come in.
FILE_BYTES = 3600 * 32_000
PIECES = (1 << 16, 1 << 20)
PLACE = b"benchmark"
ROUNDS = 15

Opener = Callable[[], Any]
Work = Callable[[], None]
# What is done, our ways of doing it, and theirs.
Contest = tuple[str, list[Work], list[Work]]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print_throughput(Path(folder))


def print_throughput(folder: Path) -> None:
    """Needs room for two files of 115 MB in `folder`."""
    key, content = secrets.token_bytes(32), secrets.token_bytes(FILE_BYTES)
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
    print(f"Throughput of a file of {FILE_BYTES / 1e6:.0f} MB, wall-clock; {cores} cores, load {load:.1f} at the start")
    for segment_bytes in (SEGMENT_BYTES, 4096, 1 << 20):
        template = "our size" if segment_bytes == SEGMENT_BYTES else "a template of theirs"
        print(f"  against tink-py with segments of {segment_bytes // 1024} KiB ({template})")
        for name, ours, theirs in _contests(folder, key, content, segment_bytes):
            fast, slow = (FILE_BYTES / seconds / 1e6 for seconds in _fastest(ours, theirs))
            print(f"    {name}: {fast:5.0f} MB/s, tink-py {slow:5.0f} MB/s: {fast / slow:.2f} x (asked: 2)")


def _contests(folder: Path, key: bytes, content: bytes, segment_bytes: int) -> Iterator[Contest]:
    tink, sealed = tink_primitive(key, segment_bytes), io.BytesIO()
    seal(io.BytesIO(content), sealed, key=key, place=PLACE)
    plain, ours, theirs = (
        _Stored(folder / name, data)
        for name, data in (
            ("plain", content),
            ("ours", sealed.getvalue()),
            ("theirs", tink_seal(content, key, PLACE, segment_bytes)),
        )
    )
    for where in ("file", "memory"):
        yield (
            f"seal, from {where:6}",
            [partial(_seal, plain.opener(where), key)],
            [partial(_tink_seal, plain.pieces(where, size), tink) for size in PIECES],
        )
        yield (
            f"open, from {where:6}",
            _readings(partial(_our_reader, ours.opener(where), key)),
            _readings(partial(_tink_reader, theirs.opener(where), tink)),
        )


def _readings(opener: Opener) -> list[Work]:
    return [partial(way, opener, size) for way in (_read, _read_into) for size in PIECES]


@dataclass
class _Stored:
    """The same bytes in a file and in memory."""

    path: Path
    data: bytes

    def __post_init__(self) -> None:
        self.path.write_bytes(self.data)

    def opener(self, where: str) -> Opener:
        return partial(self.path.open, "rb", buffering=0) if where == "file" else partial(io.BytesIO, self.data)

    def pieces(self, where: str, size: int) -> Callable[[], Iterator[bytes]]:
        """Pieces of `size` bytes; those from memory are cut beforehand, so that no copy of them is timed."""
        if where == "memory":
            cut = [self.data[at : at + size] for at in range(0, len(self.data), size)]
            return lambda: iter(cut)
        return partial(_read_pieces, self.opener(where), size)


def _read_pieces(opener: Opener, size: int) -> Iterator[bytes]:
    with opener() as source:
        while piece := source.read(size):
            yield piece


def _nowhere() -> Any:
    return Path(os.devnull).open("wb", buffering=0)


def _seal(opener: Opener, key: bytes) -> None:
    with opener() as source, _nowhere() as target:
        seal(source, target, key=key, place=PLACE)


def _our_reader(opener: Opener, key: bytes) -> Any:
    return SealedReader(opener(), key=key, place=PLACE)


def _tink_reader(opener: Opener, tink: Any) -> Any:
    return tink.new_decrypting_stream(opener(), PLACE)


def _read(opener: Opener, size: int) -> None:
    with opener() as source, _nowhere() as target:
        while piece := source.read(size):
            target.write(piece)


def _read_into(opener: Opener, size: int) -> None:
    buffer = memoryview(bytearray(size))
    with opener() as source, _nowhere() as target:
        while count := source.readinto(buffer):
            target.write(buffer[:count])


def _tink_seal(pieces: Callable[[], Iterator[bytes]], tink: Any) -> None:
    with tink.new_encrypting_stream(_nowhere(), PLACE) as target:
        for piece in pieces():
            target.write(piece)


def _fastest(*sides: list[Work]) -> list[float]:
    """Seconds of the quickest round of each side's quickest way."""
    best = [[float("inf")] for _ in sides]
    for _ in range(ROUNDS):
        for side, times in zip(sides, best, strict=True):
            for work in side:
                began = time.perf_counter()
                work()
                times.append(time.perf_counter() - began)
    return [min(times) for times in best]


if __name__ == "__main__":
    main()
