"""Texts that are worded like instructions to a model, found so that people can look at them.

Finding changes nothing: what protects a prompt are its marks and its neutral texts, whether something was found or not.
The patterns are read over a folded text, so that letters of another script, invisible characters, figures for letters
and letters written apart hide nothing (Unicode Technical Standard 39, 4.).
"""

import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prompts.templates.neutralising import INVISIBLE
from prompts.templates.wordings import ENGLISH, MARKS, RUSSIAN, SPANISH

TO_LATIN = str.maketrans("авекмнорстухіјѕԁһցԛԝѵє", "abekmhopctyxijsdhgqwve")
TO_CYRILLIC = str.maketrans("abekmhopctyxrungi", "авекмнорстухгипди")
FIGURES = str.maketrans("013457", "oieast")
STEM = 5
LINE_END = " ¶ "
WORDS = re.compile(r"\w+")
FIGURE_IN_WORD = re.compile("[013457][a-z]")
WITH_FIGURES = re.compile(r"\b[a-z]*[013457][a-z013457]{2,}\b")
TWO_SCRIPTS = re.compile("[a-z][\u0430-\u04ff]|[\u0430-\u04ff][a-z]")
MIXED = re.compile(r"[^\W\d_]+")
ONLY_RUSSIAN = re.compile(r"[бгджзийлпфцчшщъыьэюя]")
LETTERS_APART = re.compile(r" \w \w \w\b")
LATIN_LETTERS = string.ascii_lowercase.encode()
APART = re.compile(r"(?<![^\W_])[^\W\d_](?: [^\W\d_](?![^\W_]))+")
SIGNS_OF_MARKS = ("<", "＜", "‹", "[", "{", "#", "$", "_", "```", "'''")


@dataclass(frozen=True, slots=True)
class Suspicion:
    """Words that read like an instruction. `place` is the position of the turn or item, None in a text."""

    name: str
    kind: str
    quote: str
    place: int | None = None

    def as_json(self) -> dict[str, Any]:
        return {"name": self.name, "kind": self.kind, "quote": self.quote, "place": self.place}


def _compiled() -> tuple[tuple[tuple[str, re.Pattern[str]], ...], Mapping[str, frozenset[int]]]:
    """Patterns in order, and which of them may be found where a word begins with a stem."""
    patterns = (*ENGLISH, *SPANISH, *RUSSIAN)
    index: dict[str, set[int]] = {}
    for number, (_kind, stems, _pattern) in enumerate(patterns):
        for stem in stems.split():
            index.setdefault(stem, set()).add(number)
    compiled = tuple((kind, re.compile(pattern)) for kind, _stems, pattern in patterns)
    return compiled, {stem: frozenset(numbers) for stem, numbers in index.items()}


PATTERNS, BY_STEM = _compiled()
MARK_PATTERNS = tuple((kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in MARKS)


def fold(text: str) -> str:
    """`text` as people read it: small letters of one script a word, without what is not seen. It keeps its lines."""
    if not _all_seen(text):
        text = INVISIBLE.sub("", text)
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = text.casefold().replace(" a i ", " ai ")
    if LETTERS_APART.search(text):
        text = " ".join(APART.sub(_together, part) for part in re.split(r" {2,}", text))
    if not text.isascii():
        text = text.replace("ё", "е").replace("’", "'")
        if _has_latin(text) and TWO_SCRIPTS.search(text):
            text = MIXED.sub(_one_script, text)
    return WITH_FIGURES.sub(_letters, text) if FIGURE_IN_WORD.search(text) else text


def _all_seen(text: str) -> bool:
    return text.replace("\n", "").isprintable()


def _has_latin(text: str) -> bool:
    plain = text.encode("ascii", "ignore")
    return len(plain) != len(plain.translate(None, LATIN_LETTERS))


def _may_hold_marks(text: str) -> bool:
    return any(sign in text for sign in SIGNS_OF_MARKS) or not _all_seen(text)


def _together(match: re.Match[str]) -> str:
    return match[0].replace(" ", "")


def _letters(match: re.Match[str]) -> str:
    return match[0].translate(FIGURES)


def _one_script(match: re.Match[str]) -> str:
    """A word of two scripts in the one that it is read in: Russian where a letter of it looks like no Latin one."""
    word = match[0]
    if word.isascii() or not TWO_SCRIPTS.search(word):
        return word
    return word.translate(TO_CYRILLIC if ONLY_RUSSIAN.search(word) else TO_LATIN)


def suspicions_in(text: str) -> list[tuple[str, str]]:
    """(kind, words) of what reads like an instruction to a model in `text`, in English, Spanish and Russian."""
    return [(kind, quote) for _number, kind, quote in suspicions_in_lines([text])]


def suspicions_in_lines(lines: Sequence[str]) -> Iterator[tuple[int, str, str]]:
    """(number of the line, kind, words), line by line. All lines are folded and searched for rare words at once."""
    if not lines:
        return
    joined = "\n".join(line.replace("\n", LINE_END) for line in lines)
    folded = fold(joined)
    suspects = {word for word in set(WORDS.findall(folded)) if word[:STEM] in BY_STEM}
    hint = _may_hold_marks(joined)
    if not suspects and not hint:
        return
    for number, (line, plain) in enumerate(zip(lines, folded.split("\n"), strict=True)):
        found = _found(MARK_PATTERNS, line) if hint and _may_hold_marks(line) else {}
        numbers: set[int] = set()
        for word in suspects:
            if word in plain:
                numbers |= BY_STEM[word[:STEM]]
        if numbers:
            plain = plain.replace(LINE_END, "\n")
            found = {**_found((PATTERNS[each] for each in sorted(numbers)), plain), **found}
        for kind, quote in found.items():
            yield number, kind, quote


def _found(patterns: Iterable[tuple[str, re.Pattern[str]]], text: str) -> dict[str, str]:
    """The words of the first pattern of each kind that is there."""
    found: dict[str, str] = {}
    for kind, pattern in patterns:
        if kind not in found and (match := pattern.search(text)):
            found[kind] = " ".join(match[0].split())
    return found


def suspicions_of(name: str, value: Any) -> list[Suspicion]:
    """What reads like an instruction anywhere in `value`: a text, a list, an object, the turns of a call."""
    rows = list(_texts(value, None))
    if isinstance(value, list):
        rows += dict.fromkeys((None, turn["role"]) for turn in value if isinstance(turn, dict) and "position" in turn)
    found = suspicions_in_lines([text for _place, text in rows])
    return [Suspicion(name, kind, quote[:200], rows[number][0]) for number, kind, quote in found]


def _texts(value: Any, place: int | None) -> Iterator[tuple[int | None, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each, place)
    elif isinstance(value, list):
        for index, each in enumerate(value):
            if isinstance(each, dict) and "position" in each:
                yield each["position"], each["text"]
            else:
                yield from _texts(each, index)
