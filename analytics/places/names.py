"""Which countries a region is, as people write it. Pure: what is not sure is not placed."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import pycountry
from babel import Locale
from babel.core import get_global
from rapidfuzz.distance import OSA

from analytics.places.groups import ALIASES, GROUPS

LANGUAGES = ("en", "es", "ru")
# Letters that may be wrong, by the length of the name: in short ones each letter makes another country.
_FORGIVEN = ((8, 2), (5, 1))


@dataclass(frozen=True, slots=True)
class Place:
    """`countries`: ISO 3166-1 alpha-2, sorted. `is_guess`: letters were put right to find it."""

    countries: tuple[str, ...]
    is_guess: bool = False

    @property
    def is_group(self) -> bool:
        return len(self.countries) > 1


@lru_cache(maxsize=4096)
def place_named(text: str) -> Place | None:
    """The country or group of countries that `text` names in English, Spanish or Russian, or by ISO code; None for
    what names none or more than one ("Central", "Georgia or Florida"), which no map can show.

    Of "Berlin, Germany" the part that is known counts, of misspellings ("Philipines") the only name that near; a
    state or province ("Texas", "Andalucía") is shown as its country, unless two countries have one of that name.
    """
    whole = _exact(plain(text))
    if whole:
        return whole
    parts = [part for part in (plain(part) for part in re.split(r"[,;:/|()\[\]–—-]+", text)) if part]
    found = {place for place in map(_exact, parts) if place} if len(parts) > 1 else set()
    if len(found) == 1:
        return found.pop()
    return None if found else _subdivision(plain(text)) or _nearest(plain(text))


def plain(text: str) -> str:
    """In lower case, without accents, with single spaces for everything that is no letter or digit."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^\w]+|_", " ", letters).split())


def country_name(code: str, language: str) -> str:
    """The country's name in a language of the product."""
    locale = Locale.parse(language if language in LANGUAGES else "en")
    return str(locale.territories.get(code, code))


def _exact(name: str) -> Place | None:
    codes = _known().get(name)
    return Place(codes) if codes else None


def _nearest(name: str) -> Place | None:
    forgiven = next((letters for length, letters in _FORGIVEN if len(name) >= length), 0)
    if not forgiven:
        return None
    near: dict[int, set[tuple[str, ...]]] = {}
    for known, codes in _known().items():
        if len(known) >= 5 and known[0] == name[0] and abs(len(known) - len(name)) <= forgiven:
            distance = OSA.distance(name, known, score_cutoff=forgiven)
            if distance <= forgiven:
                near.setdefault(distance, set()).add(codes)
    nearest = near[min(near)] if near else set()
    return Place(nearest.pop(), is_guess=True) if len(nearest) == 1 else None


def _subdivision(name: str) -> Place | None:
    countries = _subdivisions().get(name, frozenset())
    return Place(tuple(countries)) if len(countries) == 1 and not set(name.split()) <= _COMPASS else None


@lru_cache(maxsize=1)
def _subdivisions() -> dict[str, frozenset[str]]:
    """Names of ISO 3166-2, also as "Comunidad Valenciana" where the standard has "Valenciana, Comunidad"."""
    found: dict[str, frozenset[str]] = {}
    for each in pycountry.subdivisions:
        last, _comma, first = each.name.partition(", ")
        for name in {plain(each.name), plain(f"{first} {last}"), plain(last)}:
            found[name] = found.get(name, frozenset()) | {each.country_code}
    return found


@lru_cache(maxsize=1)
def _known() -> dict[str, tuple[str, ...]]:
    """Every name and code, and the countries it stands for."""
    known: dict[str, tuple[str, ...]] = {}
    for three, two in get_global("territory_aliases").items():
        if len(three) == 3 and three.isalpha() and len(two) == 1:
            known[three.lower()] = (two[0],)
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRIES:
                known[code.lower()] = (code,)
                known[plain(name)] = (code,)
    known |= {name: (code,) for name, code in ALIASES.items() if code}
    known |= {name: tuple(sorted(codes.split())) for names, codes in GROUPS.items() for name in names}
    return known


# Unions and islands of CLDR that are no countries, and what would hide a word of another meaning.
_NO_COUNTRIES = frozenset({"EU", "EZ", "UN", "ZZ", "XA", "XB", "QO", "AC", "CP", "DG", "EA", "IC", "TA", "AQ"})

# A sales area of these words is of no one country, though some country has a province of that name.
_COMPASS = frozenset(
    {
        *(
            "central",
            "centre",
            "center",
            "north",
            "south",
            "east",
            "west",
            "northern",
            "southern",
            "eastern",
            "western",
        ),
        *("northeast", "northwest", "southeast", "southwest", "upper", "lower", "inner", "outer", "region", "area"),
        *("coast", "capital", "metropolitan", "western"),
    }
)
