"""Reads the fields of scripts and scorecards, which people write by hand, and says what is wrong where."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from recordings.quality.errors import QualityError

_KEY = re.compile(r"[a-z0-9_]{1,60}")

# Less than this would round to no points at all.
LEAST_WEIGHT = 0.01


@dataclass(frozen=True, slots=True)
class Entry:
    """One stage or criterion as written. `where` names it in errors, e.g. `Stage 2 (“opening”)`."""

    where: str
    values: Mapping[str, Any]
    error: type[QualityError]

    def fail(self, sentence: str) -> QualityError:
        return self.error(f"{self.where}: {sentence}", where=self.where, sentence=sentence)

    def only(self, allowed: Iterable[str]) -> None:
        """Refuse fields that nobody reads: they are misspellings."""
        known = list(allowed)
        unknown = sorted(str(name) for name in self.values if name not in known)
        if unknown:
            raise self.fail(f"“{unknown[0]}” is not a known field. Use one of: {', '.join(known)}.")

    def key(self) -> str:
        value = self.values.get("key")
        if not isinstance(value, str) or not _KEY.fullmatch(value):
            raise self.fail("“key” must be 1 to 60 small Latin letters, digits or underscores, e.g. “opening”.")
        return value

    def text(self, name: str, *, longest: int, default: str | None = None) -> str:
        value = self.values.get(name, default)
        if not isinstance(value, str) or (default is None and not value.strip()):
            raise self.fail(f"“{name}” must be a text that is not empty.")
        if len(value) > longest:
            raise self.fail(f"“{name}” is longer than {longest} characters. Shorten it.")
        return value.strip()

    def texts(self, name: str) -> tuple[str, ...]:
        value = self.values.get(name, [])
        if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
            raise self.fail(f"“{name}” must be a list of texts.")
        if any(not item.strip() for item in value):
            raise self.fail(f"“{name}” holds an empty text. Fill it in or remove it.")
        return tuple(item.strip() for item in value)

    def weight(self) -> float:
        """A number above 0 and up to 1,000."""
        weight = self.number("weight", self.values.get("weight"), 0, 1000)
        if weight < LEAST_WEIGHT:
            raise self.fail("“weight” must be above 0. Remove the entry if it should not count.")
        return weight

    def number(self, name: str, value: object, low: float, high: float) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not low <= value <= high:
            raise self.fail(f"“{name}” must be a number from {low:g} to {high:g}.")
        return float(value)


def read_entries(rows: object, noun: str, error: type[QualityError]) -> list[Entry]:
    """Number and name the rows of a script or scorecard.

    Raises:
        QualityError: of the given class, when it is no list, empty, too long, or holds a row that is no object.
    """
    if not isinstance(rows, (list, tuple)):
        raise error(f"A list of {noun.lower()} objects is expected. Wrap them in [ ].")
    if not rows:
        raise error(f"There is no {noun.lower()}. Add at least one.")
    if len(rows) > 100:
        raise error(f"There are more than 100 entries. Keep at most 100 and split the rest off (“{noun}”).")
    entries = []
    for number, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            raise error(f"{noun} {number}: an object with fields is expected.")
        key = row.get("key")
        label = f" (“{key}”)" if isinstance(key, str) and key else ""
        entries.append(Entry(f"{noun} {number}{label}", row, error))
    return entries


def refuse_repeated_keys(entries: list[Entry]) -> None:
    """Keys tell entries apart in reports, so each may stand once."""
    seen: set[str] = set()
    for entry in entries:
        key = entry.key()
        if key in seen:
            raise entry.fail(f"the key “{key}” is used twice. Give each its own.")
        seen.add(key)
