"""Which sentences are worth embedding, which is what judging costs time for.

A first look tells it from words alone: each word of the product's own sales sentences has a vector that was learnt to
sum up to the sentences' embeddings (ridge regression of embeddings on words, `manage.py train_test_judges`). The few
sentences that come nearest to a meaning by it, or share most of its words, are embedded; of the rest none is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from recordings.language.types import LANGUAGES
from testcases.judging.rules.phrases import content_of
from testcases.judging.rules.transcript import Said
from testcases.judging.rules.words import tokens

WORDS = Path(__file__).parent / "words.npz"
# Of a meaning so many sentences are embedded, unless they come so much less near than the nearest.
LOOKED_AT, FAR_FROM_BEST = 12, 0.3
Floats = NDArray[np.float32]


def worth_comparing(wordings: Sequence[str], said: Sequence[Said], language: str) -> list[Said]:
    """The sentences that may mean one of `wordings`, in the order of the talk."""
    if len(said) <= LOOKED_AT:
        return list(said)
    texts = [each.text for each in said]
    scores = first_look(wordings, texts, language)
    best = float(scores.max())
    chosen = [
        at for at in np.argsort(-scores, kind="stable")[:LOOKED_AT].tolist() if scores[at] >= FAR_FROM_BEST * best
    ]
    return [said[at] for at in sorted(chosen)]


def first_look(wordings: Sequence[str], texts: Sequence[str], language: str) -> Floats:
    """How near each text comes to the nearest of `wordings` by its words, about -1 to 2."""
    own = np.stack([word_vector(text, language) for text in texts])
    theirs = np.stack([word_vector(each, language) for each in wordings])
    shared = np.array([max(_shared(text, each, language) for each in wordings) for text in texts])
    return np.asarray((own @ theirs.T).max(axis=1) + shared, dtype=np.float32)


def _shared(text: str, wording: str, language: str) -> float:
    """Dice's share of words of content that both hold."""
    own, theirs = content_of(text, language), content_of(wording, language)
    return 2 * len(own & theirs) / max(1, len(own) + len(theirs))


@lru_cache(maxsize=1 << 13)
def word_vector(text: str, language: str) -> Floats:
    """The sum of a text's words as a unit vector; zero where none is known."""
    places, table = _table(language)
    known = [places[key] for key in {token.key for token in tokens(text, language)} if key in places]
    if not known:
        return np.zeros(table.shape[1], dtype=np.float32)
    total = table[known].sum(axis=0)
    return np.asarray(total / max(1e-9, float(np.linalg.norm(total))), dtype=np.float32)


@lru_cache(maxsize=8)
def _table(language: str) -> tuple[dict[str, int], Floats]:
    name = language if language in LANGUAGES else "en"
    with np.load(WORDS, allow_pickle=False) as stored:
        keys = stored[f"keys_{name}"].tolist()
        return {key: at for at, key in enumerate(keys)}, stored[f"vectors_{name}"].astype(np.float32)


def forget_tables() -> None:
    """Read the words anew: they were trained."""
    _table.cache_clear()
    word_vector.cache_clear()
