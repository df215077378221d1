"""Sealed files: Tink's AES-GCM-HKDF streaming format, written in one pass and read from any place.

Format: https://developers.google.com/tink/streaming-aead/aes_gcm_hkdf_streaming, with a 256-bit key, HKDF-SHA256 and
a 256-bit derived key (Tink's AES256_GCM_HKDF templates), so that `tink` opens what is sealed here and the other way
round. A file is

    header     1 byte: length of the header (40) | 32 bytes: salt | 7 bytes: prefix of every nonce
    segments   ciphertext and a tag of 16 bytes each; all of `segment_bytes`, the first less the header, the last as
               long as it comes

The key of a file is derived from its data key, its salt and its `place`; so a file that was moved to another place does
not open. A segment's nonce holds its number and whether it is the last one; so a segment that was moved, repeated or
left out does not open either.
"""

import io
import os
import struct
from collections.abc import Iterator
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
SALT_BYTES = 32
PREFIX_BYTES = 7
HEADER_BYTES = 1 + SALT_BYTES + PREFIX_BYTES
TAG_BYTES = 16
# Tink's own templates have 4 KB and 1 MB. A range costs the segments it lies in, and the last one. Measured: 4 KB takes
# three times as long from end to end, 1 MB three times as long to the first byte, and 64 KiB neither.
SEGMENT_BYTES = 64 * 1024
# Segments that are read or written together once a file is read or written from end to end.
SEGMENTS_AT_ONCE = 8
MOST_SEGMENTS = 1 << 32
_NUMBER = struct.Struct(">IB").pack

CHANGED = "This file was changed or damaged after it was stored, so it is not shown. Restore it from a backup."


class SealedFileError(Exception):
    """A sealed file cannot be opened, in a sentence for people. Nothing of it was returned."""

    def __init__(self, message: str = CHANGED) -> None:
        super().__init__(message)


class NotSealedError(SealedFileError):
    """What lies where a sealed file is expected does not begin as one."""


class Source(Protocol):
    """What is read from: a file open for reading bytes."""

    def read(self, size: int = -1, /) -> bytes: ...


class Target(Protocol):
    """What is written to: a file open for writing bytes."""

    def write(self, data: Any, /) -> Any: ...


class SeekableSource(Source, Protocol):
    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def close(self) -> None: ...


class _Cipher:
    """The key of one file and the numbering of its segments."""

    def __init__(self, key: bytes, place: bytes, salt: bytes, prefix: bytes) -> None:
        if len(key) != KEY_BYTES:
            raise ValueError(f"A data key has {KEY_BYTES} bytes.")
        aes = AESGCM(HKDF(SHA256(), KEY_BYTES, salt, place).derive(key))
        self._encrypt, self._decrypt = aes.encrypt_into, aes.decrypt_into
        self._prefix = prefix

    def seal(self, number: int, last: bool, data: memoryview, into: memoryview) -> None:
        self._encrypt(self._prefix + _NUMBER(number, last), data, None, into)

    def open(self, number: int, last: bool, data: memoryview, into: memoryview) -> None:
        try:
            self._decrypt(self._prefix + _NUMBER(number, last), data, None, into)
        except InvalidTag:
            into[:] = bytes(len(into))
            raise SealedFileError from None


def sealed_size(size: int, *, segment_bytes: int = SEGMENT_BYTES) -> int:
    """Bytes that a file of `size` bytes takes once it is sealed."""
    full = segment_bytes - TAG_BYTES
    segments = max(1, -(-(size + HEADER_BYTES) // full))
    return HEADER_BYTES + size + segments * TAG_BYTES


def opened_size(sealed: int, *, segment_bytes: int = SEGMENT_BYTES) -> int:
    """Bytes that a sealed file of `sealed` bytes holds.

    Raises:
        SealedFileError: no sealed file has this size.
    """
    segments = -(-sealed // segment_bytes)
    size = sealed - HEADER_BYTES - segments * TAG_BYTES
    last = sealed - (segments - 1) * segment_bytes
    if size < 0 or last < TAG_BYTES or segments > MOST_SEGMENTS:
        raise SealedFileError
    return size


def seal(source: Source, target: Target, *, key: bytes, place: bytes, segment_bytes: int = SEGMENT_BYTES) -> None:
    """Write all that `source` still holds to `target`, sealed for `place` by the data key `key`.

    Memory is constant: a megabyte and a half at the standard size of segments.
    """
    for piece in sealed_pieces(source, key=key, place=place, segment_bytes=segment_bytes):
        target.write(piece)


def sealed_pieces(
    source: Source, *, key: bytes, place: bytes, segment_bytes: int = SEGMENT_BYTES
) -> Iterator[memoryview]:
    """The sealed file piece by piece. A piece is overwritten once the next one is asked for.

    Raises:
        ValueError: the file is too large for this size of segments (256 TiB at the standard size).
    """
    full = segment_bytes - TAG_BYTES
    if full <= HEADER_BYTES:
        raise ValueError("Segments must have room for a header and a tag.")
    salt, prefix = os.urandom(SALT_BYTES), os.urandom(PREFIX_BYTES)
    cipher = _Cipher(key, place, salt, prefix)
    out = memoryview(bytearray(SEGMENTS_AT_ONCE * segment_bytes))
    out[:HEADER_BYTES] = bytes([HEADER_BYTES]) + salt + prefix
    # Two buffers in turn: whether a segment is the last one shows only when there is nothing to read behind it.
    block, spare = (memoryview(bytearray(SEGMENTS_AT_ONCE * full)) for _ in range(2))
    number, filled, room = 0, HEADER_BYTES, full - HEADER_BYTES
    size = _read_into(source, block[: len(block) - HEADER_BYTES])
    while True:
        following = _read_into(source, spare)
        start = 0
        while True:
            part = block[start : min(size, start + room)]
            start, room = start + len(part), full
            if number >= MOST_SEGMENTS:
                raise ValueError("The file is too large to be sealed.")
            cipher.seal(number, start == size and not following, part, out[filled : filled + len(part) + TAG_BYTES])
            number, filled = number + 1, filled + len(part) + TAG_BYTES
            if start == size:
                break
        yield out[:filled]
        if not following:
            return
        block, spare, size, filled = spare, block, following, 0


def _read_into(source: Source, target: memoryview) -> int:
    """Fill `target` from `source`; return how many bytes, fewer than its length only at the end of the file."""
    # Wrappers around files hand `readinto` through to what they wrap, past their own `read`.
    readinto, done = getattr(source, "readinto", None) if isinstance(source, io.IOBase) else None, 0
    while done < len(target):
        if readinto:
            got = readinto(target[done:]) or 0
        else:
            data = source.read(len(target) - done)
            got = len(data)
            target[done : done + got] = data
        if not got:
            break
        done += got
    return done


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
        self._cipher = _Cipher(key, place, header[1 : 1 + SALT_BYTES], header[1 + SALT_BYTES :])
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
        buffer = bytearray(wanted)
        buffer[: len(held)] = held
        self._fill(memoryview(buffer)[len(held) :])
        return bytes(buffer)

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
        """The next bytes into `target`, which lies within the file; whole segments without a copy in between."""
        done = 0
        while done < len(target):
            if held := self._take(len(target) - done):
                target[done : done + len(held)] = held
                done += len(held)
                continue
            number, into = self._number_here(), target[done:]
            count = self._count_within(number, len(into))
            if count:
                size = self._end_of(number + count - 1) - self._position
                self._open(number, count, into[:size])
                self._position += size
                done += size
            else:
                self._load(number)

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

    def _load(self, number: int) -> None:
        """Hold segment `number`, and more after it the longer the file is read without a jump."""
        self._ahead = min(SEGMENTS_AT_ONCE, self._ahead * 2) if number == self._next else 1
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
        got = _read_into(self._source, self._buffer[:size])
        self._sealed_at = start + got
        if got != size:
            raise SealedFileError
        return self._buffer[:size]
