import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.speech.packing import SEAM_SECONDS, WINDOW_SECONDS, pack, spread
from recordings.speech.types import Span


@st.composite
def channels(draw):
    def spans():
        edges = sorted(set(draw(st.lists(st.integers(0, 5_000), max_size=40))))
        return [Span(a / 10, b / 10) for a, b in zip(edges[::2], edges[1::2], strict=False)]

    return [spans() for _ in range(draw(st.integers(1, 3)))]


def total(speech):
    return sum(span.duration for spans in speech for span in spans)


@given(channels())
def test_every_second_of_speech_is_packed_once_and_fits_a_window(speech):
    chunks = pack(speech)
    pieces = [piece for chunk in chunks for piece in chunk.pieces]
    assert sum(piece.duration for piece in pieces) == pytest.approx(total(speech))
    assert all(chunk.duration <= WINDOW_SECONDS + 1e-6 for chunk in chunks)
    for piece in pieces:
        assert any(span.start - 1e-6 <= piece.start and piece.end <= span.end + 1e-6 for span in speech[piece.channel])


@given(channels())
def test_pieces_of_a_window_do_not_overlap_and_can_be_traced_back(speech):
    for chunk in pack(speech):
        for before, after in zip(chunk.pieces, chunk.pieces[1:], strict=False):
            seam = SEAM_SECONDS if before.channel != after.channel else 0.0
            assert after.offset >= before.offset + before.duration + seam - 1e-6
        for piece in chunk.pieces:
            assert chunk.piece_at(piece.offset + piece.duration / 2) == piece


def test_two_short_channels_share_a_window():
    (chunk,) = pack([[Span(0, 8), Span(20, 22)], [Span(9, 19)]])
    assert [piece.channel for piece in chunk.pieces] == [0, 0, 1]


def test_the_first_batch_samples_the_whole_call():
    chunks = pack([[Span(at * 30, at * 30 + 29) for at in range(20)]])
    batches = list(spread(chunks, 4))
    assert [chunks.index(chunk) for chunk in batches[0]] == [0, 5, 10, 15]
    assert sorted(chunks.index(chunk) for batch in batches for chunk in batch) == list(range(20))


def test_silence_packs_to_nothing():
    assert pack([[], []]) == []
    assert list(spread([], 8)) == []
