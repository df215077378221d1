"""A ZIP made while it is read: any amount of content, a constant amount of memory, nothing on a disk in between."""

import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.base import File

READ_AT_ONCE = 1 << 18


@dataclass(frozen=True, slots=True)
class Member:
    """One file to go in. `squeeze` is False for what is compressed already, such as sound."""

    name: str
    chunks: Iterable[bytes]
    about: str = ""
    squeeze: bool = True


@dataclass(frozen=True, slots=True)
class Written:
    """One file that went in."""

    name: str
    size: int
    sha256: str
    about: str


class _Sink:
    """Takes what zipfile writes, until it is fetched."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._parts.append(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits."""

    def take(self) -> bytes:
        taken, self._parts = b"".join(self._parts), []
        return taken


def stream_zip(members: Iterable[Member], written: list[Written]) -> Iterator[bytes]:
    """The bytes of the archive. Each member is noted in `written` once it is whole, so that a later one (a manifest)
    can tell of those before it: `members` may be a generator that reads `written`."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", allowZip64=True) as archive:  # type: ignore[call-overload]
        for member in members:
            yield from _write(archive, sink, member, written)
    yield sink.take()


def _write(archive: zipfile.ZipFile, sink: _Sink, member: Member, written: list[Written]) -> Iterator[bytes]:
    info = zipfile.ZipInfo(member.name)
    info.compress_type = zipfile.ZIP_DEFLATED if member.squeeze else zipfile.ZIP_STORED
    info.external_attr = 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with archive.open(info, "w", force_zip64=True) as target:
        for chunk in member.chunks:
            target.write(chunk)
            digest.update(chunk)
            size += len(chunk)
            if ready := sink.take():
                yield ready
    written.append(Written(member.name, size, digest.hexdigest(), member.about))
    yield sink.take()


class StreamedFile(File):  # type: ignore[type-arg]
    """What a storage can save of an iterator of bytes; read once, from its beginning. Counts and hashes what passes."""

    def __init__(self, pieces: Iterator[bytes], name: str) -> None:
        super().__init__(None, name)
        self._pieces = pieces
        self._rest = b""
        self._digest = hashlib.sha256()
        self.passed = 0

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def seekable(self) -> bool:
        return False

    def seek(self, position: int, whence: int = 0) -> int:
        if position or whence or self.passed:
            raise OSError("A stream is read once, from its beginning.")
        return 0

    def read(self, size: int = -1) -> bytes:
        taken, length = [self._rest], len(self._rest)
        while size < 0 or length < size:
            piece = next(self._pieces, None)
            if piece is None:
                break
            taken.append(piece)
            length += len(piece)
        content = b"".join(taken)
        result, self._rest = (content, b"") if size < 0 else (content[:size], content[size:])
        self._digest.update(result)
        self.passed += len(result)
        return result

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while piece := self.read(chunk_size or READ_AT_ONCE):
            yield piece

    def close(self) -> None:
        """Nothing is open."""

    def __bool__(self) -> bool:
        return True

    def __iter__(self) -> Any:
        return self.chunks()
