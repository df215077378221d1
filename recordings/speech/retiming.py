"""Times for words that a person typed, taken from the words that a machine had heard there."""

from collections.abc import Sequence
from typing import Any

from rapidfuzz.distance import Levenshtein

StoredWord = list[Any]  # [start, end, text, probability]
TYPED = 1.0  # what a person wrote is certain


def retime(words: Sequence[StoredWord], text: str, *, start: float, end: float) -> list[StoredWord]:
    """The words of `text` with times in seconds between `start` and `end`.

    Words that stand in both keep their time and probability; those that differ share the time of what they replace, by
    their length; those put in share the pause where they stand. Words are aligned by the least number of edits
    (Levenshtein). Times never go back.
    """
    typed = text.split()
    heard = [bare(word[2]) for word in words]
    result: list[StoredWord] = []
    for step in Levenshtein.opcodes(heard, [bare(word) for word in typed]):
        old, new = words[step.src_start : step.src_end], typed[step.dest_start : step.dest_end]
        if step.tag == "equal":
            result += [[was[0], was[1], word, was[3]] for was, word in zip(old, new, strict=True)]
        elif new:
            before = words[step.src_start - 1][1] if step.src_start else start
            after = words[step.src_end][0] if step.src_end < len(words) else end
            low, high = (old[0][0], old[-1][1]) if old else (before, max(before, after))
            result += _shared(new, low, high)
    return result


def words_between(segments: Sequence[dict[str, Any]], start: float, end: float, channel: int) -> list[StoredWord]:
    """Words of a recogniser's segments whose middle lies between two moments on one channel, in order."""
    found = [
        word
        for segment in segments
        if segment["channel"] == channel
        for word in segment["words"]
        if start <= (word[0] + word[1]) / 2 <= end
    ]
    return sorted(found, key=lambda word: float(word[0]))


def bare(word: str) -> str:
    """A word without case and marks, to be compared."""
    return word.strip('.,;:!?…"“”«»()¿¡-—').casefold() or word


def _shared(words: Sequence[str], low: float, high: float) -> list[StoredWord]:
    """`words` side by side between two moments, each as long as it has letters."""
    letters, at, result = sum(map(len, words)), 0, []
    for word in words:
        began, at = at, at + len(word)
        times = [round(low + (high - low) * place / letters, 2) for place in (began, at)]
        result.append([*times, word, TYPED])
    return result
