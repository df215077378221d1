"""Our own lists of names, places, pronouns and marks of speech, one file a language, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

FOLDER = Path(__file__).parent
LANGUAGES = ("en", "es", "ru")


@dataclass(frozen=True, slots=True)
class Names:
    female: tuple[str, ...]
    male: tuple[str, ...]
    surnames: tuple[str, ...]

    def given(self, gender: str) -> tuple[str, ...]:
        return self.female if gender == "female" else self.male


@dataclass(frozen=True, slots=True)
class Accent:
    replaced: Mapping[str, str]
    opening: str


@dataclass(frozen=True, slots=True)
class Words:
    """Of one language. Groups keep their order; the first is what others are compared with.

    `places`: each as a name and, where the language inflects, as after "from".
    """

    language: str
    names: Mapping[str, Names]
    introduction: str
    titles: tuple[tuple[str, str], ...]
    pronouns: tuple[tuple[str, str], ...]
    own_words: tuple[tuple[str, str], ...]
    places: Mapping[str, tuple[tuple[str, ...], ...]]
    whence: str
    accents: Mapping[str, Accent]


@cache
def words_of(language: str) -> Words:
    """The lists of `language` (`ru`, `es-MX`); English for one that has none."""
    code = language.lower()[:2] if language.lower()[:2] in LANGUAGES else "en"
    data = yaml.safe_load((FOLDER / f"{code}.yaml").read_text(encoding="utf-8"))
    return Words(
        language=code,
        names={group: Names(*(tuple(row[part]) for part in ("female", "male", "surnames")))
               for group, row in data["names"].items()},
        introduction=data["introduction"],
        titles=tuple((male, female) for male, female in data["titles"]),
        pronouns=tuple((male, female) for male, female in data["pronouns"]),
        own_words=tuple((male, female) for male, female in data["own_words"]),
        places={group: tuple(tuple(forms) for forms in rows) for group, rows in data["places"].items()},
        whence=data["whence"],
        accents={group: Accent(row["replaced"], row["opening"]) for group, row in data["accents"].items()},
    )  # fmt: skip
