"""What the customer wants and objects to, told from as few of their lines as will do.

The trained heads of recordings.language look at a line's embedding, which is what costs time: lines are embedded only
where the phrase lists or their words give reason to.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from recordings.language.features import flags
from recordings.language.heads import Head, load_heads
from recordings.language.lexicon import lexicon
from recordings.language.text import word_count
from recordings.language.types import Line
from testcases.judging.rules.denial import is_unsaid
from testcases.judging.rules.kinds import NEXT_STEP
from testcases.judging.rules.transcript import Said, Transcript
from testcases.judging.rules.vectors import vectors
from testcases.judging.rules.words import grammar, tokens

LEAST_WORDS = 3
SHORT_CONFIDENCE = 0.55
# Of a head, looked at where the phrase lists say nothing: so many of the customer's longest lines.
LOOKED_AT = 6


def intents(kind: str, transcript: Transcript) -> list[tuple[Said, float]]:
    """The customer's lines that show an intent, and how sure that is; `next_step`: that agree to one."""
    if kind == NEXT_STEP:
        return agreements(transcript)
    return _by_head("intents", kind, transcript)


def objections(kind: str, transcript: Transcript) -> list[tuple[Said, float]]:
    """The customer's lines that object, of one kind or of any."""
    kinds = load_heads()["objections"].classes if kind == "any" else (kind,)
    found: dict[int, tuple[Said, float]] = {}
    for each in kinds:
        for said, sure in _by_head("objections", each, transcript):
            if said.position not in found or found[said.position][1] < sure:
                found[said.position] = (said, sure)
    return [found[position] for position in sorted(found)]


def _by_head(section: str, kind: str, transcript: Transcript) -> list[tuple[Said, float]]:
    language, head = transcript.language, load_heads()[section]
    group = lexicon(language).group(f"{section}.{kind}")
    lines = transcript.of_role("customer")
    listed = {line.position for line in lines if group.found(line.text)}
    long = [line for line in lines if word_count(line.text) >= LEAST_WORDS]
    chosen = [line for line in long if line.position in listed]
    others = sorted((line for line in long if line.position not in listed), key=lambda line: -len(line.text))
    chosen += others[:LOOKED_AT] if not chosen else []
    found = [
        (_whole(line, transcript), sure)
        for line, sure in zip(chosen, _probabilities(chosen, kind, head, language), strict=True)
        if sure >= head.threshold(kind)
    ]
    found += [
        (_whole(line, transcript), SHORT_CONFIDENCE)
        for line in lines
        if line.position in listed and word_count(line.text) < LEAST_WORDS
    ]
    return sorted(found, key=lambda pair: pair[0].position)


def _probabilities(lines: Sequence[Line], kind: str, head: Head, language: str) -> list[float]:
    if not lines:
        return []
    texts = [line.text for line in lines]
    rows = np.concatenate([vectors(texts), np.stack([flags(text, language) for text in texts])], axis=1)
    column = head.classes.index(kind)
    return [float(value) for value in head.probabilities(rows)[:, column]]


def _whole(line: Line, transcript: Transcript) -> Said:
    return Said(line.position, line.role, 0, len(line.text), line.text, line.start)


def agreements(transcript: Transcript) -> list[tuple[Said, float]]:
    """The customer's lines that agree to a step which they or the agent right before name, and take nothing back."""
    found = []
    for line in transcript.of_role("customer"):
        if not says_yes(line.text, transcript.language):
            continue
        before = _agent_before(transcript, line.position)
        if _names_step(line.text, transcript.language):
            found.append((_whole(line, transcript), 0.85))
        elif before and _names_step(before, transcript.language):
            found.append((_whole(line, transcript), 0.75))
    return found


def says_yes(text: str, language: str) -> bool:
    """Whether a line agrees, and neither denies nor puts off."""
    heard = tokens(text, language)
    keys = [token.key for token in heard]
    if any(_within(keys, phrase) for phrase in _listed(language, "no")):
        return False
    for phrase in _listed(language, "yes"):
        at = _within(keys, phrase)
        if at and not is_unsaid(heard, [place - 1 for place in at], [], language):
            return True
    return False


def _names_step(text: str, language: str) -> bool:
    keys = [token.key for token in tokens(text, language)]
    return any(_within(keys, phrase) for phrase in _listed(language, "step"))


def _agent_before(transcript: Transcript, position: int) -> str:
    """What the agent says between the customer's line before this one and this one."""
    said: list[str] = []
    for line in reversed(transcript.lines[:position]):
        if line.role == "customer":
            break
        if line.role == "agent":
            said.append(line.text)
    return " ".join(reversed(said))


def _within(keys: Sequence[str], phrase: Sequence[str]) -> list[int]:
    """The places of a phrase, counted from one; empty where it is not there."""
    size = len(phrase)
    for at in range(len(keys) - size + 1):
        if tuple(keys[at : at + size]) == tuple(phrase):
            return list(range(at + 1, at + size + 1))
    return []


@lru_cache(maxsize=32)
def _listed(language: str, name: str) -> tuple[tuple[str, ...], ...]:
    phrases = grammar(language).tables["agreement"][name]
    return tuple(tuple(token.key for token in tokens(each, language)) for each in phrases)
