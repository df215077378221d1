"""What a scenario says of its own accord, in the language of its call."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent / "wording"


@dataclass(frozen=True, slots=True)
class Words:
    """Texts of one language; `answers` are good answers by kind of objection, `phrases` what rules look for."""

    names: Sequence[str]
    companies: Sequence[str]
    greetings: Sequence[str]
    title: str
    title_plain: str
    scenario: str
    scenario_lost: str
    scenario_task: str
    scenario_about: str
    scenario_begins: str
    expected: str
    background: str
    background_objections: str
    goal: str
    goal_asked: Sequence[str]
    kinds: Mapping[str, str]
    topics: Mapping[str, str]
    answers: Mapping[str, Sequence[str]]
    criteria: Mapping[str, str]
    phrases: Mapping[str, Sequence[str]]


@lru_cache(maxsize=8)
def words_of(language: str) -> Words:
    """Of one of recordings.language.types.LANGUAGES."""
    known: dict[str, Any] = tomllib.loads((_FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return Words(**known)
