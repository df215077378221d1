"""The shipped test cases, trainings and suites as they lie beside this file.

`cases/en/price-oven-service.yaml` is a case of the form of content/files.py; its name is the file's, with the language
behind it where that is not English. `trainings/en/` are pieces of training, `suites.yaml` names the suites.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from testcases.content.files import CaseFile, read_case_file

SHIPPED = Path(__file__).parent
LANGUAGES = ("en", "es", "ru")


class ShippedError(ValueError):
    """A shipped file is not as it must be; says which and why."""


@dataclass(frozen=True, slots=True)
class ShippedCase:
    """`key` is `en/price-oven-service`."""

    key: str
    file: CaseFile


@dataclass(frozen=True, slots=True)
class ShippedTraining:
    key: str
    name: str
    title: str
    language: str
    skills: tuple[str, ...]
    material: str


@dataclass(frozen=True, slots=True)
class ShippedSuite:
    """`cases` are names of cases, in the order in which they are run."""

    name: str
    title: str
    description: str
    language: str
    cases: tuple[str, ...]


@cache
def shipped_cases(language: str) -> tuple[ShippedCase, ...]:
    """Every case in `language`, by name. Raises ShippedError and ContentError."""
    return tuple(_case(path, language) for path in _files("cases", language))


@cache
def shipped_trainings(language: str) -> tuple[ShippedTraining, ...]:
    """Every piece of training in `language`, by name. Raises ShippedError."""
    return tuple(_training(path, language) for path in _files("trainings", language))


@cache
def shipped_suites(language: str) -> tuple[ShippedSuite, ...]:
    """The suites of cases in `language`. Raises ShippedError."""
    _known(language)
    rows = _read(SHIPPED / "suites.yaml").get(language, {})
    return tuple(
        ShippedSuite(named(name, language), row["title"], row["description"], language,
                     tuple(named(each, language) for each in row["cases"]))
        for name, row in rows.items()
    )  # fmt: skip


def named(stem: str, language: str) -> str:
    """What a client calls the thing of this file name."""
    return stem if language == "en" else f"{stem}-{language}"


def _case(path: Path, language: str) -> ShippedCase:
    text = path.read_text(encoding="utf-8")
    return ShippedCase(
        f"{language}/{path.stem}", read_case_file(text, name=named(path.stem, language), language=language)
    )


def _training(path: Path, language: str) -> ShippedTraining:
    row = _read(path)
    return ShippedTraining(
        key=f"{language}/{path.stem}", name=named(path.stem, language), title=row["title"], language=language,
        skills=tuple(row["skills"]), material=row["material"].strip(),
    )  # fmt: skip


def _files(folder: str, language: str) -> list[Path]:
    _known(language)
    return sorted((SHIPPED / folder / language).glob("*.yaml"))


def _known(language: str) -> None:
    if language not in LANGUAGES:
        raise ShippedError(f"There are no test cases in “{language}”. Languages: {', '.join(LANGUAGES)}.")


def _read(path: Path) -> Mapping[str, Any]:
    try:
        known = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise ShippedError(f"{path.name} is no YAML: {error}") from error
    if not isinstance(known, Mapping):
        raise ShippedError(f"{path.name} is no mapping.")
    return known
