"""The streaming format: the same as Tink's, the same as a plain file to its reader, and closed to what was changed."""

import io
import os
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesiq.vault.sealed_reader import SealedReader
from salesiq.vault.streaming import (
    HEADER_BYTES,
    SEGMENT_BYTES,
    SEGMENTS_AT_ONCE,
    TAG_BYTES,
    NotSealedError,
    SealedFileError,
    opened_size,
    seal,
    sealed_size,
)
from tests.vault.tinkering import tink_open, tink_seal

KEY = bytes(range(32))
PLACE = b"recordings/client/recording/original.wav"


def sealed(content: bytes, *, key: bytes = KEY, place: bytes = PLACE, segment_bytes: int = SEGMENT_BYTES) -> bytes:
    target = io.BytesIO()
    seal(io.BytesIO(content), target, key=key, place=place, segment_bytes=segment_bytes)
    return target.getvalue()


def reader(content: bytes, *, key: bytes = KEY, place: bytes = PLACE, segment_bytes: int = SEGMENT_BYTES):
    return SealedReader(io.BytesIO(content), key=key, place=place, segment_bytes=segment_bytes)


def sizes_around_borders(segment_bytes: int) -> list[int]:
    """Plaintext sizes at and beside each border of the first segments, and of what is sealed at one go."""
    full = segment_bytes - TAG_BYTES
    borders = [count * full - HEADER_BYTES for count in (1, 2, 3, SEGMENTS_AT_ONCE, 2 * SEGMENTS_AT_ONCE)]
    return [0, 1, *(border + step for border in borders for step in (-1, 0, 1))]


@pytest.mark.parametrize("segment_bytes", [4096, SEGMENT_BYTES])
def test_tink_opens_what_we_seal_and_we_open_what_tink_seals(segment_bytes):
    for size in sizes_around_borders(segment_bytes):
        content = random.Random(size).randbytes(size)
        ours = sealed(content, segment_bytes=segment_bytes)
        theirs = tink_seal(content, KEY, PLACE, segment_bytes)
        assert len(ours) == len(theirs) == sealed_size(size, segment_bytes=segment_bytes)
        assert tink_open(ours, KEY, PLACE, segment_bytes) == content
        assert reader(theirs, segment_bytes=segment_bytes).read() == content


@pytest.mark.parametrize("segment_bytes", [57, 100, 4096])
def test_the_size_of_the_content_is_known_from_the_sealed_size(segment_bytes):
    for size in sizes_around_borders(segment_bytes):
        assert opened_size(len(sealed(bytes(size), segment_bytes=segment_bytes)), segment_bytes=segment_bytes) == size


places = st.tuples(st.sampled_from([os.SEEK_SET, os.SEEK_CUR, os.SEEK_END]), st.integers(-700, 700))
steps = st.lists(st.tuples(places, st.integers(-1, 400)), max_size=12)


@settings(max_examples=300, deadline=None)
@given(size=st.integers(0, 600), steps=steps)
def test_a_sealed_file_reads_like_a_plain_one(size, steps):
    content = random.Random(size).randbytes(size)
    plain, opened = io.BytesIO(content), reader(sealed(content, segment_bytes=64), segment_bytes=64)
    for (whence, offset), length in steps:
        target = {os.SEEK_SET: 0, os.SEEK_CUR: plain.tell(), os.SEEK_END: size}[whence] + offset
        if target < 0:
            with pytest.raises(ValueError):
                opened.seek(offset, whence)
            continue
        assert opened.seek(offset, whence) == plain.seek(target)
        assert opened.read(length) == plain.read(length)
        assert opened.tell() == plain.tell()


borders = st.integers(0, 4).map(lambda blocks: blocks * SEGMENTS_AT_ONCE * 84 - HEADER_BYTES)
sizes = st.builds(lambda border, beside: max(0, border + beside), borders, st.integers(-100, 100))


@settings(max_examples=150, deadline=None)
@given(size=sizes, piece=st.sampled_from([7, 84, 100, 1344, 1500, 4000, -1]))
def test_any_size_is_sealed_as_by_tink_and_read_whole_in_pieces_of_any_size(size, piece):
    content = random.Random(size).randbytes(size)
    ours = sealed(content, segment_bytes=100)
    assert tink_open(ours, KEY, PLACE, 100) == content
    opened, read = reader(ours, segment_bytes=100), []
    while part := opened.read(piece):
        read.append(part)
    assert b"".join(read) == content
    assert all(len(part) == piece for part in read[:-1])


class Trickling(io.BytesIO):
    """A source that gives a little at a time, as a socket does."""

    def read(self, size=-1, /):
        return super().read(min(size, 7) if size >= 0 else 7)


def test_a_source_that_gives_little_at_a_time_is_sealed_and_opened_whole():
    content = random.Random(1).randbytes(3000)
    target = io.BytesIO()
    seal(Trickling(content), target, key=KEY, place=PLACE, segment_bytes=128)
    opened = SealedReader(Trickling(target.getvalue()), key=KEY, place=PLACE, segment_bytes=128)
    buffer = bytearray(5000)
    assert opened.readinto(buffer) == 3000
    assert buffer[:3000] == content


def test_the_same_content_is_never_sealed_the_same_twice():
    assert sealed(b"the same call") != sealed(b"the same call")


def test_a_file_cut_between_two_segments_does_not_open_though_its_beginning_is_whole():
    content = sealed(bytes(1000), segment_bytes=128)
    for end in range(128, len(content), 128):
        with pytest.raises(SealedFileError):
            reader(content[:end], segment_bytes=128)


def test_a_file_opens_only_with_its_key_at_its_place():
    content = sealed(b"what was said")
    with pytest.raises(SealedFileError, match="changed or damaged"):
        reader(content, place=b"recordings/client/another/original.wav")
    with pytest.raises(SealedFileError, match="Restore it"):
        reader(content, key=bytes(32))


def test_a_damaged_middle_leaves_nothing_in_the_buffer_it_was_read_into():
    content = bytearray(sealed(b"secret " * 100, segment_bytes=128))
    content[300] ^= 1
    opened, buffer = reader(bytes(content), segment_bytes=128), bytearray(700)
    opened.seek(220)
    with pytest.raises(SealedFileError):
        opened.readinto(buffer)
    assert bytes(buffer) == bytes(700)


@pytest.mark.parametrize("content", [b"", b"RIFF....WAVEfmt", bytes(5000)], ids=["empty", "sound", "zeros"])
def test_a_plain_file_is_told_from_a_sealed_one(content):
    with pytest.raises(NotSealedError):
        reader(content)


def test_a_closed_reader_closes_its_file_and_reads_no_more():
    source = io.BytesIO(sealed(b"a call"))
    opened = SealedReader(source, key=KEY, place=PLACE)
    opened.close()
    assert source.closed
    with pytest.raises(ValueError):
        opened.read(1)


@pytest.mark.parametrize("piece", [900, 100_000], ids=["in small pieces", "in large pieces"])
def test_a_long_file_is_read_in_constant_memory(piece):
    """The reader holds a few segments, and asks for no more at once however long the file is."""

    class Watched(io.BytesIO):
        largest = 0

        def readinto(self, buffer, /):
            Watched.largest = max(Watched.largest, len(buffer))
            return super().readinto(buffer)

    opened = SealedReader(Watched(sealed(bytes(300_000), segment_bytes=1024)), key=KEY, place=PLACE, segment_bytes=1024)
    while opened.read(piece):
        pass
    assert Watched.largest == SEGMENTS_AT_ONCE * 1024
