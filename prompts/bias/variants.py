"""The same case with other people in it. What is asked about stays; only who asks, and how, is another."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from prompts.bias.inflection import given_forms, surname_forms
from prompts.bias.speech import CUSTOMER, change_texts, fields_of, replace_words, say_first, texts_of
from prompts.bias.words import Words, words_of

ATTRIBUTES = ("name", "gender", "region", "accent")
STANDARD = "standard"
_PEOPLE = ("customer", "client", "contact", "lead", "prospect", "buyer", "person", "caller")
_PLACES = ("city", "town", "region", "place")
_AFTER_HER = frozenset(
    {
        "to", "and", "that", "if", "a", "an", "the", "about", "for", "on", "in", "at", "with", "when", "back", "again",
        "or", "but", "so", "because", "as", "who", "is", "was",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Variant:
    """`values` of the case with the customer of another `group`; the first group of an attribute is its reference."""

    attribute: str
    group: str
    values: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.attribute}:{self.group}"


@dataclass(frozen=True, slots=True)
class Person:
    """Whoever the case is about; `gender` is empty where the name does not tell."""

    given: str
    surname: str = ""
    gender: str = ""


def groups_of(attribute: str, language: str) -> tuple[str, ...]:
    """The groups of `attribute`, its reference first. Raises ValueError for one that is not known."""
    words = words_of(language)
    match attribute:
        case "name":
            return tuple(words.names)
        case "gender":
            return ("male", "female")
        case "region":
            return tuple(words.places)
        case "accent":
            return (STANDARD, *words.accents)
    raise ValueError(f"There is no attribute {attribute}.")


def make_variants(
    values: Mapping[str, Any], *, language: str, attributes: Sequence[str] = ATTRIBUTES, seed: int = 0
) -> list[Variant]:
    """Each group of each attribute, the reference too; the same `seed` gives the same.

    A name is replaced wherever it stands, in fields, transcript and addresses alike. Where no name or place is found,
    the customer says one in the first turn. An attribute that cannot be varied (no name, no place, and nobody speaks)
    is left out whole.
    """
    words, person = words_of(language), find_person(values, words_of(language))
    makers = {"name": _named, "gender": _gendered, "region": _placed, "accent": _accented}
    found: list[Variant] = []
    for attribute in attributes:
        groups = groups_of(attribute, language)
        made = [makers[attribute](values, group, words, person, seed) for group in groups]
        variants = [
            Variant(attribute, group, each) for group, each in zip(groups, made, strict=True) if each is not None
        ]
        if len(variants) == len(groups):
            found += variants
    return found


def find_person(values: Mapping[str, Any], words: Words) -> Person | None:
    """By the field that holds the customer's name, else by the given name of our lists that stands there first."""
    for path, text in fields_of(values):
        parts = path.lower().replace("_", ".").split(".")
        named = parts[-1] == "name" and (len(parts) == 1 or any(part in _PEOPLE for part in parts[:-1]))
        if named and re.search(r"[^\W\d_]{2}", text):
            given, _space, surname = text.strip().partition(" ")
            return Person(given, surname.strip(), _gender_of(given, words))
    listed = {name for names in words.names.values() for name in (*names.female, *names.male)}
    surnames = {name for names in words.names.values() for name in names.surnames}
    texts = sorted(texts_of(values), key=lambda pair: pair[1] not in CUSTOMER)
    for text, _role in texts:
        tokens = re.findall(r"\w[\w-]*", text)
        for token, after in pairwise([*tokens, ""]):
            if token in listed:
                return Person(token, after if after in surnames else "", _gender_of(token, words))
    return None


def _gender_of(given: str, words: Words) -> str:
    for names in words.names.values():
        if given in names.female:
            return "female"
        if given in names.male:
            return "male"
    return ""


def _named(values: Mapping[str, Any], group: str, words: Words, person: Person | None, seed: int) -> Any | None:
    gender = (person.gender if person else "") or ("female" if seed % 2 else "male")
    return _with_name(values, words, person, group, gender, seed)


def _with_name(
    values: Mapping[str, Any], words: Words, person: Person | None, group: str, gender: str, seed: int
) -> Any | None:
    names = words.names[group]
    given = names.given(gender)[seed % len(names.given(gender))]
    surname = names.surnames[seed % len(names.surnames)]
    new = given_forms(given, gender, words.language)
    family = surname_forms(surname, gender, words.language)
    if person is None:
        return say_first(values, words.introduction.format(name=f"{new[0]} {family[0]}"))
    replaced = _pairs(given_forms(person.given, person.gender, words.language), new)
    if person.surname:
        replaced |= _pairs(surname_forms(person.surname, person.gender, words.language), family)
    return change_texts(values, lambda text, _role: _exactly(text, replaced))


def _pairs(old: Sequence[str], new: Sequence[str]) -> dict[str, str]:
    """Form by form; where two cases look alike in the old name the first one counts. In lower case for addresses."""
    found: dict[str, str] = {}
    for index, form in enumerate(old):
        found.setdefault(form, new[min(index, len(new) - 1)])
    return found | {form.lower(): each.lower() for form, each in found.items() if form.lower() not in found}


def _exactly(text: str, replaced: Mapping[str, str]) -> str:
    longest = sorted(replaced, key=len, reverse=True)
    pattern = r"(?<![^\W_])(?:" + "|".join(re.escape(old) for old in longest) + r")(?![^\W_])"
    return re.sub(pattern, lambda match: replaced[match[0]], text)


def _gendered(values: Mapping[str, Any], group: str, words: Words, person: Person | None, seed: int) -> Any | None:
    to = 1 if group == "female" else 0
    everywhere = {pair[1 - to]: pair[to] for pair in words.titles}
    elsewhere = {pair[1 - to]: pair[to] for pair in words.pronouns}
    own = {pair[1 - to]: pair[to] for pair in words.own_words}

    def change(text: str, role: str) -> str:
        text, _count = replace_words(text, everywhere)
        if role in CUSTOMER:
            return replace_words(text, own)[0]
        if role:
            return text
        if words.language == "en":
            text = _english_pronouns(text, to)
        return replace_words(text, elsewhere)[0]

    named = _with_name(values, words, person, next(iter(words.names)), group, seed)
    return None if named is None else change_texts(named, change)


def _english_pronouns(text: str, to: int) -> str:
    """“her” is “him” or “his”, and “his” is “her” or “hers”, by the word that follows."""

    def put(match: re.Match[str]) -> str:
        word, after = match[1], match[2].lower()
        if to == 0:
            new = "his" if after and after not in _AFTER_HER else "him"
        else:
            new = "her" if after and after not in _AFTER_HER else "hers"
        return (new.capitalize() if word[0].isupper() else new) + match[0][len(word) :]

    pattern = r"(?<!\w)(her|his)(?!\w)(?=\s*([\w']*))"
    word = "her" if to == 0 else "his"
    return re.sub(
        pattern, lambda match: put(match) if match[1].lower() == word else match[0], text, flags=re.IGNORECASE
    )


def _placed(values: Mapping[str, Any], group: str, words: Words, person: Person | None, seed: int) -> Any | None:
    targets = words.places[group]
    replaced: dict[str, str] = {}
    for index, place in enumerate(_places_in(values, words)):
        target = targets[(seed + index) % len(targets)]
        replaced |= _pairs(place, target)
    if not replaced:
        target = targets[seed % len(targets)]
        return say_first(values, words.whence.format(place=target[-1]))
    return change_texts(values, lambda text, _role: _exactly(text, replaced))


def _places_in(values: Mapping[str, Any], words: Words) -> list[tuple[str, ...]]:
    """Places that stand in the case, as fields for places hold them and as our lists know them, each once."""
    listed = [forms for rows in words.places.values() for forms in rows]
    found: list[tuple[str, ...]] = []
    for path, text in fields_of(values):
        if path.lower().replace("_", ".").split(".")[-1] in _PLACES and re.search(r"[^\W\d_]{2}", text):
            known = next((forms for forms in listed if text.strip() in forms), (text.strip(),))
            found.append(known)
    whole = "\n".join(text for text, _role in texts_of(values))
    found += [forms for forms in listed if any(re.search(rf"(?<!\w){re.escape(form)}(?!\w)", whole) for form in forms)]
    return list(dict.fromkeys(found))


def _accented(values: Mapping[str, Any], group: str, words: Words, person: Person | None, seed: int) -> Any | None:
    if say_first(values, "") is None:
        return None
    if group == STANDARD:
        return values
    accent, count = words.accents[group], 0

    def change(text: str, role: str) -> str:
        nonlocal count
        if role not in CUSTOMER:
            return text
        text, replaced = replace_words(text, accent.replaced)
        count += replaced
        return text

    spoken = change_texts(values, change)
    return spoken if count >= 2 else say_first(spoken, accent.opening)
