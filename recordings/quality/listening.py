"""Hears what the agent said, and compares it with the lines of a script as far as time allows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from recordings.language.types import Call, Line
from recordings.quality.matching import (
    SAME_MEANING,
    LineMatch,
    SaidSentence,
    Similarity,
    best_meaning,
    closeness,
    is_near,
    match_wording,
    said_sentences,
)
from recordings.quality.stages import ScriptStage, wordings

# How many sentences are embedded: one per so many seconds of the call, within limits.
SECONDS_PER_COMPARISON = 20
LEAST_COMPARED = 10
MOST_COMPARED = 40


@dataclass(frozen=True, slots=True)
class Speech:
    """What the agent said, and where it meets the script.

    `by_meaning` holds what was found by meaning, by stage key and line. `scripted` tells of each sentence whether it
    comes near any line; None where neither wording nor meaning can tell.
    """

    lines: tuple[Line, ...]
    sentences: list[SaidSentence]
    by_meaning: dict[tuple[str, str], LineMatch]
    scripted: list[bool | None]


def listen(call: Call, stages: Sequence[ScriptStage], similarity: Similarity | None) -> Speech:
    """The agent's part of a call against the lines of a script; without `similarity` by wording alone."""
    lines = tuple(line for line in call.lines if line.role == "agent")
    sentences = said_sentences(lines)
    script = {line for stage in stages for line in stage.required + stage.optional}
    near = [_is_near_wording(sentence.text, script) for sentence in sentences]
    if similarity is None:
        return Speech(lines, sentences, {}, list(near))
    chosen = _worth_comparing(sentences, near, call)
    by_meaning, close = _compare(stages, [sentences[index] for index in chosen], similarity)
    scripted: list[bool | None] = [True if wording else None for wording in near]
    for index, is_close in zip(chosen, close, strict=True):
        scripted[index] = is_close or near[index]
    return Speech(lines, sentences, by_meaning, scripted)


def _is_near_wording(text: str, script: Iterable[str]) -> bool:
    return any(is_near(wording, match_wording(wording, text)) for line in script for wording in wordings(line))


def _worth_comparing(sentences: list[SaidSentence], near: list[bool], call: Call) -> list[int]:
    """Sentences to embed, within what the call's length allows.

    Those of the beginning and the end first, then questions, then the longest: there scripts have their lines.
    """
    spoken = sorted({sentence.position for sentence in sentences})
    edges = {*spoken[:3], *spoken[-4:]}

    def rank(index: int) -> tuple[bool, bool, int]:
        sentence = sentences[index]
        return sentence.position not in edges, "?" not in sentence.text, -sentence.words

    length = max((line.end for line in call.lines), default=0.0)
    allowed = min(MOST_COMPARED, max(LEAST_COMPARED, int(length / SECONDS_PER_COMPARISON)))
    candidates = [index for index, is_near_wording in enumerate(near) if not is_near_wording]
    return sorted(sorted(candidates, key=rank)[:allowed])


def _compare(
    stages: Sequence[ScriptStage], sentences: list[SaidSentence], similarity: Similarity
) -> tuple[dict[tuple[str, str], LineMatch], list[bool]]:
    """Required lines found by meaning, and which sentences come near any of them.

    A sentence counts only for the stage that it comes nearest to.
    """
    required = [(index, line) for index, stage in enumerate(stages) for line in stage.required]
    if not required or not sentences:
        return {}, [False] * len(sentences)
    nearness = closeness([line for _, line in required], sentences, similarity)
    owners = np.array([index for index, _ in required])
    nearest = owners[nearness.argmax(axis=0)]
    found: dict[tuple[str, str], LineMatch] = {}
    for row, (index, line) in enumerate(required):
        match = best_meaning(line, np.where(nearest == index, nearness[row], 0.0), sentences)
        if match:
            found[stages[index].key, line] = match
    return found, [bool(value >= SAME_MEANING) for value in nearness.max(axis=0)]


def improvised_share(speech: Speech) -> float | None:
    """Share of words, 0..1, in sentences that come near no line; None when no sentence could be judged."""
    pairs = list(zip(speech.sentences, speech.scripted, strict=True))
    total = sum(sentence.words for sentence, scripted in pairs if scripted is not None)
    if not total:
        return None
    return round(sum(sentence.words for sentence, scripted in pairs if scripted is False) / total, 3)
