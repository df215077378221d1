"""What people type into a search, read so that it never fails: what cannot be read is read as words, and told.

`price offer` both words in any form, `"good price"` these words as they stand, `-discount` calls without it,
`price OR cost` either, `pric*` words that begin so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from recordings.language.search_words import possible_stems, spoken_words, stem, word_key

Kind = Literal["word", "phrase", "prefix"]
SHORTEST_PREFIX = 2
MOST_TERMS = 16
_PART = re.compile(r'(?P<sign>-?)"(?P<quoted>[^"]*)"|(?P<plain>\S+)')


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that is looked for: a word in any of its forms, words as they stand, or a beginning."""

    kind: Kind
    words: tuple[str, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(map(word_key, self.words))

    @property
    def stems(self) -> list[str]:
        """Of a word: what it may be reduced to."""
        return possible_stems(self.words[0])

    def fits(self, word: str, language: str) -> bool:
        """Whether one spoken word is what a word or a beginning looks for; of a phrase, whether it is its first."""
        if self.kind == "word":
            return stem(word, language) in self.stems
        key = word_key(word)
        return key.startswith(self.keys[0]) if self.kind == "prefix" else key == self.keys[0]


@dataclass(frozen=True, slots=True)
class Clause:
    """One of `terms` is there or, `negated`, its only term is not."""

    terms: tuple[Term, ...]
    negated: bool = False


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """All clauses hold. `notes` are codes of what was read otherwise than written."""

    clauses: tuple[Clause, ...] = ()
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses)

    @property
    def wanted(self) -> list[Clause]:
        return [clause for clause in self.clauses if not clause.negated]

    @property
    def unwanted(self) -> list[Term]:
        return [clause.terms[0] for clause in self.clauses if clause.negated]

    @property
    def terms(self) -> list[Term]:
        """Everything that may be marked in what is found."""
        return [term for clause in self.wanted for term in clause.terms]


def parse_query(text: str) -> SearchQuery:
    """Read `text`; anything is readable, an empty query comes of a text without words."""
    notes: list[str] = []
    clauses: list[Clause] = []
    joins = False
    for part in _parts(text, notes):
        if part == "OR":
            joins = bool(clauses)
            if not joins:
                notes.append("or_alone")
            continue
        clause = part
        assert isinstance(clause, Clause)
        if joins and not clause.negated and not clauses[-1].negated:
            clauses[-1] = Clause((*clauses[-1].terms, *clause.terms))
        else:
            if joins:
                notes.append("or_with_not")
            clauses.append(clause)
        joins = False
    if joins:
        notes.append("or_alone")
    return _limited(clauses, notes)


def words_only(words: str) -> SearchQuery:
    """All of the words in any form, or as beginnings of words, whatever signs stand between them."""
    return SearchQuery(tuple(_loosely(word.text) for word in spoken_words(words)))


def _loosely(word: str) -> Clause:
    exact = Term("word", (word,))
    is_long = len(word_key(word)) > SHORTEST_PREFIX
    return Clause((exact, Term("prefix", (word,))) if is_long else (exact,))


def _parts(text: str, notes: list[str]) -> Iterator[Clause | Literal["OR"]]:
    if text.count('"') % 2:
        notes.append("open_quote")
        head, _, tail = text.rpartition('"')
        text = f"{head} {tail}"
    for found in _PART.finditer(text):
        if found["quoted"] is not None:
            words = tuple(word.text for word in spoken_words(found["quoted"]))
            if words:
                yield Clause((Term("phrase", words),), found["sign"] == "-")
        elif found["plain"] == "OR":
            yield "OR"
        else:
            yield from _plain(found["plain"], notes)


def _plain(text: str, notes: list[str]) -> Iterator[Clause]:
    negated = text.startswith("-") and len(text) > 1
    words = tuple(word.text for word in spoken_words(text))
    if not words:
        return
    kind: Kind = "word" if len(words) == 1 else "phrase"
    if text.endswith("*") and len(words) == 1:
        if len(word_key(words[0])) >= SHORTEST_PREFIX:
            kind = "prefix"
        else:
            notes.append("short_prefix")
    yield Clause((Term(kind, words),), negated)


def _limited(clauses: list[Clause], notes: list[str]) -> SearchQuery:
    kept, count = [], 0
    for clause in clauses:
        count += len(clause.terms)
        if count > MOST_TERMS:
            notes.append("too_many")
            break
        kept.append(clause)
    if kept and all(clause.negated for clause in kept):
        notes.append("only_not")
        kept = [Clause(clause.terms) for clause in kept]
    return SearchQuery(tuple(kept), tuple(dict.fromkeys(notes)))
