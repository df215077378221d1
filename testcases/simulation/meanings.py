"""Meaning by sentence embeddings, at a price that a talk can pay: what a case says is embedded once and kept.

An agent's words cost one embedding of a sentence; the case's sentences lie in a file by the hash of its version, so
that no worker embeds them a second time.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from recordings.language.embeddings import MODEL_VERSION, Vectors, embed

KEPT_TEXTS = 20_000
_kept: dict[str, Vectors] = {}
_lock = threading.Lock()


def nearness(text: str, candidates: Sequence[str], background: Sequence[str]) -> list[float]:
    """How near `text` is to each candidate: 0 as near as any sentence of the language, 1 the same.

    This embedder gives unrelated sentences cosines of about 0.8, so that a cosine is read against those of both texts
    to the background: (cos - base) / (1 - base), base the mean of theirs.
    """
    if not candidates:
        return []
    said = _embed_one(text)
    known, ground = _vectors(candidates), _vectors(background)
    base = (ground @ said).mean() / 2 + (known @ ground.T).mean(axis=1) / 2
    near: NDArray[np.float32] = (known @ said - base) / np.maximum(1.0 - base, 1e-6)
    return [round(float(value), 4) for value in np.clip(near, 0.0, 1.0)]


def keep_vectors(texts: Iterable[str], folder: Path) -> None:
    """Have the vectors of `texts` at hand: from the file in `folder` that an earlier worker wrote, or made now.

    Takes about 15 ms for each text that nobody has embedded before.
    """
    wanted = sorted(set(texts))
    missing = [text for text in wanted if text not in _kept]
    if not missing:
        return
    path = folder / f"{sha256(repr((MODEL_VERSION, wanted)).encode()).hexdigest()[:32]}.npy"
    vectors = _read(path, len(wanted))
    if vectors is None:
        vectors = _vectors(wanted)
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_suffix(f".{threading.get_ident()}.part.npy")
        np.save(beside, vectors)
        beside.replace(path)
    _keep(dict(zip(wanted, vectors, strict=True)))


def _read(path: Path, rows: int) -> Vectors | None:
    try:
        found = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
    return np.asarray(found, dtype=np.float32) if found.ndim == 2 and len(found) == rows else None


def _vectors(texts: Sequence[str]) -> Vectors:
    """Of texts of a case: each embedded once per process."""
    missing = [text for text in dict.fromkeys(texts) if text not in _kept]
    if missing:
        _keep({text: _embed_one(text) for text in missing})
    return np.stack([_kept[text] for text in texts])


def _keep(found: dict[str, Any]) -> None:
    with _lock:
        if len(_kept) + len(found) > KEPT_TEXTS:
            _kept.clear()
        _kept.update(found)


@lru_cache(maxsize=2_048)
def _embed_one(text: str) -> Vectors:
    """One text on one thread: two threads gain a third on an idle machine, and cost ten times as much on a busy one."""
    with _threads().limit(limits=1, user_api="openmp"):
        return np.asarray(embed((text,))[0], dtype=np.float32)


@cache
def _threads() -> ThreadpoolController:
    embed(("warm",))  # loads the library whose threads are limited
    return ThreadpoolController()  # type: ignore[no-untyped-call]
