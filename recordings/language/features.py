"""What the trained heads look at: a line's embedding beside the phrase lists that it matches.

The names of the flags are stored with the trained weights, so that a list that was renamed is noticed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recordings.language.embeddings import DIMENSION, Vectors, embed
from recordings.language.lexicon import lexicon
from recordings.language.text import word_count
from recordings.language.types import INTENTS, OBJECTIONS, Line

FLAGS = (
    *(f"intents.{kind}" for kind in INTENTS),
    *(f"objections.{kind}" for kind in OBJECTIONS),
    "sentiment.positive",
    "sentiment.negative",
    "outcome.commit",
    "outcome.next_step",
    "promises.commitment",
)
EXTRA = ("question_mark", "words", "vader")
WIDTH = DIMENSION + len(FLAGS) + len(EXTRA)


@dataclass(frozen=True, slots=True)
class LineFeatures:
    """Row i of `rows` belongs to the line at `positions[i]`; the first 384 columns are its embedding."""

    positions: tuple[int, ...]
    rows: Vectors

    def row(self, position: int) -> Vectors | None:
        if position not in self.positions:
            return None
        return np.asarray(self.rows[self.positions.index(position)], dtype=np.float32)


@lru_cache(maxsize=1)
def _vader() -> object:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

    return SentimentIntensityAnalyzer()


def vader_score(text: str, language: str) -> float:
    """VADER's compound score -1..1 (Hutto & Gilbert 2014) for English, 0 for other languages."""
    if language != "en":
        return 0.0
    return float(_vader().polarity_scores(text)["compound"])  # type: ignore[attr-defined]


def flags(text: str, language: str) -> NDArray[np.float32]:
    """Which phrase lists match (0 or 1), then whether it asks, its length, and VADER's score."""
    tables = lexicon(language)
    hits = [float(tables.group(name).found(text)) for name in FLAGS]
    extra = [float("?" in text), min(word_count(text), 40) / 40.0, vader_score(text, language)]
    return np.array([*hits, *extra], dtype=np.float32)


def rows(texts: list[str], language: str) -> Vectors:
    """Features of texts, shape (len(texts), WIDTH), embeddings included."""
    if not texts:
        return np.zeros((0, WIDTH), dtype=np.float32)
    flagged = np.stack([flags(text, language) for text in texts])
    return np.concatenate([embed(texts), flagged], axis=1)


def worth_embedding(line: Line) -> bool:
    """Both sides' words carry feeling; one or two words say too little to embed."""
    return word_count(line.text) >= 3


def is_spoken_by_customer(line: Line, language: str) -> bool:
    """Whether intents and objections may stand in a line: not the agent's, and no answering machine's."""
    return line.role != "agent" and not (
        line.role == "unknown" and lexicon(language).group("outcome.no_answer").found(line.text)
    )


def line_features(lines: Iterable[Line], language: str) -> LineFeatures:
    """Features of the lines worth embedding, computed in one batch."""
    chosen = [line for line in lines if worth_embedding(line)]
    return LineFeatures(tuple(line.position for line in chosen), rows([line.text for line in chosen], language))
