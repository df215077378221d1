"""Objections of the customer, and what the agent made of them.

Handled means that within the agent's next turns stands an answer with substance: value, proof, an alternative,
or a question that explores the worry. Accepting it, brushing it aside or passing over it is not handling.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from recordings.language.features import LineFeatures, is_spoken_by_customer
from recordings.language.heads import load_heads, probability
from recordings.language.lexicon import Lexicon, lexicon
from recordings.language.text import fold, word_count
from recordings.language.types import Call, Line, Objection

_TURNS_TO_ANSWER = 3
# Added to the logit of "competitor" when the line names a rival known to the workspace; chosen on development.
RIVAL_NAMED = 1.2


@dataclass(frozen=True, slots=True)
class Answer:
    """How the agent answered: `line` is None when nothing answers it."""

    line: int | None
    handled: bool
    moved_on: bool
    reason: str


def find_objections(call: Call, features: LineFeatures) -> list[Objection]:
    """Objections in the customer's lines with their answers, in order."""
    head = load_heads()["objections"]
    logits = head.logits(features.rows)
    tables = lexicon(call.language)
    found: list[Objection] = []
    for index, line in enumerate(call.lines):
        if not is_spoken_by_customer(line, call.language) or line.position not in features.positions:
            continue
        row = logits[features.positions.index(line.position)]
        rival = names_rival(line.text, call.competitor_names)
        for kind, logit in zip(head.classes, row, strict=True):
            score = probability(float(logit) + (RIVAL_NAMED if rival and kind == "competitor" else 0.0))
            if score < head.threshold(kind):
                continue
            answer = judge_answer(call.lines, index, kind, tables)
            match = tables.group(f"objections.{kind}").first(line.text)
            quote = match.sentence.text if match else line.text
            found.append(
                Objection(
                    line.position,
                    kind,
                    answer.handled,
                    answer.line,
                    answer.moved_on,
                    round(score, 2),
                    answer.reason,
                    quote,
                )
            )
    return found


def judge_answer(lines: tuple[Line, ...], index: int, kind: str, tables: Lexicon) -> Answer:
    """Look at the agent's next turns after line `index` for the most substantial answer."""
    turns = _next_agent_turns(lines, index)
    if not turns:
        return Answer(None, False, False, "The call ends without an answer of the agent.")
    scored = [(substance(turn.text, kind, tables) - 0.4 * order, turn) for order, turn in enumerate(turns)]
    score, best = max(scored, key=lambda item: item[0])
    moved_on = _moved_on(lines, best, tables)
    if score < 1.5:
        return Answer(None, False, moved_on, _why_not(turns[0], tables))
    reason = (
        "The agent answers with substance and the customer lets go of it."
        if moved_on
        else ("The agent answers with substance.")
    )
    return Answer(best.position, True, moved_on, reason)


def substance(text: str, kind: str, tables: Lexicon) -> float:
    """Points for reasons, alternatives and exploring questions; minus for brushing aside."""
    value = len({fold(match.text) for match in tables.group("handling.value").matches(text)})
    explore = tables.group("handling.explore").found(text) and "?" in text
    topic = tables.group(f"objections.{kind}").found(text)
    length = min(word_count(text), 30) / 15.0
    points = 0.5 * min(value, 4) + (0.8 if explore else 0.0) + (0.3 if topic else 0.0) + 0.5 * length
    if tables.group("handling.weak").found(text):
        points -= 0.8
    if tables.group("compliance.pressure").found(text):
        points -= 1.2
    if tables.group("compliance.guarantee_claim").found(text):
        points -= 0.6
    return points


def names_rival(text: str, names: tuple[str, ...]) -> bool:
    """Whether a rival's name stands in the text, in any grammatical case of Russian or Spanish."""
    folded = fold(text)
    for name in names:
        first = fold(name.split()[0]) if name.split() else ""
        stem = first[: max(4, len(first) - 2)]
        if stem and re.search(rf"(?<!\w){re.escape(stem)}", folded):
            return True
    return False


def _next_agent_turns(lines: tuple[Line, ...], index: int) -> list[Line]:
    turns: list[Line] = []
    for line in lines[index + 1 :]:
        if line.role == "agent":
            turns.append(line)
        if len(turns) == _TURNS_TO_ANSWER:
            break
    return turns


def _moved_on(lines: tuple[Line, ...], answer: Line, tables: Lexicon) -> bool:
    following = [line for line in lines if line.position > answer.position and line.role != "agent"]
    if not following:
        return False
    return tables.group("reaction.moved_on").found(following[0].text)


def _why_not(first: Line, tables: Lexicon) -> str:
    if tables.group("handling.weak").found(first.text):
        return "The agent accepts it or brushes it aside."
    if word_count(first.text) < 6:
        return "The agent's answer is too short to hold a reason."
    return "The agent's next turns do not take it up."
