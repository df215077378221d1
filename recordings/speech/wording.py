"""Words of a window back to the call: which channel, which second."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from statistics import median

from recordings.speech.hearing import Hearing, TimedWord
from recordings.speech.packing import Chunk, Piece
from recordings.speech.types import Segment, Word

LONGEST_TYPICAL = 0.7  # seconds; faster-whisper's cap on the median word
SHORTEST = 0.02  # seconds; whisper's resolution


def segments_of(chunk: Chunk, hearing: Hearing) -> Iterator[Segment]:
    """One segment per piece of `chunk` in which words were heard; words in call time, monotonic, inside their piece."""
    whole = merge_parts(hearing.words)
    located = [(chunk.piece_at((word.start + word.end) / 2), word) for word in whole]
    longest = 2 * min(LONGEST_TYPICAL, _typical(whole))
    for piece, group in groupby(located, key=lambda item: item[0]):
        timed = [word for _, word in group]
        words = _in_call_time(piece, timed, longest)
        yield Segment(
            channel=piece.channel,
            start=words[0].start,
            end=words[-1].end,
            text="".join(word.text for word in timed).strip(),
            words=words,
            avg_logprob=hearing.avg_logprob,
            no_speech_prob=hearing.no_speech_prob,
        )


def merge_parts(words: Sequence[TimedWord]) -> list[TimedWord]:
    """Words with "ma" + "'am" and "K" + "-I" put together again.

    The aligner splits at marks; in a text written with spaces a part without one belongs to the word before it.
    """
    if not any(word.text.startswith(" ") for word in words[1:]):
        return list(words)
    whole: list[TimedWord] = []
    for word in words:
        if whole and not word.text.startswith(" "):
            before = whole[-1]
            probability = min(before.probability, word.probability)
            whole[-1] = TimedWord(before.start, word.end, before.text + word.text, probability)
        else:
            whole.append(word)
    return whole


def _typical(words: Sequence[TimedWord]) -> float:
    return median([word.end - word.start for word in words if word.end > word.start] or [LONGEST_TYPICAL])


def _in_call_time(piece: Piece, words: Sequence[TimedWord], longest: float) -> tuple[Word, ...]:
    """Shift, clamp and order. The outer words of a piece swallow its padding; they are cut to a plausible length."""
    shift = piece.start - piece.offset
    result: list[Word] = []
    earliest = piece.start
    for number, word in enumerate(words):
        start = min(max(word.start + shift, earliest), piece.end)
        end = min(max(word.end + shift, start), piece.end)
        if number == 0:
            start = max(start, end - longest)
        if number == len(words) - 1:
            end = min(end, start + longest)
        result.append(Word(round(start, 3), round(end, 3), word.text.strip(), round(word.probability, 4)))
        earliest = end
    return tuple(result)
