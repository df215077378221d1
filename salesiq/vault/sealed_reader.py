"""Reading sealed files (`salesiq/vault/streaming.py`) from any place."""

import io
import os
from typing import Any, Protocol

from salesiq.vault.streaming import (
    HEADER_BYTES,
    SALT_BYTES,
    SEGMENT_BYTES,
    SEGMENTS_AT_ONCE,
    TAG_BYTES,
    Cipher,
    NotSealedError,
    SealedFileError,
    Source,
    opened_size,
    read_into,
)


class SeekableSource(Source, Protocol):
    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def close(self) -> None: ...


class SealedReader(io.BufferedIOBase):
    """The plaintext of a sealed file, from any place, in constant memory; closes `source` with itself.

    Opening authenticates the last segment, which carries the mark of the end: a file that was cut, also between two
    segments, or that was made longer does not open, whichever part is wanted. A segment in the middle is authenticated
    when it is read. Bytes are returned only after their segment was authenticated.

    Raises, on opening and on reading:
        NotSealedError: the file does not begin as a sealed one.
        SealedFileError: it was changed, damaged, moved, or sealed by another key.
    """

    def __init__(self, source: SeekableSource, *, key: bytes, place: bytes, segment_bytes: int = SEGMENT_BYTES) -> None:
        self._source = source
        self._segment, self._full = segment_bytes, segment_bytes - TAG_BYTES
        self._sealed = self._sealed_at = source.seek(0, os.SEEK_END)
        self._buffer = memoryview(bytearray(min(segment_bytes, self._sealed)))
        header = bytes(self._fetch(0, min(HEADER_BYTES, self._sealed)))
        if header[:1] != bytes([HEADER_BYTES]):
            raise NotSealedError
        self.size = opened_size(self._sealed, segment_bytes=segment_bytes)
        self._last = -(-self._sealed // segment_bytes) - 1
        self._cipher = Cipher(key, place, header[1 : 1 + SALT_BYTES], header[1 + SALT_BYTES :])
        self._position = 0
        # Plaintext of the segments that were read last: [_begin, _begin + len(_held)), a part of _space.
        self._space = self._held = memoryview(bytearray())
        self._begin, self._next, self._ahead = 0, -1, 1
        self._load(self._last)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        bases = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self.size}
        if whence not in bases or bases[whence] + offset < 0:
            raise ValueError("There is no such place in a file.")
        base = bases[whence]
        self._position = base + offset
        return self._position

    def read(self, size: int | None = -1, /) -> bytes:
        left = max(0, self.size - self._position)
        wanted = left if size is None or size < 0 else min(size, left)
        held = self._take(wanted)
        if len(held) == wanted:
            return bytes(held)
        # Filled in its place: the memory of a BytesIO becomes the bytes that it gives back, without a copy.
        whole = io.BytesIO()
        whole.seek(wanted - 1)
        whole.write(b"\0")
        with whole.getbuffer() as view:
            view[: len(held)] = held
            self._fill(view[len(held) :])
        return whole.getvalue()

    def read1(self, size: int = -1, /) -> bytes:
        return self.read(self._full if size < 0 else size)

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer).cast("B")
        view = view[: max(0, min(len(view), self.size - self._position))]
        try:
            self._fill(view)
        except SealedFileError:
            view[:] = bytes(len(view))
            raise
        return len(view)

    def readinto1(self, buffer: Any, /) -> int:
        return self.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._space = self._held = self._buffer = memoryview(bytearray())
            self._source.close()
        super().close()

    def _take(self, wanted: int) -> memoryview:
        """What is held of the next `wanted` bytes; moves on behind it."""
        start = self._position - self._begin
        if self.closed:
            raise ValueError("The file is closed.")
        if not 0 <= start < len(self._held):
            return memoryview(b"")
        held = self._held[start : start + wanted]
        self._position += len(held)
        return held

    def _fill(self, target: memoryview) -> None:
        """The next bytes into `target`, which lies within the file.

        Where several segments are wanted, whole ones are opened in their place and those at the edges one by one; where
        little is wanted, what follows is held for the next time.
        """
        done, much = 0, len(target) >= 2 * self._full
        while done < len(target):
            if held := self._take(len(target) - done):
                target[done : done + len(held)] = held
                done += len(held)
                continue
            number, into = self._number_here(), target[done:]
            count = self._count_within(number, len(into)) if much else 0
            if count:
                size = self._end_of(number + count - 1) - self._position
                self._open(number, count, into[:size])
                self._position += size
                done += size
            else:
                self._load(number, alone=much)

    def _number_here(self) -> int:
        return (self._position + HEADER_BYTES) // self._full

    def _begin_of(self, number: int) -> int:
        """The place in the content where a segment begins."""
        return max(0, number * self._full - HEADER_BYTES)

    def _end_of(self, number: int) -> int:
        return min(self.size, self._begin_of(number + 1))

    def _count_within(self, number: int, size: int) -> int:
        """How many whole segments from here on fit into `size`; none when we stand in the midst of one."""
        if self._position != self._begin_of(number):
            return 0
        fit = (self._position + size + HEADER_BYTES) // self._full - number
        return max(0, min(fit, SEGMENTS_AT_ONCE, self._last - number))

    def _load(self, number: int, *, alone: bool = True) -> None:
        """Hold segment `number`; unless `alone`, more after it the longer the file is read without a jump."""
        self._ahead = min(SEGMENTS_AT_ONCE, self._ahead * 2) if number == self._next and not alone else 1
        count = min(self._ahead, self._last + 1 - number)
        begin = self._begin_of(number)
        size = self._end_of(number + count - 1) - begin
        if len(self._space) < size:
            self._space = memoryview(bytearray(size))
        self._held = self._space[:0]
        self._open(number, count, self._space[:size])
        self._begin, self._held = begin, self._space[:size]

    def _open(self, number: int, count: int, into: memoryview) -> None:
        """The content of `count` segments from `number` on into `into`, which has just the room."""
        start = number * self._segment or HEADER_BYTES
        sealed = self._fetch(start, min(self._sealed, (number + count) * self._segment) - start)
        taken = done = 0
        for each in range(number, number + count):
            end = min(len(sealed), (each + 1) * self._segment - start)
            size = end - taken - TAG_BYTES
            self._cipher.open(each, each == self._last, sealed[taken:end], into[done : done + size])
            taken, done = end, done + size
        self._next = number + count

    def _fetch(self, start: int, size: int) -> memoryview:
        """Sealed bytes from the source, until the next call; it is an error when there are fewer."""
        if start != self._sealed_at:
            self._source.seek(start)
        if len(self._buffer) < size:
            self._buffer = memoryview(bytearray(size))
        got = read_into(self._source, self._buffer[:size])
        self._sealed_at = start + got
        if got != size:
            raise SealedFileError
        return self._buffer[:size]
