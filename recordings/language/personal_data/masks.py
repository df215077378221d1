"""Masking: letters and digits give way to dots; length, spaces and punctuation stay, so that places keep their meaning.

A mark is what is kept of something masked, as JSON: {kind, part, country, verified, confidence, text, words}. Its
`words` are [channel, start, end, dots, least]: where it was said, how long the word is and how many seconds it takes
to say at the least, never what it was. `text` tells whether it was masked in text, or only found to be masked in sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from recordings.language.personal_data.types import PersonalData
from recordings.language.types import Line, Span

MASK = "•"
SECONDS_A_DIGIT = 0.32
Mark = dict[str, Any]
StoredWord = list[Any]  # [start, end, text, probability]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of speech as it is stored: a recogniser's segment or a speaker's utterance. Mono is channel 0."""

    channel: int
    start: float
    end: float
    text: str
    words: list[StoredWord]
    role: str = "unknown"
    speaker: str = ""


def lines_of(pieces: Sequence[Piece]) -> tuple[Line, ...]:
    """The pieces as the detectors read them; a piece's place in the sequence is its line's position."""
    return tuple(
        Line(position, piece.role, piece.start, piece.end, piece.text, piece.speaker or f"channel {piece.channel}")
        for position, piece in enumerate(pieces)
    )


def mask_text(text: str, spans: Iterable[Span]) -> str:
    """`text` with every letter and digit inside `spans` replaced; its length and its spaces stay."""
    characters = list(text)
    for span in spans:
        for index in range(span.start, min(span.end, len(characters))):
            if characters[index].isalnum():
                characters[index] = MASK
    return "".join(characters)


def dots(text: str) -> str:
    """The whole of `text` masked."""
    return mask_text(text, [Span(0, 0, len(text))])


def mask_pieces(
    pieces: Sequence[Piece], found: Sequence[PersonalData], *, text_kinds: Iterable[str]
) -> tuple[list[Piece], list[Mark]]:
    """Pieces with what was `found` masked where its kind is among `text_kinds`, and a mark for each find."""
    in_text = set(text_kinds)
    spans: dict[int, list[Span]] = {}
    for data in found:
        for span in data.spans if data.kind in in_text else ():
            spans.setdefault(span.line, []).append(span)
    masked = [
        replace(piece, text=mask_text(piece.text, spans[at]), words=_mask_words(piece, spans[at]))
        if at in spans
        else piece
        for at, piece in enumerate(pieces)
    ]
    return masked, [_mark(data, pieces, in_text) for data in found]


def _mask_words(piece: Piece, spans: Sequence[Span]) -> list[StoredWord]:
    inside = {id(word) for word in _words_inside(piece, spans)}
    return [[w[0], w[1], dots(w[2]), w[3]] if id(w) in inside else w for w in piece.words]


def _words_inside(piece: Piece, spans: Sequence[Span]) -> list[StoredWord]:
    """Words of a piece that touch one of the spans of its text."""
    touched, cursor = [], 0
    for word in piece.words:
        at = piece.text.find(word[2], cursor)
        if at < 0:
            continue
        cursor = at + len(word[2])
        if any(span.start < cursor and at < span.end for span in spans):
            touched.append(word)
    return touched


def _mark(data: PersonalData, pieces: Sequence[Piece], in_text: set[str]) -> Mark:
    words = []
    for span in data.spans:
        piece = pieces[span.line]
        touched = _words_inside(piece, [span])
        if touched:
            words += [[piece.channel, start, end, dots(text), _least(text)] for start, end, text, _ in touched]
        else:  # the recogniser gave no times for these words
            text = piece.text[span.start : span.end]
            words.append([piece.channel, piece.start, piece.end, dots(text), _least(text)])
    return {
        "kind": data.kind,
        "part": data.part,
        "country": data.country,
        "verified": data.verified,
        "confidence": round(data.confidence, 2),
        "text": data.kind in in_text,
        "words": words,
    }


def _least(text: str) -> float:
    """Seconds that a word takes at the least: "4242" is written as one word and spoken as four."""
    return round(SECONDS_A_DIGIT * sum(character.isdecimal() for character in text), 2)


def add_marks(marks: Sequence[Mark], more: Iterable[Mark]) -> list[Mark]:
    """`marks` and those of `more` that say something new; what is masked in sound only is found by every run again."""
    result = list(marks)
    for mark in more:
        places = {tuple(word[:3]) for word in mark["words"]}
        known = {tuple(word[:3]) for old in result if old["kind"] == mark["kind"] for word in old["words"]}
        if not places <= known:
            result.append(mark)
    return result


def mask_segments(segments: Sequence[dict[str, Any]], marks: Iterable[Mark]) -> list[dict[str, Any]]:
    """The recogniser's segments with the words masked that stand in `marks`, found by channel and time."""
    hidden = {(word[0], word[1], word[2]) for mark in marks if mark["text"] for word in mark["words"]}
    result = []
    for segment in segments:
        touched = [(segment["channel"], word[0], word[1]) in hidden for word in segment["words"]]
        if not any(touched):
            result.append(segment)
            continue
        words = [
            [w[0], w[1], dots(w[2]), w[3]] if hide else w for w, hide in zip(segment["words"], touched, strict=True)
        ]
        result.append({**segment, "words": words, "text": " ".join(word[2] for word in words)})
    return result


def restore_masks(segments: Sequence[dict[str, Any]], marks: Sequence[Mark]) -> list[dict[str, Any]]:
    """Segments heard in sound that was masked before: at the `marks` stand dots, whatever was heard in their place."""
    gaps = [word for mark in marks for word in mark["words"]]
    result = [_without_words_in(segment, gaps) for segment in segments]
    result = [segment for segment in result if segment["words"]]
    for channel, start, end, text, *_ in sorted(gaps, key=lambda gap: gap[1]):
        word = [start, end, text, 1.0]
        near = [s for s in result if s["channel"] == channel and s["start"] - 1.0 <= end and start <= s["end"] + 1.0]
        if not near:
            new = {"channel": channel, "start": start, "end": end, "text": text, "words": [word]}
            result.append({**new, "avg_logprob": 0.0, "no_speech_prob": 0.0})
            continue
        segment = min(near, key=lambda s: max(s["start"] - start, start - s["end"], 0.0))
        segment["words"] = sorted([*segment["words"], word], key=lambda each: each[0])
        segment["start"], segment["end"] = min(segment["start"], start), max(segment["end"], end)
        segment["text"] = " ".join(each[2] for each in segment["words"])
    return sorted(result, key=lambda segment: (segment["start"], segment["channel"]))


def _without_words_in(segment: dict[str, Any], gaps: Sequence[list[Any]]) -> dict[str, Any]:
    own = [gap for gap in gaps if gap[0] == segment["channel"]]
    words = [w for w in segment["words"] if not any(w[0] < gap[2] and gap[1] < w[1] for gap in own)]
    if len(words) == len(segment["words"]):
        return dict(segment)
    return {**segment, "words": words, "text": " ".join(word[2] for word in words)}


def times_of(mark: Mark, *, gap: float = 0.6) -> list[list[float]]:
    """Where a mark was said, as [start, end] in seconds; pauses up to `gap` seconds are bridged."""
    merged: list[list[float]] = []
    for start, end in sorted((word[1], word[2]) for word in mark["words"]):
        if merged and start - merged[-1][1] <= gap:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged


def place(marks: Iterable[Mark], pieces: Sequence[Piece], *, sound_kinds: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Each mark at its lines among `pieces`, as the analysis keeps it: where and what kind, never the data."""
    in_sound = set(sound_kinds)
    placed = []
    for mark in marks:
        lines = [
            at
            for at, piece in enumerate(pieces)
            if any(w[0] == piece.channel and piece.start <= (w[1] + w[2]) / 2 <= piece.end for w in mark["words"])
        ]
        if mark["text"]:
            lines = [at for at in lines if MASK in pieces[at].text]
        if lines:
            kept = {name: mark[name] for name in ("kind", "part", "country", "verified", "confidence", "text")}
            sound = mark["kind"] in in_sound
            placed.append({**kept, "sound": sound, "utterances": lines, "times": times_of(mark)})
    return sorted(placed, key=lambda each: each["times"][0])
