"""Postal addresses: a street with a house number, in the order of each language; post codes; post boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from recordings.language.lexicon import lexicon
from recordings.language.personal_data.scene import Scene, nearest_cue
from recordings.language.personal_data.types import PersonalData
from recordings.language.text import fold
from recordings.language.types import Span

_UK_POSTCODE = r"[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}"
_POSTCODE = re.compile(rf"(?<!\w)(?:{_UK_POSTCODE}|\d{{5}}(?:-\d{{4}})?|\d{{6}})(?!\w)")


def find_addresses(scene: Scene) -> Iterator[PersonalData]:
    street, box = _street(scene.language), _box(scene.language)
    for line, text in zip(scene.lines, scene.folded, strict=True):
        for found in street.finditer(text):
            if scene.language == "en" and not _is_street(line.text, *found.span()):
                continue
            yield PersonalData("address", "street", (Span(line.position, found.start(), found.end()),), 0.85)
        for found in box.finditer(text):
            yield PersonalData("address", "box", (Span(line.position, found.start(), found.end()),), 0.85)
        for found in _POSTCODE.finditer(text):
            if nearest_cue(scene.cues("personal.postcode"), line.position, found.start(), within=2):
                yield PersonalData("address", "postcode", (Span(line.position, found.start(), found.end()),), 0.85)


def _is_street(text: str, start: int, end: int) -> bool:
    """English only: a street's name has capitals, "forty pounds either way" has none; without any, digits decide."""
    words = text[start:end].split()
    if any(word[0].isupper() for word in words[1:]):
        return True
    common = {"way", "place", "close", "row", "square", "street"}
    return not any(c.isupper() for c in text) and not common & {word.strip(".,") for word in words}


@lru_cache(maxsize=8)
def _street(language: str) -> re.Pattern[str]:
    builders = {"es": _spanish, "ru": _russian}
    return re.compile(builders.get(language, _english)(language))


@lru_cache(maxsize=8)
def _box(language: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:p\.?\s?o\.?\s?box|post office box|apartado(?: de correos)?|а/я)\s*(?:#|no\.?)?\s*\d+")


def _english(language: str) -> str:
    words = lexicon(language).table("address_words")
    number = rf"(?:\d+[a-z]?|{_number_words(language)})"
    name = r"(?:\d+(?:st|nd|rd|th)|[a-z][a-z'.-]+)"
    unit = rf",?\s+(?:{_any(words['units'])}|#)\s*(?:\d+[a-z]?|[a-z]|{_number_words(language)})"
    town = r"(?:(?:in\s+)?[a-z]+(?:\s+[a-z]+)?,?\s+)?(?:[a-z]{2}\s+|[a-z]+\s+)?"
    place = rf",?\s+{town}(?:{_UK_POSTCODE}|\d{{5}}(?:-\d{{4}})?)(?!\w)"
    street = rf"{number}\s+(?:{name}\s+){{1,3}}?{_any(words['streets'])}(?!\w)\.?"
    return rf"(?<![\w.,]){street}(?:{unit})?(?:{place}|,\s+london)?"


def _spanish(language: str) -> str:
    words = lexicon(language).table("address_words")
    number = rf"(?:\d+(?:\s?[a-z](?!\w))?|{_number_words(language)})"
    name = r"(?:de|del|la|las|los|el|san|santa|[a-z0-9]{2,})"
    unit = rf",?\s+(?:{_any(words['units'])})(?:\s+(?:{_any(words['unit_parts'])}|\d+|[a-z](?!\w)))?"
    floor = r",?\s+\d{1,2}\s?[ºª°]?\s?[a-z]?(?!\w)"
    place = r",?\s+(?:\d{5}\s+)[a-z]+|,\s+[a-z]+(?=\s*[.?!]?\s*$)"
    return (
        rf"(?<!\w)(?:{_any(words['streets'])})\s+(?:{name}\s+){{0,4}}?{name},?\s+(?:(?:numero|nº|n°|kilometro|km)\s+)?"
        rf"{number}(?!\w)(?:{unit}|{floor})*(?:{place})?"
    )


def _russian(language: str) -> str:
    words = lexicon(language).table("address_words")
    number = rf"(?:\d+\s?[а-г]?(?!\w)|{_number_words(language)})"
    street = _any(words["streets"])
    house = _any(words["houses"])
    name = r"[а-я0-9-]{2,}"
    unit = rf"(?:,?\s+(?:{_any(words['units'])})\s+(?:\d+\s?[а-г]?(?!\w)|{_number_words(language)}))"
    before = rf"(?:(?:{street})\.?\s+(?:{name}\s+){{0,2}}?{name}|{name}\s+(?:{street}))"
    settlement = rf"(?:(?:{_any(words['settlements'])})\s+{name},?\s+|[а-я]+,\s+(?={street}))?"
    plain = rf"{name}\s+\d+[а-г]?{unit}+"
    return rf"(?<!\w)(?:{settlement}{before},?\s+(?:(?:{house})\.?\s+)?{number}{unit}*|{plain})"


def _number_words(language: str) -> str:
    tables = lexicon(language)
    words = [name for table in ("numbers", "scales") for name, value in tables.table(table).items() if value <= 1000]
    joiner = r"(?:\s+y)?" if language == "es" else ""
    return rf"{_any(words)}(?:{joiner}[\s-]+{_any(words)}){{0,3}}(?!\w)"


def _any(words: object) -> str:
    ordered = sorted({fold(str(word)) for word in words}, key=len, reverse=True)  # type: ignore[attr-defined]
    return "(?:" + "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered) + ")"
