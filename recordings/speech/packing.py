"""Filling whisper's 30-second window: speech of all channels, silence left out, each moment traceable."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from recordings.speech.types import Span

WINDOW_SECONDS = 30.0
# Silence between the voices of two channels in one window, so that no word is heard across the seam.
SEAM_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Piece:
    """A span of a channel, and where it lies in its window; all in seconds."""

    channel: int
    start: float
    end: float
    offset: float

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Chunk:
    """What fills one window: pieces in the order of their offsets."""

    pieces: tuple[Piece, ...]

    @property
    def duration(self) -> float:
        """Filled seconds of the window."""
        return self.pieces[-1].offset + self.pieces[-1].duration

    def piece_at(self, second: float) -> Piece:
        """The piece that `second` of the window belongs to."""
        offsets = [piece.offset for piece in self.pieces]
        return self.pieces[max(0, bisect_right(offsets, second) - 1)]


def pack(speech: Sequence[Sequence[Span]], window: float = WINDOW_SECONDS) -> list[Chunk]:
    """The speech of all channels in as few windows as its order allows, in order of time.

    A window holds speech of one channel, so that the model hears one voice in context; only windows that are left
    part empty are shared, which makes two short channels cost no more than one long one.
    """
    runs = [(channel, run) for channel, spans in enumerate(speech) for run in _runs(spans, window)]
    runs.sort(key=lambda item: -_length(item[1]))
    bins: list[list[tuple[int, list[Span]]]] = []
    for channel, run in runs:
        for shared in bins:
            if _filled(shared) + SEAM_SECONDS + _length(run) <= window:
                shared.append((channel, run))
                break
        else:
            bins.append([(channel, run)])
    return sorted((_chunk(shared) for shared in bins), key=lambda chunk: chunk.pieces[0].start)


def spread(chunks: Sequence[Chunk], batch_size: int) -> Iterator[list[Chunk]]:
    """Batches of which the first is a sample of the whole call, for deciding on its language."""
    first = min(batch_size, len(chunks))
    sample = [index * len(chunks) // first for index in range(first)]
    chosen = set(sample)
    order = sample + [index for index in range(len(chunks)) if index not in chosen]
    for begin in range(0, len(order), batch_size):
        yield [chunks[index] for index in order[begin : begin + batch_size]]


def _runs(spans: Sequence[Span], window: float) -> Iterator[list[Span]]:
    """Consecutive spans that fit one window; a longer span is cut."""
    run: list[Span] = []
    for span in (part for whole in spans for part in _cut(whole, window)):
        if run and _length(run) + span.duration > window:
            yield run
            run = []
        run.append(span)
    if run:
        yield run


def _cut(span: Span, window: float) -> Iterator[Span]:
    start = span.start
    while span.end - start > window:
        yield Span(start, start + window)
        start += window
    yield Span(start, span.end)


def _length(run: Sequence[Span]) -> float:
    return sum(span.duration for span in run)


def _filled(shared: Sequence[tuple[int, list[Span]]]) -> float:
    return sum(_length(run) for _, run in shared) + SEAM_SECONDS * (len(shared) - 1)


def _chunk(shared: Sequence[tuple[int, list[Span]]]) -> Chunk:
    pieces: list[Piece] = []
    offset = 0.0
    for channel, run in sorted(shared, key=lambda item: (item[1][0].start, item[0])):
        for span in run:
            pieces.append(Piece(channel, span.start, span.end, offset))
            offset += span.duration
        offset += SEAM_SECONDS
    return Chunk(tuple(pieces))
