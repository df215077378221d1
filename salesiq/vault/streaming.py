"""Sealed files: Tink's AES-GCM-HKDF streaming format, sizes, ciphers, and writing in one pass.

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
from itertools import pairwise
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
# Segments that are read or written together once a file is read or written from end to end: more at once are no faster.
# A second thread is not, either. With both cores idle it gained a sixth at most, with one of them busy it lost a fifth.
SEGMENTS_AT_ONCE = 16
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


class Cipher:
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
    cipher = Cipher(key, place, salt, prefix)
    out = memoryview(bytearray(SEGMENTS_AT_ONCE * segment_bytes))
    out[:HEADER_BYTES] = bytes([HEADER_BYTES]) + salt + prefix
    number, filled, room = 0, HEADER_BYTES, SEGMENTS_AT_ONCE * full - HEADER_BYTES
    # One byte more than is sealed at once: only when nothing is left behind a segment is it the last one.
    block = memoryview(bytearray(SEGMENTS_AT_ONCE * full + 1))
    size = read_into(source, block[: room + 1])
    while True:
        data = block[: min(size, room)]
        for start, end in pairwise([0, *range(room % full or full, len(data), full), len(data)]):
            if number >= MOST_SEGMENTS:
                raise ValueError("The file is too large to be sealed.")
            into = out[filled : filled + end - start + TAG_BYTES]
            cipher.seal(number, end == size, data[start:end], into)
            number, filled = number + 1, filled + len(into)
        yield out[:filled]
        if size <= room:
            return
        block[0], filled, room = block[room], 0, SEGMENTS_AT_ONCE * full
        size = 1 + read_into(source, block[1:])


def read_into(source: Source, target: memoryview) -> int:
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
