"""Which sentences are worth embedding, which is what judging costs time for."""

from __future__ import annotations

from collections.abc import Sequence

from testcases.judging.rules.transcript import Said


def worth_comparing(wordings: Sequence[str], said: Sequence[Said], language: str) -> list[Said]:
    """The sentences that may mean one of `wordings`, in the order of the talk."""
    return list(said)
