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
# Tink's own templates have 4 KB and 1 MB. A seek costs one segment and the last one besides: measured, 64 KiB opens in
# the time it takes to read it from disk, and larger segments are no faster from end to end.
SEGMENT_BYTES = 64 * 1024
# Segments that are read or written together once a file is read or written from end to end.
SEGMENTS_AT_ONCE = 16
MOST_SEGMENTS = 1 << 32

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
        self._aes = AESGCM(HKDF(SHA256(), KEY_BYTES, salt, place).derive(key))
        self._prefix = prefix

    def _nonce(self, number: int, last: bool) -> bytes:
        return self._prefix + struct.pack(">IB", number, last)

    def seal(self, number: int, last: bool, data: memoryview, into: memoryview) -> None:
        self._aes.encrypt_into(self._nonce(number, last), data, None, into)

    def open(self, number: int, last: bool, data: memoryview, into: memoryview) -> None:
        try:
            self._aes.decrypt_into(self._nonce(number, last), data, None, into)
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

    Memory is constant: two megabytes at the standard size of segments.
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
    number, filled, room = 0, HEADER_BYTES, full - HEADER_BYTES
    block = _read_all(source, SEGMENTS_AT_ONCE * full - HEADER_BYTES)
    while True:
        following = _read_all(source, SEGMENTS_AT_ONCE * full)
        data, start = memoryview(block), 0
        while True:
            part = data[start : start + room]
            start, room = start + len(part), full
            ended = start == len(data)
            if number >= MOST_SEGMENTS:
                raise ValueError("The file is too large to be sealed.")
            cipher.seal(number, ended and not following, part, out[filled : filled + len(part) + TAG_BYTES])
            number, filled = number + 1, filled + len(part) + TAG_BYTES
            if ended:
                break
        yield out[:filled]
        if not following:
            return
        block, filled = following, 0


def _read_all(source: Source, size: int) -> bytes:
    """`size` bytes, fewer only at the end of the file."""
    first = source.read(size)
    if len(first) in (0, size):
        return first
    pieces, left = [first], size - len(first)
    while left and (piece := source.read(left)):
        pieces.append(piece)
        left -= len(piece)
    return b"".join(pieces)


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
        self._sealed = source.seek(0, os.SEEK_END)
        self._sealed_at = self._sealed
        header = self._fetch(0, min(HEADER_BYTES, self._sealed))
        if header[:1] != bytes([HEADER_BYTES]):
            raise NotSealedError
        self.size = opened_size(self._sealed, segment_bytes=segment_bytes)
        self._last = -(-self._sealed // segment_bytes) - 1
        salt, prefix = bytes(header[1 : 1 + SALT_BYTES]), bytes(header[1 + SALT_BYTES :])
        self._cipher = _Cipher(key, place, salt, prefix)
        self._position = 0
        # Plaintext of the segments that were read last: [_begin, _begin + len(_held)).
        self._held, self._begin = memoryview(b""), 0
        self._next, self._ahead = -1, 1
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
        self._fill(view)
        return len(view)

    def readinto1(self, buffer: Any, /) -> int:
        return self.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._held = memoryview(b"")
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
        """The next bytes into `target`, which lies within the file."""
        done = 0
        while done < len(target):
            if held := self._take(len(target) - done):
                target[done : done + len(held)] = held
                done += len(held)
            else:
                self._load((self._position + HEADER_BYTES) // self._full)

    def _load(self, number: int) -> None:
        """Hold segment `number`, and more after it the longer the file is read without a jump."""
        self._ahead = min(SEGMENTS_AT_ONCE, self._ahead * 2) if number == self._next else 1
        count = min(self._ahead, self._last + 1 - number)
        start = number * self._segment or HEADER_BYTES
        sealed = self._fetch(start, min(self._sealed, (number + count) * self._segment) - start)
        opened = memoryview(bytearray(len(sealed) - count * TAG_BYTES))
        done = taken = 0
        for each in range(number, number + count):
            size = min(self._segment - (0 if each else HEADER_BYTES), len(sealed) - taken)
            into = opened[done : done + size - TAG_BYTES]
            self._cipher.open(each, each == self._last, sealed[taken : taken + size], into)
            done, taken = done + len(into), taken + size
        self._begin = max(0, number * self._full - HEADER_BYTES)
        self._held, self._next = opened, number + count

    def _fetch(self, start: int, size: int) -> memoryview:
        """Sealed bytes from the source; it is an error when there are fewer."""
        if start != self._sealed_at:
            self._source.seek(start)
        data = _read_all(self._source, size)
        self._sealed_at = start + len(data)
        if len(data) != size:
            raise SealedFileError
        return memoryview(data)
