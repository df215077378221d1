"""What the customer wants, line by line."""

from __future__ import annotations

from recordings.language.features import LineFeatures, is_spoken_by_customer
from recordings.language.heads import load_heads
from recordings.language.lexicon import lexicon
from recordings.language.types import INTENTS, Call, Intent, Line


def find_intents(call: Call, features: LineFeatures) -> list[Intent]:
    """Intents of the customer's lines (several per line are possible), each with its probability.

    A line too short for the trained head counts by the phrase lists alone.
    """
    head = load_heads()["intents"]
    probabilities = head.probabilities(features.rows)
    found: list[Intent] = []
    for line in call.lines:
        if not is_spoken_by_customer(line, call.language):
            continue
        if line.position not in features.positions:
            found.extend(_by_phrases(line, call.language))
            continue
        scores = probabilities[features.positions.index(line.position)]
        for kind, score in zip(head.classes, scores, strict=True):
            if score >= head.threshold(kind):
                found.append(Intent(line.position, kind, round(float(score), 2), _quote(line, kind, call)))
    return found


def _by_phrases(line: Line, language: str) -> list[Intent]:
    tables = lexicon(language)
    found: list[Intent] = []
    for kind in INTENTS:
        match = tables.group(f"intents.{kind}").first(line.text)
        if match:
            found.append(Intent(line.position, kind, 0.55, match.sentence.text))
    return found


def _quote(line: Line, kind: str, call: Call) -> str:
    match = lexicon(call.language).group(f"intents.{kind}").first(line.text)
    return match.sentence.text if match else line.text
