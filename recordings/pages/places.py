"""Links from a finding to the moment of the call it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from recordings.pages.formatting import clock


@dataclass(frozen=True, slots=True)
class Place:
    """A line of the transcript: `anchor` is its address in the page, `clock` the moment it begins."""

    anchor: str
    clock: str
    seconds: float


class Places:
    """Finds the place of a position; the positions of a document are indexes into its utterances."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._starts = [float(utterance["start"]) for utterance in document["utterances"]]

    def __call__(self, position: int | None) -> Place | None:
        """None where there is no such line, e.g. because nothing was said."""
        if position is None or not 0 <= position < len(self._starts):
            return None
        start = self._starts[position]
        return Place(f"u{position}", clock(start), start)
