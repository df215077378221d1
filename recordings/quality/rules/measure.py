"""What a rule is, what it may be told, and what it answers."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from recordings.language.lexicon import Group, compile_phrases
from recordings.language.types import Line
from recordings.quality.facts import CallFacts

PHRASES = Path(__file__).parents[1] / "phrases"
# What rests on findings that measure badly in the call's language is believed no more than this.
WEAK_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class Measure:
    """A rule's answer: `share` of the points earned, 0..1, or None where the rule does not apply.

    `reason` tells the agent what was measured, against what, and why that many points. `confidence` is 0..1,
    `line` the place it rests on. `failed` says that the criterion is broken outright, which a critical
    criterion turns into a total of 0.
    """

    share: float | None
    reason: str
    line: int | None = None
    confidence: float = 1.0
    failed: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number that a rule may be told: its default, its limits, and what it means."""

    default: float
    low: float
    high: float
    meaning: str


@dataclass(frozen=True, slots=True)
class Settings:
    """A criterion's parameters, complete with defaults. `phrases` are the workspace's own."""

    numbers: Mapping[str, float]
    phrases: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> float:
        return self.numbers[name]


@dataclass(frozen=True, slots=True)
class Rule:
    """A named way to measure a call.

    `area` names the language findings that it rests on (empty: it counts seconds), `reads_words` whether misheard
    words can mislead it, `takes_phrases` whether a criterion may add phrases of its own.
    """

    name: str
    describes: str
    measure: Callable[[CallFacts, Settings], Measure]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    area: str = ""
    reads_words: bool = True
    takes_phrases: bool = False

    def default(self, name: str) -> float:
        """A parameter's default; 0 for one that this rule does not have."""
        return self.parameters[name].default if name in self.parameters else 0.0

    def settings(self, given: Mapping[str, Any]) -> Settings:
        """A criterion's parameters, completed with the defaults."""
        numbers = {name: float(given.get(name, each.default)) for name, each in self.parameters.items()}
        return Settings(numbers, tuple(given.get("phrases", ())))


def ramp(value: float, *, zero: float, full: float) -> float:
    """Linear credit: 0 at `zero` and beyond, 1 at `full` and beyond; `full` may be the smaller of the two."""
    if zero == full:
        return 1.0 if value >= full else 0.0
    return min(1.0, max(0.0, (value - zero) / (full - zero)))


def phrase_group(language: str, name: str) -> Group:
    """A list of phrases of this package, such as `greeting`; English for a language without lists."""
    return _phrase_groups(language if (PHRASES / f"{language}.toml").is_file() else "en")[name]


@lru_cache(maxsize=8)
def _phrase_groups(language: str) -> dict[str, Group]:
    tables = tomllib.loads((PHRASES / f"{language}.toml").read_text(encoding="utf-8"))["conduct"]
    return {
        name: Group(name, compile_phrases(table["phrases"]), compile_phrases(table.get("unless", ())))
        for name, table in tables.items()
    }


@lru_cache(maxsize=64)
def own_phrases(phrases: tuple[str, ...]) -> Group:
    """A workspace's own phrases, with the phrase signs of recordings/language/lexicon.py."""
    return Group("own", compile_phrases(phrases), None)


def first_saying(lines: tuple[Line, ...], group: Group) -> tuple[Line, str] | None:
    """The first of the lines in which a phrase of the group stands, and the words found."""
    for line in lines:
        match = group.first(line.text)
        if match:
            return line, match.text
    return None


def seconds_at(facts: CallFacts, position: int | None) -> float | None:
    """When a line began, in seconds from the start of the call."""
    return next((line.start for line in facts.lines if line.position == position), None)


def clock(seconds: float) -> str:
    """Seconds as minutes and seconds, the way the player shows them."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
