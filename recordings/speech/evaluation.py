"""How well the speech layer hears: word error rate and speaker confusion, against texts that are known."""

import json
import re
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations, zip_longest
from pathlib import Path
from typing import Any

import jiwer
import numpy as np
import numpy.typing as npt

from recordings.speech.decoding import decode
from recordings.speech.diarization import diarize
from recordings.speech.errors import SoundError
from recordings.speech.sound import RATE, Float32, Sound
from recordings.speech.transcriber import Transcriber
from recordings.speech.types import Span, Turn
from recordings.speech.vad import find_speech

ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
TENS = ("zero", "ten", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
SPELLINGS = {
    "#": " pound ", "*": " star ", "&": " and ", "%": " percent ", "mr.": "mister", "mrs.": "missis", "ok": "okay",
    "o.k.": "okay", "e-mail": "email", "e-mails": "emails", "voice mail": "voicemail", "every thing": "everything",
}  # fmt: skip
RESAMPLES = 2_000
FRAME = 0.01


@dataclass(frozen=True, slots=True)
class Reference:
    """A recording, the channel meant (None: the whole file), and what is said in it ("" when nobody speaks)."""

    path: Path
    text: str
    channel: int | None = None


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Errors over a set of recordings. `rate` and the bounds of its 95 % interval are shares of the words said."""

    rate: float
    low: float
    high: float
    words: int
    recordings: int
    substitutions: int
    deletions: int
    insertions: int


def read_manifest(manifest: Path, audio_dir: Path | None = None) -> list[Reference]:
    """References of a JSON manifest, their files looked for in `audio_dir` or beside it.

    Either a list of {"file", "text", ...}, or a mapping of file to text or to {"left": text, "right": text}; keys
    that begin with "_" are remarks.

    Raises:
        ValueError: not of these shapes, or a file is missing; the message names it.
    """
    folder = audio_dir or manifest.parent
    content = json.loads(manifest.read_text(encoding="utf-8"))
    if isinstance(content, list):
        pairs = [(entry["file"], entry["text"]) for entry in content]
    elif isinstance(content, dict):
        pairs = [(name, text) for name, text in content.items() if not name.startswith("_")]
    else:
        raise ValueError(f"{manifest} is neither a list of recordings nor a mapping of them to texts.")
    found = [reference for name, text in pairs for reference in _references(folder / name, text)]
    missing = [str(reference.path) for reference in found if not reference.path.is_file()]
    if missing:
        raise ValueError(f"{manifest} names recordings that are not there: {', '.join(missing)}")
    return found


def _references(path: Path, text: Any) -> list[Reference]:
    if isinstance(text, dict):
        return [Reference(path, text["left"], 0), Reference(path, text["right"], 1)]
    return [Reference(path, str(text))]


def normalise(text: str) -> str:
    """The words of a text without what writers do differently: case, marks, remarks in brackets, digits.

    Numbers up to 999,999 are written as English words, "#" and "*" as pound and star; hyphens part words; a
    possessive or contracted apostrophe stays.
    """
    text = re.sub(r"\([^)]*\)", " ", text.lower().replace("’", "'"))
    for written, spoken in SPELLINGS.items():
        pattern = re.escape(written) if not written[0].isalpha() else rf"(?<!\w){re.escape(written)}(?!\w)"
        text = re.sub(pattern, spoken, text)
    text = re.sub(r"(\d),(\d{3})", r"\1\2", text)
    text = re.sub(r"\d{1,6}", lambda match: f" {number_words(int(match.group()))} ", text)
    return " ".join(re.sub(r"[^\w']|_", " ", text).split())


def number_words(number: int) -> str:
    """0 to 999,999 in English words."""
    if number < 20:
        return ONES[number]
    if number < 100:
        return TENS[number // 10] + (f" {ONES[number % 10]}" if number % 10 else "")
    for size, name in ((1_000, "thousand"), (100, "hundred")):
        if number >= size:
            rest = f" {number_words(number % size)}" if number % size else ""
            return f"{number_words(number // size)} {name}{rest}"
    raise ValueError("only 0 to 999,999")


def word_errors(references: Sequence[str], hypotheses: Sequence[str], seed: int = 0) -> WordErrors:
    """Word error rate (substitutions + deletions + insertions over words said) of normalised texts.

    The interval is the percentile bootstrap over recordings (Bisani and Ney, ICASSP 2004). References without a word
    are left out; at least one must remain.
    """
    pairs = [(normalise(said), normalise(heard)) for said, heard in zip(references, hypotheses, strict=True)]
    counts = np.array([_counts(said, heard) for said, heard in pairs if said])
    words, errors = counts[:, 0], counts[:, 1:].sum(axis=1)
    drawn = np.random.default_rng(seed).integers(0, len(counts), (RESAMPLES, len(counts)))
    rates = errors[drawn].sum(axis=1) / words[drawn].sum(axis=1)
    substitutions, deletions, insertions = (int(total) for total in counts[:, 1:].sum(axis=0))
    return WordErrors(
        rate=float(errors.sum() / words.sum()),
        low=float(np.quantile(rates, 0.025)),
        high=float(np.quantile(rates, 0.975)),
        words=int(words.sum()),
        recordings=len(counts),
        substitutions=substitutions,
        deletions=deletions,
        insertions=insertions,
    )


def count_errors(said: str, heard: str) -> tuple[int, int]:
    """Number of words said and of errors in what was heard (substitutions, deletions, insertions), both normalised."""
    reference, hypothesis = normalise(said), normalise(heard)
    if not reference:
        return 0, len(hypothesis.split())
    words, *errors = _counts(reference, hypothesis)
    return words, sum(errors)


def _counts(said: str, heard: str) -> tuple[int, int, int, int]:
    output = jiwer.process_words(said, heard)
    return len(said.split()), output.substitutions, output.deletions, output.insertions


def speaker_confusion(truth: Sequence[tuple[int, Span]], turns: Sequence[Turn]) -> float:
    """Share of the time that both `truth` and `turns` give to somebody, given to the wrong one, 0..1.

    Under the best assignment of names; the "confusion" part of the diarization error rate (NIST RT evaluations),
    without missed and invented speech, on a 10 ms grid.
    """
    end = max([span.end for _, span in truth] + [turn.end for turn in turns], default=0.0)
    said = np.full(int(end / FRAME) + 1, -1)
    heard = np.full(len(said), -1)
    for speaker, span in truth:
        said[int(span.start / FRAME) : int(span.end / FRAME)] = speaker
    for turn in turns:
        heard[int(turn.start / FRAME) : int(turn.end / FRAME)] = turn.speaker
    both = (said >= 0) & (heard >= 0)
    if not both.any():
        return 0.0
    table = np.zeros((int(said.max()) + 1, int(heard.max()) + 1))
    np.add.at(table, (said[both], heard[both]), 1)
    return 1.0 - _best_match(table) / float(both.sum())


def _best_match(table: npt.NDArray[np.float64]) -> float:
    """The largest sum of one entry per row and column; calls have so few speakers that all ways can be tried."""
    size = max(table.shape)
    square = np.zeros((size, size))
    square[: table.shape[0], : table.shape[1]] = table
    return max(float(square[range(size), list(order)].sum()) for order in permutations(range(size)))


class Hearer:
    """Hears recordings the way the product does; decoded sound is kept in `scratch`, which the caller removes."""

    def __init__(self, transcriber: Transcriber, scratch: Path, language: str | None = None) -> None:
        self.transcriber = transcriber
        self.scratch = scratch
        self.language = language

    @property
    def model_name(self) -> str:
        """The name of the speech model."""
        return self.transcriber.files.name

    def hear(self, reference: Reference) -> str:
        """What is heard in the recording, or in the channel meant; "" when it is silent or nobody speaks."""
        try:
            sound = decode(reference.path, self.scratch)
            heard = self.transcriber.transcribe(sound, find_speech(sound), language=self.language)
        except SoundError as error:
            if error.code in ("silent", "no_speech"):
                return ""
            raise
        wanted = reference.channel
        return " ".join(segment.text for segment in heard.segments if wanted is None or segment.channel == wanted)

    def confusion_when_mixed(self, path: Path) -> float:
        """Speaker confusion when the channels of `path` are laid one after the other, turn by turn, in one channel."""
        sound = decode(path, self.scratch)
        mixed, truth = lay_in_turns(sound, find_speech(sound))
        target = self.scratch / "mixed.wav"
        with wave.open(str(target), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(RATE)
            out.writeframes((mixed * 32_767).astype("<i2").tobytes())
        mono = decode(target, self.scratch)
        return speaker_confusion(truth, diarize(mono, find_speech(mono)[0]).turns)


def lay_in_turns(
    sound: Sound, speech: Sequence[Sequence[Span]], longest: float = 2.5, pause: float = 0.3
) -> tuple[Float32, list[tuple[int, Span]]]:
    """The speech of all channels in one, alternating, in turns of at most `longest` seconds; and who speaks when."""
    turns = [
        [part for span in spans for part in _parts(channel, span, longest)] for channel, spans in enumerate(speech)
    ]
    samples: list[Float32] = []
    truth: list[tuple[int, Span]] = []
    at = 0.0
    for channel, span in (turn for turns_of_round in zip_longest(*turns) for turn in turns_of_round if turn):
        samples += [sound.slice(channel, span.start, span.end), np.zeros(round(pause * RATE), np.float32)]
        truth.append((channel, Span(at, at + span.duration)))
        at += span.duration + pause
    return np.concatenate(samples), truth


def _parts(channel: int, span: Span, longest: float) -> list[tuple[int, Span]]:
    count = max(1, round(span.duration / longest))
    edges = np.linspace(span.start, span.end, count + 1)
    return [(channel, Span(float(first), float(last))) for first, last in pairwise(edges)]
