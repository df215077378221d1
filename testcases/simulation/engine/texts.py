"""The customer's standard lines and the phrases that an agent's acts are known by, per language, from TOML files."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from recordings.language.lexicon import Group, compile_phrases
from recordings.language.text import fold
from testcases.simulation.engine.words import stem

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es", "ru")


@dataclass(frozen=True, slots=True)
class Language:
    """What the engine knows of one language. `concepts` give words that mean alike one name; `stop` are words that
    prove nothing; `background` are sentences that no sales talk is near to."""

    code: str
    lines: Mapping[str, tuple[str, ...]]
    about: Mapping[str, str]
    acts: Mapping[str, Group]
    goals: Mapping[str, Group]
    concepts: Mapping[str, str]
    stop: frozenset[str]
    background: tuple[str, ...]


@lru_cache(maxsize=4)
def language_of(code: str) -> Language:
    """The files of a language, read once; English for one that has none."""
    known = code if code in LANGUAGES else "en"
    standard, phrases = _read("standard", known), _read("phrases", known)
    concepts = {stem(word, known): name for name, words in phrases["concepts"].items() for word in words}
    return Language(
        code=known,
        lines={name: tuple(variants) for name, variants in standard["lines"].items()},
        about=standard["about"],
        acts=_groups("acts", phrases),
        goals=_groups("goal", phrases),
        concepts=concepts,
        stop=frozenset(fold(word) for word in phrases["stop"]["words"]),
        background=tuple(phrases["background"]["sentences"]),
    )


def _groups(section: str, phrases: Mapping[str, Any]) -> dict[str, Group]:
    return {
        name: Group(f"{section}.{name}", compile_phrases(entry["phrases"]), compile_phrases(entry.get("unless", ())))
        for name, entry in phrases[section].items()
    }


def _read(folder: str, language: str) -> dict[str, Any]:
    return tomllib.loads((FOLDER / folder / f"{language}.toml").read_text(encoding="utf-8"))
