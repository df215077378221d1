"""Words of a sentence as phrases are compared by them: the same for every inflection, contractions taken apart.

Lemmas are simplemma's (A. Barbaresi, https://github.com/adbar/simplemma) for English, Spanish and Russian.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import simplemma

from recordings.language.lexicon import lexicon
from recordings.language.numerals import parse_digits, spoken_numbers
from recordings.language.text import fold
from recordings.language.types import LANGUAGES

FOLDER = Path(__file__).parent / "grammar"
_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’-][^\W\d_]+)*|[%€$£]|[,;:—–]|--|[.!?…]+")
_BREAK = frozenset(",;:—–.!?…")
_SIGNS = {"%": "percent", "$": "dollar", "€": "euro", "£": "pound"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word at characters `start`..`end`. `key` is what its inflections share, `plain` the word folded, `clause` the
    number of its clause in the sentence, `light` whether it is grammar rather than content."""

    key: str
    plain: str
    start: int
    end: int
    clause: int
    light: bool


_SETS = ("light", "breaks", "joins", "subjects", "past")


@dataclass(frozen=True, slots=True)
class Grammar:
    """Small words of a language, from grammar/<language>.toml."""

    light: frozenset[str]
    breaks: frozenset[str]
    joins: frozenset[str]
    subjects: frozenset[str]
    past: frozenset[str]
    same: dict[str, str]
    tables: dict[str, Any]


@lru_cache(maxsize=8)
def grammar(language: str) -> Grammar:
    """Read once per process; English for a language without a file."""
    name = language if language in LANGUAGES else "en"
    tables = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    same = {fold(each): fold(group[0]) for group in tables["same"]["words"] for each in group}
    sets = {name: frozenset(fold(each) for each in tables["words"][name]) for name in _SETS}
    return Grammar(**sets, same=same, tables=tables)


@lru_cache(maxsize=1 << 16)
def key_of(word: str, language: str) -> str:
    """What the forms of a word have in common; `word` in lower case with its accents."""
    table = grammar(language).same
    plain = fold(word)
    if plain in table:
        return table[plain]
    lemma = fold(simplemma.lemmatize(word, lang=language if language in LANGUAGES else "en"))
    return table.get(lemma, lemma)


@lru_cache(maxsize=1 << 13)
def tokens(text: str, language: str) -> tuple[Token, ...]:
    """The words of a sentence in order, numbers in digits."""
    rules = grammar(language)
    lowered, clause = _without_asides(_lowered(text), language), 0
    found: list[Token] = []
    for match in _WORD.finditer(lowered):
        word = match.group()
        if word[0] in _BREAK or word == "--":
            clause += 1
            continue
        for part in _parts(word, language):
            plain = fold(part)
            if plain in rules.breaks or (found and found[-1].plain in rules.joins and plain in rules.subjects):
                clause += 1
            key = _digits(plain) if plain[0].isdigit() else key_of(part, language)
            found.append(Token(key, plain, match.start(), match.end(), clause, plain in rules.light))
    return tuple(_with_numbers(found, text, language))


def _lowered(text: str) -> str:
    """In lower case and with straight apostrophes, every character in its place."""
    return "".join("'" if sign in "’‘`´" else sign.lower() if len(sign.lower()) == 1 else sign for sign in text)


def _without_asides(text: str, language: str) -> str:
    """Words put in between two commas part no clause: ", unfortunately," is left out."""
    return _asides(language).sub(lambda aside: " " * len(aside.group()), text)


@lru_cache(maxsize=8)
def _asides(language: str) -> re.Pattern[str]:
    listed = grammar(language).tables["words"]["asides"]
    return re.compile(r",\s*(?:" + "|".join(re.escape(each) for each in listed) + r")\s*(?:,|(?=[.!?]|$))")


def _parts(word: str, language: str) -> tuple[str, ...]:
    """A contraction taken apart: "can't" is "can" and "not"."""
    if word in _SIGNS:
        return (_SIGNS[word],)
    if language != "en" or not ("'" in word or word in ("cannot", "gonna", "wanna", "gotta", "lets")):
        return tuple(part for part in word.split("-") if part) if "-" in word else (word,)
    return _english_parts(word)


_WHOLE = {
    "can't": ("can", "not"), "cannot": ("can", "not"), "won't": ("will", "not"), "shan't": ("shall", "not"),
    "let's": ("let", "us"), "lets": ("let", "us"), "gonna": ("going", "to"), "wanna": ("want", "to"),
    "gotta": ("got", "to"), "ain't": ("is", "not"),
}  # fmt: skip
_ENDINGS = {"n't": "not", "'ll": "will", "'re": "are", "'ve": "have", "'m": "am", "'d": "would"}


def _english_parts(word: str) -> tuple[str, ...]:
    if word in _WHOLE:
        return _WHOLE[word]
    for ending, full in _ENDINGS.items():
        if word.endswith(ending) and len(word) > len(ending):
            return (word[: -len(ending)], full)
    if word.endswith("'s"):
        base = word[:-2]
        pronoun = base in ("it", "that", "there", "he", "she", "what", "who", "where", "how", "here", "name")
        return (base, "is") if pronoun else (base,)
    return (word.replace("'", ""),)


def _digits(plain: str) -> str:
    value = parse_digits(plain.strip(".,"))
    return value.rstrip("0").rstrip(".") if "." in value else value


def _with_numbers(found: list[Token], text: str, language: str) -> list[Token]:
    """Numbers in words as one word in digits: "twenty five" as 25."""
    numbers = spoken_numbers(text, lexicon(language))
    for number in numbers:
        inside = [at for at, token in enumerate(found) if number.start <= token.start < number.end]
        if inside:
            first = found[inside[0]]
            light = len(inside) == 1 and first.light
            whole = Token(str(number.value), first.plain, first.start, found[inside[-1]].end, first.clause, light)
            found[inside[0] : inside[-1] + 1] = [whole]
    return found
