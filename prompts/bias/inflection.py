"""Russian names in their cases, so that a name is replaced wherever it stands."""

import re

_VOWELS = "аеёиоуыэюя"
_SOFT_AFTER = "гкхжчшщ"


def forms(name: str, language: str) -> tuple[str, ...]:
    """`name` as it may stand in a text; the same place of two names is the same case.

    Russian: nominative, genitive, dative, accusative, instrumental, prepositional, after A. A. Zaliznyak,
    Grammatical Dictionary of Russian; names that do not inflect stay as they are. Other languages: the name alone.
    """
    if language != "ru" or not re.fullmatch(r"[А-ЯЁа-яё-]{2,}", name):
        return (name,)
    if name.endswith("ия"):
        stem = name[:-1]
        return (name, stem + "и", stem + "и", stem + "ю", stem + "ей", stem + "и")
    if name.endswith("я"):
        stem = name[:-1]
        return (name, stem + "и", stem + "е", stem + "ю", stem + "ей", stem + "е")
    if name.endswith(("ова", "ева", "ёва", "ина")):
        return (
            _a_name(name)
            if name.endswith("ина")
            else (name, *(name[:-1] + end for end in ("ой", "ой", "у", "ой", "ой")))
        )
    if name.endswith("а"):
        return _a_name(name)
    if name.endswith(("ь", "й")):
        stem = name[:-1]
        return (name, stem + "я", stem + "ю", stem + "я", stem + "ем", stem + "е")
    if name[-1].lower() in _VOWELS:
        return (name,) * 6
    instrumental = "ым" if name.endswith(("ов", "ев", "ёв", "ин")) else "ом"
    return (name, name + "а", name + "у", name + "а", name + instrumental, name + "е")


def _a_name(name: str) -> tuple[str, ...]:
    stem = name[:-1]
    genitive = "и" if stem[-1].lower() in _SOFT_AFTER else "ы"
    return (name, stem + genitive, stem + "е", stem + "у", stem + "ой", stem + "е")


def fixed(name: str) -> tuple[str, ...]:
    """A name that does not inflect, in all six cases: women's names that end in a consonant."""
    return (name,) * 6


def given_forms(name: str, gender: str, language: str) -> tuple[str, ...]:
    """The cases of a given name. A woman's name that ends in a consonant (Патимат) does not inflect."""
    if language == "ru" and gender == "female" and name[-1].lower() not in _VOWELS:
        return _soft_feminine(name) if name.endswith("ь") else fixed(name)
    return forms(name, language)


def surname_forms(name: str, gender: str, language: str) -> tuple[str, ...]:
    """The cases of a surname listed in its masculine form, for a woman in the feminine."""
    if language == "ru" and gender == "female":
        if name.endswith(("ов", "ев", "ёв", "ин")) and name not in ("Левин",):
            return (name + "а", *(name + end for end in ("ой", "ой", "у", "ой", "ой")))
        if name[-1].lower() not in _VOWELS:
            return fixed(name)
    return forms(name, language)


def _soft_feminine(name: str) -> tuple[str, ...]:
    stem = name[:-1]
    return (name, stem + "и", stem + "и", name, name + "ю", stem + "и")
