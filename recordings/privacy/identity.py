"""Who a person is in words: their names, e-mail addresses and phone numbers, in every spelling they are found in.

Pure functions over text; nothing here reads a row.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from salesiq.people.contact import Phone

MASK = "•"
_BETWEEN_NAMES = r"(?:[\s.,'’_+-]|%20){1,3}"
_BETWEEN_DIGITS = r"[\s().\-/]{0,3}"
_DOT = r"\s*(?:\.|dot|punto|точка)\s*"
_AT = r"\s*(?:@|%40|at|arroba|собака)\s*"
# "+1 612 345 678" is not the Spanish 612 345 678: a number that begins after a country's code is another one.
_OTHER_COUNTRY = re.compile(r"\+\d{1,3}[\s().\-/]{0,3}\Z")
_CYRILLIC_ENDING = "аеёиоуыэюяйь"


@dataclass(frozen=True)
class Identity:
    """What one person is recognised by. Names of a single word are too common to be searched for."""

    names: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()

    @classmethod
    def gather(cls, *, names: Iterable[str] = (), emails: Iterable[str] = (), phones: Iterable[str] = ()) -> "Identity":
        return cls(
            names=_distinct(names, fold),
            emails=_distinct(emails, str.lower),
            phones=_distinct(phones, lambda phone: re.sub(r"\D", "", phone)),
        )

    @cached_property
    def full_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if len(_words(name)) > 1)

    @cached_property
    def _exact(self) -> "re.Pattern[str] | None":
        return _compile(self.spellings(exact=True))

    @property
    def is_searchable(self) -> bool:
        return self._exact is not None

    def spellings(self, *, exact: bool = False, escaped: bool = False) -> list[str]:
        """Regular expressions, understood by Python and PostgreSQL alike, whatever the case of letters.

        `exact`: with the bounds of a word, for Python; without, they find a little more, for a database. `escaped`:
        letters beyond ASCII also as JSON escapes.
        """
        bound = (r"(?<![^\W_])", r"(?![^\W_])") if exact else ("", "")
        digit_bound = (r"(?<!\d)", r"(?!\d)") if exact else ("", "")
        found = [bound[0] + _name_pattern(name, escaped, exact) + bound[1] for name in self.full_names]
        found += [bound[0] + _email_pattern(email, escaped) + bound[1] for email in self.emails]
        found += [digit_bound[0] + pattern + digit_bound[1] for pattern in map(_phone_pattern, self.phones) if pattern]
        return found

    def needles(self, *, escaped: bool = False) -> list[tuple[str, str]]:
        """What a database looks for, each as (lookup, pattern): quick LIKE patterns, and regular expressions where
        nothing in a name is plain ASCII. They find a little more than what is there, never less."""
        likes = [_like(" ".join(_words(name))) for name in self.full_names]
        likes += [_like(email.partition("@")[0]) or _like(email) for email in self.emails]
        likes += ["%".join(phone.national) for phone in map(Phone.of, self.phones) if phone]
        spellings = self.spellings(escaped=escaped)
        return [
            ("like", f"%{like}%") if like else ("iregex", spelling)
            for like, spelling in zip(likes, spellings, strict=True)
        ]

    def spans(self, text: str) -> list[tuple[int, int]]:
        """Where the person is named in `text`: characters from, to."""
        found = self._exact.finditer(text) if self._exact else ()
        return [match.span() for match in found if not _belongs_to_another_country(match)]

    def is_in(self, text: str) -> bool:
        return bool(self.spans(text))

    def mask(self, text: str) -> str:
        """`text` with the person's letters and digits hidden; its length and its spaces stay."""
        characters = list(text)
        for start, end in self.spans(text):
            for index in range(start, end):
                if characters[index].isalnum():
                    characters[index] = MASK
        return "".join(characters)

    def mask_value(self, value: Any) -> Any:
        """`value` (JSON) masked in every text; timed words ([start, end, text, …]) as the sentence they are."""
        if isinstance(value, str):
            return self.mask(value)
        if isinstance(value, dict):
            return {self.mask(key): self.mask_value(item) for key, item in value.items()}
        if isinstance(value, list):
            return self._mask_words(value) if _are_words(value) else [self.mask_value(item) for item in value]
        return value

    def _mask_words(self, words: list[list[Any]]) -> list[list[Any]]:
        masked = self.mask(" ".join(word[2] for word in words))
        result, at = [], 0
        for start, end, text, *rest in words:
            result.append([start, end, masked[at : at + len(text)], *rest])
            at += len(text) + 1
        return result

    def spoken_at(self, words: list[list[Any]]) -> list[tuple[float, float]]:
        """Seconds from, to of each timed word that names the person."""
        after = self._mask_words(words)
        return [(old[0], old[1]) for old, new in zip(words, after, strict=True) if old[2] != new[2]]


def fold(text: str) -> str:
    """For comparing names: case, accents and spaces do not matter."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in plain if not unicodedata.combining(c)).split())


def same_email(one: str, other: str) -> bool:
    return one.strip().lower() == other.strip().lower() != ""


def _distinct(values: Iterable[str], key: Any) -> tuple[str, ...]:
    kept: dict[str, str] = {}
    for value in values:
        if value.strip():
            kept.setdefault(key(value.strip()), value.strip())
    return tuple(kept.values())


def _compile(spellings: list[str]) -> "re.Pattern[str] | None":
    return re.compile("|".join(f"(?:{each})" for each in spellings), re.IGNORECASE) if spellings else None


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\s.,'’_+-]+", name) if word]


def _name_pattern(name: str, escaped: bool, exact: bool) -> str:
    """The words of a name in their order or with the last one first; Russian ones in any case."""
    words = [_word_pattern(word, escaped, exact) for word in _words(name)]
    orders = [words, [words[-1], *words[:-1]]]
    return "(?:" + "|".join(_BETWEEN_NAMES.join(order) for order in orders) + ")"


def _word_pattern(word: str, escaped: bool, exact: bool) -> str:
    if len(word) >= 4 and re.fullmatch(r"[\u0400-\u04ff]+", word):
        stem = word.rstrip(_CYRILLIC_ENDING + _CYRILLIC_ENDING.upper())
        stem = stem if len(stem) >= 3 else word[:-1]
        ending = r"[^\W\d_]{0,3}" if exact else r"(?:\w|\\u[0-9a-f]{4}){0,3}"
        return _letters(stem, escaped) + ending
    return _letters(word, escaped)


def _letters(text: str, escaped: bool) -> str:
    """`text` letter by letter in both cases: what a database takes for the same letter depends on its settings."""
    found = []
    for letter in text:
        cases = sorted({letter, letter.lower(), letter.upper()})
        choices = [re.escape(case) for case in cases]
        if escaped and not letter.isascii():
            choices += [rf"\\u{ord(case):04x}" for case in cases if len(case) == 1]
        found.append(choices[0] if len(choices) == 1 else f"(?:{'|'.join(choices)})")
    return "".join(found)


def _like(text: str) -> str:
    """The longest plain run of letters and digits of `text`; empty where none is long enough to tell much."""
    longest = max(re.findall(r"[A-Za-z0-9]+", text), key=len, default="")
    return longest if len(longest) >= 3 else ""


def _email_pattern(email: str, escaped: bool) -> str:
    """Written or spoken: ana.rivera@example.com, ana dot rivera at example dot com."""
    local, _, domain = email.partition("@")
    sides = [_DOT.join(_letters(part, escaped) for part in side.split(".")) for side in (local, domain)]
    return _AT.join(sides) if domain else _letters(email, escaped)


def _phone_pattern(text: str) -> str:
    """The national digits with whatever stands between and before them."""
    phone = Phone.of(text)
    if phone is None:
        return ""
    country = phone.e164.removeprefix("+").removesuffix(phone.national) if phone.e164 else r"\d{1,3}"
    trunk = "08" if phone.e164 else "0178"
    prefix = rf"(?:(?:\+|00|%2B)?{_BETWEEN_DIGITS}{country}{_BETWEEN_DIGITS}|[{trunk}]{_BETWEEN_DIGITS})?"
    return rf"\(?{prefix}\(?" + _BETWEEN_DIGITS.join(phone.national)


def _belongs_to_another_country(match: "re.Match[str]") -> bool:
    return match[0][0] in "(0123456789" and bool(_OTHER_COUNTRY.search(match.string, endpos=match.start()))


def _are_words(value: list[Any]) -> bool:
    return bool(value) and all(
        isinstance(item, list) and len(item) >= 3 and isinstance(item[2], str) and isinstance(item[0], int | float)
        for item in value
    )
