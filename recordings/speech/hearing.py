"""What whisper says about one 30-second window, with word times, and whether to believe it."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

FRAMES_PER_SECOND = 100
# Above this ratio of plain to deflated bytes the text repeats itself (Radford et al. 2022, section 4.5).
MAX_COMPRESSION = 2.4
# Together they mean that nobody spoke (same source).
NO_SPEECH = 0.6
MIN_LOGPROB = -1.0
# Speech through the worst line we have stays above -1.2; words put to a ringing tone lie near -2.7.
HOPELESS_LOGPROB = -2.0
REPEATS = 5
# Marks that belong to the word after, or before, them: faster-whisper's own defaults.
PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"


@dataclass(frozen=True, slots=True)
class TimedWord:
    """A word in the time of its window; `text` keeps its leading space."""

    start: float
    end: float
    text: str
    probability: float


@dataclass(frozen=True, slots=True)
class Hearing:
    """The words of one window, the mean log probability per token, and the model's doubt that anybody spoke."""

    words: tuple[TimedWord, ...]
    avg_logprob: float
    no_speech_prob: float

    @property
    def text(self) -> str:
        """The words as one line."""
        return "".join(word.text for word in self.words).strip()


def hearings(
    model: Any, tokenizer: Any, encoded: Any, results: Sequence[Any], durations: Sequence[float]
) -> list[Hearing]:
    """The generated `results` of a batch with the time of every word.

    Uses faster-whisper's cross-attention alignment (`find_alignment`); it is internal there, hence the exact pin.
    """
    from faster_whisper.transcribe import merge_punctuations

    tokens = [[token for token in result.sequences_ids[0] if token < tokenizer.eot] for result in results]
    frames = [ceil(duration) * FRAMES_PER_SECOND for duration in durations]
    heard = []
    for result, alignment in zip(results, model.find_alignment(tokenizer, tokens, encoded, frames), strict=True):
        merge_punctuations(alignment, PREPENDED, APPENDED)
        words = tuple(
            TimedWord(float(word["start"]), float(word["end"]), word["word"], float(word["probability"]))
            for word in alignment
            if word["word"].strip()
        )
        heard.append(Hearing(words, _mean_logprob(result), float(result.no_speech_prob)))
    return heard


def _mean_logprob(result: Any) -> float:
    """CTranslate2's score is the sum over tokens divided by their number; the end mark counts as one more."""
    length = len(result.sequences_ids[0])
    return float(result.scores[0]) * length / (length + 1)


def is_looping(text: str) -> bool:
    """Whether the text repeats itself as only a stuck decoder does."""
    raw = text.encode()
    if len(raw) > 80 and len(raw) / len(zlib.compress(raw)) > MAX_COMPRESSION:
        return True
    return longest_repeat(re.findall(r"\w+", text.lower())) >= REPEATS


def longest_repeat(words: Sequence[str], longest: int = 4) -> int:
    """How many times in a row the most stubborn phrase of up to `longest` words is said, beyond doubt by number.

    A single word counts only half: people do say "no, no, no, no".
    """
    best = 0
    for size in range(1, longest + 1):
        run = 1
        for at in range(size, len(words) - size + 1, size):
            same = words[at : at + size] == words[at - size : at]
            run = run + 1 if same else 1
            best = max(best, run // 2 if size == 1 else run)
    return best


def believable(hearing: Hearing) -> bool:
    """Whether somebody spoke and the words are more than an invention.

    A window is refused when the model itself doubts speech and its words, or when it still loops after a second try.
    """
    if not hearing.words:
        return False
    doubtful = hearing.no_speech_prob > NO_SPEECH and hearing.avg_logprob < MIN_LOGPROB
    if doubtful or hearing.avg_logprob < HOPELESS_LOGPROB:
        return False
    counts = Counter(word.text.strip().lower() for word in hearing.words)
    return not (is_looping(hearing.text) and len(counts) <= len(hearing.words) / 4)
