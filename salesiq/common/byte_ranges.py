"""Parts of files over HTTP (RFC 9110, section 14): which bytes are asked for, and sending them piece by piece."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from typing import Any, Self

from django.core.files.base import File
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest

CHUNK_BYTES = 64 * 1024
RANGE = re.compile(r"bytes=\s*([0-9]{0,18})-([0-9]{0,18})\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Bytes `start` to `stop` (exclusive) of a file."""

    start: int
    stop: int

    @property
    def length(self) -> int:
        return self.stop - self.start


class UnsatisfiableRange(Exception):  # noqa: N818 - the RFC's word
    """The range asked for lies beyond the end of the file."""


def parse_range(header: str, size: int) -> ByteRange | None:
    """One `bytes=` range over a file of `size` bytes; None when there is none, several, or the header is malformed.

    Raises:
        UnsatisfiableRange: it is well-formed, and holds no byte of the file.
    """
    match = RANGE.fullmatch(header)
    if not match or match[1] == match[2] == "":
        return None
    first, last = match[1], match[2]
    if first == "":
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            return None
    if start >= stop:
        raise UnsatisfiableRange
    return ByteRange(start, stop)


class _Body:
    """The bytes of one range, read on demand; Django calls `close` when the answer ends or the client goes away.

    The first piece is read at once: where it cannot be, there is still time for an answer that says so.
    """

    def __init__(self, file: File[bytes], part: ByteRange) -> None:
        self._file, self._left = file, part.length
        file.seek(part.start)
        self._first: bytes | None = self._fetch()

    def _read(self) -> bytes:
        chunk, self._first = self._first, None
        return self._fetch() if chunk is None else chunk

    def _fetch(self) -> bytes:
        chunk: bytes = self._file.read(min(CHUNK_BYTES, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._file.close()


class _SyncBody(_Body):
    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        if chunk := self._read():
            return chunk
        raise StopIteration


class _AsyncBody(_Body):
    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        if chunk := await asyncio.to_thread(self._read):
            return chunk
        raise StopAsyncIteration


def stream_range(request: HttpRequest, file: File[bytes], part: ByteRange) -> Any:
    """Under ASGI Django gathers a synchronous body in memory before it sends it, so it gets an asynchronous one."""
    return (_AsyncBody if isinstance(request, ASGIRequest) else _SyncBody)(file, part)
