"""Id numbers by country: one file each, so that a country can be added without touching code."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

from recordings.language.personal_data import check_digits

FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class IdNumber:
    """One kind of id number. `shape` fits digits and lower-case letters without spaces, `written` its usual writing.

    `alone`: with a right check digit (or by its letters) it is known without any words before it. `pieces` are parts
    of it that are said apart, such as series and number.
    """

    part: str
    country: str
    shape: re.Pattern[str]
    cues: tuple[str, ...]
    checks: tuple[Callable[[str], bool], ...]
    alone: bool
    written: re.Pattern[str] | None
    pieces: tuple[re.Pattern[str], ...]

    def holds(self, number: str) -> bool:
        """Whether a check digit is right; False where there is none."""
        return any(check(number) for check in self.checks)


@cache
def id_numbers(countries: frozenset[str] = frozenset()) -> tuple[IdNumber, ...]:
    """Id numbers of `countries` (ISO 3166 codes) and those of any country; of every country when none is named."""
    packs = [tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(
        _read(entry, pack["country"])
        for pack in packs
        if not countries or not pack["country"] or pack["country"] in countries
        for entry in pack["id"]
    )


@cache
def known_countries() -> tuple[str, ...]:
    """ISO 3166 codes of the countries whose id numbers we know."""
    return tuple(sorted({number.country for number in id_numbers() if number.country}))


def _read(entry: dict[str, object], country: str) -> IdNumber:
    written = entry.get("written")
    return IdNumber(
        part=str(entry["part"]),
        country=country,
        shape=re.compile(str(entry["shape"])),
        cues=tuple(entry["cues"]),  # type: ignore[arg-type]
        checks=tuple(_check(name) for name in entry.get("check", ())),  # type: ignore[attr-defined]
        alone=bool(entry.get("alone", False)),
        written=re.compile(rf"(?<![\w-]){written}(?![\w-])") if written else None,
        pieces=tuple(re.compile(str(piece)) for piece in entry.get("pieces", ())),  # type: ignore[attr-defined]
    )


def _check(name: str) -> Callable[[str], bool]:
    if name.startswith("own:"):
        return getattr(check_digits, name.removeprefix("own:"))  # type: ignore[no-any-return]
    return import_module(f"stdnum.{name}").is_valid  # type: ignore[no-any-return]
