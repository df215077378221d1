"""How near two texts are in meaning, by the embeddings that an app above registers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from prompts.evaluation.results import Answer, Assertion, Finding
from prompts.evaluation.text_assertions import wanted

Embed = Callable[[Sequence[str]], NDArray[np.float32]]
LEAST = 0.5
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Embedder:
    """`embed` gives a unit vector a text. `unrelated` is the cosine of texts that have nothing to do with each other:
    similarity is told from there, 0, to the same text, 1, so that a minimum means the same with every model."""

    name: str
    embed: Embed
    unrelated: float = 0.0


_registered: dict[str, Embedder] = {}


def register_embedder(embedder: Embedder) -> None:
    """The embeddings that assertions use from now on; the last one registered counts."""
    _registered["text"] = embedder


def embedder() -> Embedder | None:
    return _registered.get("text")


def similarity(one: str, other: str) -> float | None:
    """0 to 1 from the cosine of the two texts' mean vectors; None where no embeddings are registered."""
    known = embedder()
    if known is None or not one.strip() or not other.strip():
        return None if known is None else 0.0
    first, second = (_vector(known, text) for text in (one, other))
    cosine = float(first @ second)
    return min(1.0, max(0.0, (cosine - known.unrelated) / (1 - known.unrelated)))


def is_similar(assertion: Assertion, answer: Answer) -> Finding:
    """The answer means much the same as `value`: `min` (0.5 unless said otherwise) or more, from 0 to 1."""
    least = float(assertion.get("min", LEAST))
    value = similarity(answer.text, str(wanted(assertion, answer)))
    if value is None:
        return Finding(None, None, _("There are no embeddings to compare texts with."))
    said = {"value": f"{value:.2f}", "least": f"{least:.2f}"}
    return Finding(value >= least, value, "" if value >= least else _("%(value)s is less than %(least)s.") % said)


def _vector(known: Embedder, text: str) -> NDArray[Any]:
    words, parts = text.split(), [""]
    for word in words:
        if len(parts[-1]) + len(word) >= _LONGEST:
            parts.append("")
        parts[-1] = f"{parts[-1]} {word}".strip()
    mean = known.embed(parts).mean(axis=0)
    return np.asarray(mean / (np.linalg.norm(mean) or 1.0))
