"""How near two texts are in meaning: given to the engine, so that it stays pure and tests stay fast."""

from __future__ import annotations

from collections.abc import Callable, Sequence

# (text, candidates, background) -> nearness of the text to each candidate: 0 unrelated, 1 the same.
Meaning = Callable[[str, Sequence[str], Sequence[str]], Sequence[float]]


def no_meaning(_text: str, candidates: Sequence[str], _background: Sequence[str]) -> Sequence[float]:
    """Compares nothing: the customer understands by words alone."""
    return [0.0] * len(candidates)
