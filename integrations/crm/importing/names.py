"""Names of columns and words in cells, compared without regard to case, marks and the way they are joined."""

import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from django.utils.text import slugify

_CAMEL = re.compile(r"(?<=[a-zа-яё0-9])(?=[A-ZА-ЯЁ])")
_MARKS = re.compile(r"[\W_]+")
_QUOTES = " '\"“”«»‘’:-"
_FILE = Path(__file__).with_name("synonyms.toml")


@cache
def vocabulary() -> dict[str, Any]:
    """The tables of synonyms.toml."""
    with _FILE.open("rb") as file:
        return tomllib.load(file)


def plain(name: str) -> str:
    """ "closeDate", "Close Date" and "close_date" are "close date"."""
    return _MARKS.sub(" ", _CAMEL.sub(" ", name)).strip().casefold().replace("ё", "е")


@cache
def synonyms(kind: str, field: str) -> tuple[str, ...]:
    """What `field` is called elsewhere, the surest first; its own name is the first of all."""
    words = vocabulary()
    named = [*words.get(kind, {}).get(field, []), *words["common"].get(field, [])]
    return tuple(dict.fromkeys([plain(field), *(plain(name) for name in named)]))


@cache
def words(name: str) -> dict[str, str]:
    """{word as people write it: its value} of the list [words.<name>]."""
    listed = vocabulary()["words"][name]
    return {plain(word): value for value, spellings in listed.items() for word in (value, *spellings)}


def variants(kind: str, name: str) -> list[str]:
    """The column's plain name, and what is left of it without the words for its kind in front or behind."""
    nouns = {plain(noun) for noun in vocabulary()["nouns"][kind]}
    found = [plain(name)]
    parts = found[0].split()
    while len(parts) > 1 and parts[0] in nouns:
        parts = parts[1:]
        found.append(" ".join(parts))
    if len(parts) > 1 and parts[-1] in nouns:
        found.append(" ".join(parts[:-1]))
    return found


def custom_key(name: str, taken: set[str]) -> str:
    """A key for a custom field: letters and digits of any script, at most 60, not in `taken`."""
    stem = slugify(name, allow_unicode=True)[:56].strip("-_") or "column"
    key, number = stem, 2
    while key in taken:
        key, number = f"{stem}-{number}", number + 1
    return key


@cache
def _entered() -> list[re.Pattern[str]]:
    patterns = vocabulary()["entered"]["patterns"]
    return [re.compile(re.escape(one).replace(r"\{stage\}", "(.+)"), re.IGNORECASE) for one in patterns]


def stage_entered(name: str) -> str:
    """The stage of a column such as "Date entered 'Proposal' (Sales pipeline)"; "" where it is none."""
    for pattern in _entered():
        if found := pattern.fullmatch(name.replace("_", " ").strip()):
            bare = re.sub(r"\s*\([^)]*\)\s*$", "", found[1].strip(_QUOTES))
            return bare.strip(_QUOTES)[:100]
    return ""
