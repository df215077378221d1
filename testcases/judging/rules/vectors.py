"""Sentence vectors, each text embedded once as long as it is remembered.

A batch judges the same texts by many cases.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

import numpy as np

from recordings.language.embeddings import DIMENSION, Vectors, embed

REMEMBERED = 20_000  # of 384 × 4 bytes: 30 MB
_known: OrderedDict[str, Vectors] = OrderedDict()
_lock = threading.Lock()


def vectors(texts: Sequence[str]) -> Vectors:
    """Unit vectors, shape (len(texts), 384)."""
    if not texts:
        return np.zeros((0, DIMENSION), dtype=np.float32)
    with _lock:
        found = {text: _known[text] for text in texts if text in _known}
        for text in found:
            _known.move_to_end(text)
    missing = [text for text in dict.fromkeys(texts) if text not in found]
    if missing:
        found |= dict(zip(missing, embed(missing), strict=True))
        with _lock:
            _known.update((text, found[text]) for text in missing)
            while len(_known) > REMEMBERED:
                _known.popitem(last=False)
    return np.stack([found[text] for text in texts])
