"""What PostgreSQL's index holds of a call, and how a query asks for it.

A lexeme is the speaker's letter, the kind and the word: `awprice` a word of the agent's, `csprice` a stem of the
customer's. Pairs of neighbouring words narrow phrases (`p` and a number that several pairs share); the texts beside
the index then say which calls really hold the phrase. Without positions and weights no row has to be read to know
that it fits, which is what makes common words quick.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from zlib import crc32

from recordings.searching.query import Clause, SearchQuery, Term

LETTERS = {"agent": "a", "customer": "c", "other": "u"}
_BUCKETS = 1 << 20


def pair_lexeme(first: str, second: str) -> str:
    """What stands in the index for two words, one after the other, whoever says them."""
    return f"p{crc32(f'{first} {second}'.encode()) % _BUCKETS:x}"


def call_lexemes(said: Mapping[str, tuple[Sequence[Sequence[str]], Iterable[str]]]) -> list[str]:
    """Lexemes of a call: for each speaker (agent, customer, other) the lines of words, and their stems."""
    found: set[str] = set()
    for name, (lines, stems) in said.items():
        letter = LETTERS[name]
        found.update(f"{letter}s{each}" for each in stems)
        for line in lines:
            found.update(f"{letter}w{word}" for word in line)
            found.update(pair_lexeme(first, second) for first, second in pairwise(line))
    return sorted(found)


def tsquery(query: SearchQuery, speakers: Sequence[str]) -> str:
    """`query` in PostgreSQL's language. Finds all that fits and, where phrases are asked for, a little more."""
    parts = [_any([_term(term, speakers) for term in clause.terms]) for clause in query.wanted]
    parts += [f"!{_term(term, speakers)}" for term in query.unwanted if not is_phrase(term)]
    return " & ".join(parts)


def is_phrase(term: Term) -> bool:
    return term.kind == "phrase" and len(term.words) > 1


def to_recheck(query: SearchQuery) -> list[Clause]:
    """Clauses that the index cannot decide alone."""
    return [clause for clause in query.clauses if any(is_phrase(term) for term in clause.terms)]


def _term(term: Term, speakers: Sequence[str]) -> str:
    if is_phrase(term):
        return "(" + " & ".join(f"'{pair_lexeme(*pair)}'" for pair in pairwise(term.keys)) + ")"
    letters = [LETTERS[name] for name in speakers]
    if term.kind == "word":
        return _any([f"'{letter}s{each}'" for letter in letters for each in term.stems])
    sign = ":*" if term.kind == "prefix" else ""
    return _any([f"'{letter}w{term.keys[0]}'{sign}" for letter in letters])


def term_tsquery(term: Term, speakers: Sequence[str]) -> str:
    """One term that is no phrase of several words."""
    return _term(term, speakers)


def _any(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else "(" + " | ".join(parts) + ")"
