"""Phrase lists per language, kept in TOML so that people who do not program can read and extend them.

A phrase is plain words. `word*` allows any ending, `(a|b)` one of several, `(a|b)?` one of them or none,
`[word]` a word that may be left out (something must follow it), `...` up to five words in between (`...?`
possibly none), `#` a number in digits, `$` the end of the sentence. Case, commas and accents do not matter.
A group is a table with `phrases` and, if needed, `unless`: when one of those matches the same sentence, the
group does not count there.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from recordings.language.text import Sentence, fold, sentences

FOLDER = Path(__file__).parent / "lexicons"
_GAP = r"(?:[\W_]+[\w'-]+){0,5}?[\W_]+"
_MAYBE_GAP = r"(?:[\W_]+[\w'-]+){0,5}?[\W_]*"
_TOKEN = re.compile(
    r"\s*\.\.\.\?\s*\??|\s*\.\.\.\s*|\)\?\s+\??|\s+\?|\s+|\[[^\]]*\]\s*|[()|*#'?$,]|[^\s\[\]()|*#'.?$,]+|\."
)


class LexiconError(ValueError):
    """A phrase list that cannot be read; `code` is `lexicon_invalid`."""

    code = "lexicon_invalid"


@dataclass(frozen=True, slots=True)
class Match:
    """Where a phrase was found: characters `start`..`end` of the line."""

    start: int
    end: int
    text: str
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Group:
    """A named list of phrases that mean the same."""

    name: str
    pattern: re.Pattern[str] | None
    unless: re.Pattern[str] | None

    def matches(self, text: str) -> Iterator[Match]:
        """Every place in the line where a phrase stands and no exception holds in its sentence."""
        if self.pattern is None:
            return
        for sentence in sentences(text):
            folded = fold(sentence.text)
            if self.unless and self.unless.search(folded):
                continue
            for found in self.pattern.finditer(folded):
                start = sentence.start + found.start()
                end = sentence.start + found.end()
                yield Match(start, end, text[start:end], sentence)

    def first(self, text: str) -> Match | None:
        return next(self.matches(text), None)

    def found(self, text: str) -> bool:
        return self.first(text) is not None


def compile_phrase(phrase: str) -> str:
    """Translate one phrase into the source of a regular expression over folded text.

    Raises LexiconError when its brackets do not close.
    """
    parts: list[str] = []
    for token in _TOKEN.findall(fold(phrase.strip())):
        parts.append(_translate(token))
    source = "".join(parts)
    try:
        re.compile(source)
    except re.error as error:
        raise LexiconError(f"The phrase “{phrase}” cannot be read: {error}. Check its brackets.") from error
    return source


_SIGNS = {
    "(": "(?:",
    ")": ")",
    "|": "|",
    "?": "?",
    "*": r"\w*",
    "#": r"(?:\d[\d.,\s]*\d|\d)",
    "'": "'?",
    "$": r"[\W_]*$",
}


def _translate(sign: str) -> str:
    bare = sign.strip()
    if bare.startswith("..."):
        return _MAYBE_GAP if "?" in bare else _GAP
    if sign.startswith("["):
        inner = compile_phrase(bare[1:-1])
        return f"(?:{inner}[\\W_]+)?"
    if bare.startswith(")?"):
        return r")?[\W_]*"
    if sign.isspace():
        return r"[\W_]+"
    if bare == "?" and sign != "?":
        return r"[\W_]*"
    return _SIGNS.get(sign) or ("" if sign == "," else re.escape(sign))


def compile_phrases(phrases: Iterable[str]) -> re.Pattern[str] | None:
    """One expression that finds any of the phrases as whole words; None for an empty list."""
    sources = [compile_phrase(phrase) for phrase in phrases]
    if not sources:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(f"(?:{source})" for source in sources) + r")(?!\w)")


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All groups of one language."""

    language: str
    tables: dict[str, Any]
    groups: dict[str, Group]

    def group(self, name: str) -> Group:
        """The group called `section.name`; an empty one when the language has none."""
        return self.groups.get(name) or Group(name, None, None)

    def section(self, name: str) -> dict[str, Group]:
        """All groups of a section by their short name."""
        prefix = f"{name}."
        return {key[len(prefix) :]: group for key, group in self.groups.items() if key.startswith(prefix)}

    def table(self, name: str) -> dict[str, Any]:
        """A plain table of the files, such as the weekdays."""
        found: dict[str, Any] = self.tables.get(name, {})
        return found


@lru_cache(maxsize=8)
def lexicon(language: str) -> Lexicon:
    """Phrase lists of a language, read once per process; English for a language without lists."""
    folder = FOLDER / language
    if not folder.is_dir():
        folder = FOLDER / "en"
    tables: dict[str, Any] = {}
    for path in sorted(folder.glob("*.toml")):
        tables.update(_read(path))
    groups: dict[str, Group] = {}
    for section, content in tables.items():
        for name, entry in content.items():
            if isinstance(entry, dict) and "phrases" in entry:
                key = f"{section}.{name}"
                groups[key] = Group(key, compile_phrases(entry["phrases"]), compile_phrases(entry.get("unless", ())))
    return Lexicon(language, tables, groups)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise LexiconError(f"The phrase list {path.name} cannot be read: {error}.") from error
