"""Ten thousand ways to tamper with sealed files; every one is noticed before a wrong byte is returned."""

import io
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from salesiq.vault.sealed_reader import SealedReader
from salesiq.vault.streaming import HEADER_BYTES, SealedFileError, seal

CASES = 10_000
SEGMENT = 96
KEYS = [bytes([number]) * 32 for number in range(2)]
PLACES = [f"recordings/luna/{end}".encode() for end in ("one/original.wav", "two/original.wav", "one/playback-1.mp3")]


@dataclass(frozen=True)
class Stored:
    """A sealed file with its key, its place and what it holds."""

    content: bytes
    sealed: bytes
    key: bytes
    place: bytes

    def segments(self) -> list[bytes]:
        first = self.sealed[:SEGMENT]
        return [first, *(self.sealed[at : at + SEGMENT] for at in range(SEGMENT, len(self.sealed), SEGMENT))]


def store(chance: random.Random, key: bytes, place: bytes) -> Stored:
    content = chance.randbytes(chance.choice([0, 1, 40, 41, chance.randrange(900), chance.randrange(300, 900)]))
    target = io.BytesIO()
    seal(io.BytesIO(content), target, key=key, place=place, segment_bytes=SEGMENT)
    return Stored(content, target.getvalue(), key, place)


Attack = Callable[[random.Random, Stored, Stored], bytes]


def flip_a_bit(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    at = chance.randrange(len(mine.sealed))
    return mine.sealed[:at] + bytes([mine.sealed[at] ^ 1 << chance.randrange(8)]) + mine.sealed[at + 1 :]


def cut_anywhere(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    return mine.sealed[: chance.randrange(len(mine.sealed))]


def cut_between_segments(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    return b"".join(mine.segments()[: chance.randrange(len(mine.segments()))])


def make_longer(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    return mine.sealed + chance.choice([b"\0", chance.randbytes(16), chance.randbytes(SEGMENT), mine.segments()[-1]])


def swap_two_segments(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    parts = mine.segments()
    first, second = chance.choices(range(len(parts)), k=2)
    parts[first], parts[second] = parts[second], parts[first]
    return b"".join(parts)


def shuffle_segments(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    parts = mine.segments()
    rest = parts[1:]
    chance.shuffle(rest)
    return b"".join([parts[0], *rest])


def repeat_a_segment(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    parts = mine.segments()
    at = chance.randrange(len(parts))
    return b"".join([*parts[: at + 1], *parts[at:]])


def leave_a_segment_out(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    parts = mine.segments()
    del parts[chance.randrange(len(parts))]
    return b"".join(parts)


def take_a_segment_of_another_file(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    parts = mine.segments()
    parts[chance.randrange(len(parts))] = chance.choice(other.segments())
    return b"".join(parts)


def take_the_header_of_another_file(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    return other.sealed[:HEADER_BYTES] + mine.sealed[HEADER_BYTES:]


def edit_the_header(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    at = chance.randrange(HEADER_BYTES)
    return mine.sealed[:at] + chance.randbytes(1) + mine.sealed[at + 1 :]


def take_another_file(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    """Another recording's file, or another file of the same recording, as a whole."""
    return other.sealed


def put_noise_there(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    return bytes([HEADER_BYTES]) + chance.randbytes(chance.randrange(400))


def put_the_content_there(chance: random.Random, mine: Stored, other: Stored) -> bytes:
    return mine.content


ATTACKS: list[Attack] = [
    flip_a_bit, cut_anywhere, cut_between_segments, make_longer, swap_two_segments, shuffle_segments, repeat_a_segment,
    leave_a_segment_out, take_a_segment_of_another_file, take_the_header_of_another_file, edit_the_header,
    take_another_file, put_noise_there, put_the_content_there,
]  # fmt: skip


def read_everything(chance: random.Random, sealed: bytes, mine: Stored) -> bytes:
    """The whole file, in pieces; each piece is checked, so that not one wrong byte gets out before the error."""
    read = b""
    with SealedReader(io.BytesIO(sealed), key=mine.key, place=mine.place, segment_bytes=SEGMENT) as opened:
        while piece := opened.read(chance.choice([1, 50, 1000])):
            read += piece
            assert mine.content.startswith(read), "wrong bytes were returned"
    return read


def test_ten_thousand_tampered_files_are_all_noticed():
    chance, noticed = random.Random(20_261_125), Counter()
    number = 0
    while sum(noticed.values()) < CASES:
        attack = ATTACKS[number % len(ATTACKS)]
        number += 1
        mine = store(chance, KEYS[0], PLACES[0])
        other = store(chance, chance.choice(KEYS), chance.choice(PLACES[1:]))
        tampered = attack(chance, mine, other)
        if tampered == mine.sealed:
            continue
        with pytest.raises(SealedFileError):
            read_everything(chance, tampered, mine)
        noticed[attack.__name__] += 1
    assert min(noticed.values()) > 200 and len(noticed) == len(ATTACKS), noticed


def test_any_single_place_of_a_tampered_file_is_right_or_an_error():
    """A range of a file that was changed elsewhere may still be read, and is then what was stored."""
    chance, right = random.Random(7), 0
    for _ in range(1000):
        mine = store(chance, KEYS[0], PLACES[0])
        tampered = flip_a_bit(chance, mine, mine)
        at, size = chance.randrange(len(mine.content) + 1), chance.randrange(60)
        try:
            opened = SealedReader(io.BytesIO(tampered), key=mine.key, place=mine.place, segment_bytes=SEGMENT)
            opened.seek(at)
            assert opened.read(size) == mine.content[at : at + size]
            right += 1
        except SealedFileError:
            continue
    assert 0 < right < 1000


@pytest.mark.parametrize("key", [KEYS[1], bytes(31) + b"\1"])
def test_a_wrong_key_opens_nothing(key):
    chance = random.Random(5)
    for _ in range(100):
        mine = store(chance, KEYS[0], PLACES[0])
        with pytest.raises(SealedFileError):
            SealedReader(io.BytesIO(mine.sealed), key=key, place=mine.place, segment_bytes=SEGMENT)


def test_files_moved_between_recordings_or_within_one_open_nowhere_else():
    chance = random.Random(6)
    for key in KEYS:
        for place in PLACES:
            mine = store(chance, key, place)
            for elsewhere in PLACES:
                if elsewhere == place:
                    continue
                with pytest.raises(SealedFileError):
                    SealedReader(io.BytesIO(mine.sealed), key=key, place=elsewhere, segment_bytes=SEGMENT)
