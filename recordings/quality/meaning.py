"""Compares script lines and spoken sentences by meaning, with the embeddings of recordings/language."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from recordings.language.embeddings import Vectors, embed
from recordings.language.types import LANGUAGES
from recordings.quality.matching import Similarity


def meaning_for(language: str) -> Similarity | None:
    """What `follow_script` compares meaning with in a language; None where only wording can be compared."""
    return compare_meaning if language in LANGUAGES else None


def compare_meaning(first: list[str], second: list[str]) -> NDArray[np.float32]:
    """Cosines of sentence embeddings, shape (len(first), len(second)).

    Vectors of the last few lists are kept, so that a script costs its embeddings once per process.
    """
    return np.asarray(_vectors(tuple(first)) @ _vectors(tuple(second)).T, dtype=np.float32)


@lru_cache(maxsize=32)
def _vectors(texts: tuple[str, ...]) -> Vectors:
    return embed(texts)
