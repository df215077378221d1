"""What the heads learn from: utterances of our own writing, pairs of them, and labelled excerpts."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordings.language.excerpts import Excerpt
from recordings.language.types import LANGUAGES

FOLDER = Path(__file__).parent / "training"
WRITTEN = "written"
# Lines written with the development half in mind would flatter a threshold that is chosen on that half.
INFORMED = "written, informed"
_INFORMED_BELOW = "# ---"
_FEELINGS = {"-": "negative", "0": "neutral", "+": "positive"}
_PLAIN_PAIRS = 250
_SEED = 7


@dataclass(frozen=True, slots=True)
class Example:
    """A line with its labels; None where it was not labelled. `group` keeps an excerpt's lines together."""

    text: str
    language: str
    intents: frozenset[str] | None
    objections: frozenset[str] | None
    sentiment: str | None
    group: str
    role: str = "customer"


def written_examples() -> list[Example]:
    """The utterances of `training/*.tsv`."""
    found: list[Example] = []
    for language in LANGUAGES:
        path = FOLDER / f"{language}.tsv"
        group = WRITTEN
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith(_INFORMED_BELOW):
                group = INFORMED
            if line.startswith("#") or not line.strip():
                continue
            intents, objections, feeling, text = line.split("\t")
            found.append(
                Example(
                    text,
                    language,
                    _labels(intents),
                    _labels(objections),
                    _FEELINGS[feeling],
                    group,
                    "agent" if intents == "?" else "customer",
                )
            )
    return found


def _labels(cell: str) -> frozenset[str] | None:
    """ "-" is no label; "?" is an agent's line, which was labelled by its feeling alone."""
    if cell == "?":
        return None
    return frozenset() if cell == "-" else frozenset(cell.split(","))


def excerpt_examples(excerpts: Iterable[Excerpt]) -> list[Example]:
    """Lines of labelled excerpts: the customer's for all heads, the agent's where their feeling is labelled."""
    found: list[Example] = []
    for excerpt in excerpts:
        for line in excerpt.call.lines:
            customer = line.role != "agent"
            feeling = excerpt.sentiment.get(line.position)
            if not customer and feeling is None:
                continue
            intents = frozenset(kind for at, kind in excerpt.intents if at == line.position)
            objections = frozenset(kind for at, kind in excerpt.objections if at == line.position)
            found.append(
                Example(
                    line.text,
                    excerpt.call.language,
                    intents if customer else None,
                    objections if customer else None,
                    feeling,
                    excerpt.id,
                    line.role,
                )
            )
    return found


def composed(written: Sequence[Example]) -> list[Example]:
    """Utterances joined in pairs, always the same ones: a turn of a real call often holds more than its point.

    Each labelled customer's utterance is joined with one that has no label, before or after it; besides, pairs of
    two without labels. Labels are those of both; the feeling is left open where the two contradict each other.
    """
    chance = random.Random(_SEED)  # noqa: S311 - a fixed choice, nothing secret
    found: list[Example] = []
    for language in LANGUAGES:
        pool = [each for each in written if each.language == language and each.group == WRITTEN]
        plain = [each for each in pool if each.intents == each.objections == frozenset()]
        for each in pool:
            if each.intents or each.objections:
                found.append(_joined(*_shuffled(each, chance.choice(plain), chance)))
        found.extend(_joined(chance.choice(plain), chance.choice(plain)) for _ in range(_PLAIN_PAIRS))
    return found


def _shuffled(one: Example, two: Example, chance: random.Random) -> tuple[Example, Example]:
    return (two, one) if chance.random() < 0.6 else (one, two)


def _joined(one: Example, two: Example) -> Example:
    feelings = {one.sentiment, two.sentiment} - {"neutral"}
    return Example(
        f"{one.text} {two.text}",
        one.language,
        (one.intents or frozenset()) | (two.intents or frozenset()),
        (one.objections or frozenset()) | (two.objections or frozenset()),
        None if len(feelings) > 1 else next(iter(feelings), "neutral"),
        one.group,
    )
