"""Whether words are said at all: not denied, not only wished for, not what somebody else said.

By the clause in which they stand: "I can't offer a discount" and "скидку предложить не могу" offer none, "You said
that a discount was promised" promises none; "Why don't we offer a discount" denies nothing. A phrase that denies or
reports by itself ("no hidden fees") is taken as it is.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from recordings.language.text import fold
from testcases.judging.rules.words import Token, grammar, key_of, tokens

# Words between a denial and what it denies, and between what is denied and a denial after it.
REACH_BEFORE, REACH_AFTER = 7, 6
_QUESTION_STARTS = 3
_LEAST_AFTER_BUT = 1


def is_unsaid(
    heard: Sequence[Token], at: Sequence[int], wanted: Sequence[Token], language: str, *, is_question: bool = False
) -> bool:
    """Whether the words at places `at` of a sentence are denied, supposed or reported, where `wanted` is not so."""
    own = list(range(len(wanted)))
    if _is_denied(heard, at, language, is_question) and not denies(wanted, language):
        return True
    if _is_supposed(heard, at, language) and not _is_supposed(wanted, own, language):
        return True
    return _is_reported(heard, at, language) and not _is_reported(wanted, own, language)


def denies(heard: Sequence[Token], language: str, *, is_question: bool = False) -> bool:
    """Whether a sentence holds a denial that means one."""
    return bool(_denials(heard, language, is_question))


def reports(heard: Sequence[Token], language: str) -> bool:
    """Whether a sentence tells what somebody else said or does."""
    keys = [token.key for token in heard]
    return any(_starts(keys, phrase) for name in ("phrases", "third") for phrase in _lists(language, "report", name))


def supposes(heard: Sequence[Token], language: str) -> bool:
    """Whether a sentence only wishes or supposes."""
    keys = [token.key for token in heard]
    if any(_starts(keys, phrase) for phrase in _lists(language, "denial", "unreal")):
        return True
    wished = [_starts(keys, phrase) for phrase in _lists(language, "denial", "unreal_but")]
    first = min((places[0] for places in wished if places), default=None)
    later = keys[first:] if first is not None else []
    return any(_starts(later, phrase) for phrase in _lists(language, "denial", "but"))


@lru_cache(maxsize=64)
def _lists(language: str, table: str, name: str) -> tuple[tuple[str, ...], ...]:
    phrases = grammar(language).tables[table][name]
    return tuple(tuple(token.key for token in tokens(phrase, language)) for phrase in phrases)


@lru_cache(maxsize=16)
def _denying(language: str) -> frozenset[str]:
    listed = [fold(word) for word in grammar(language).tables["denial"]["words"]]
    return frozenset(listed) | frozenset(key_of(word, language) for word in listed)


def _denials(heard: Sequence[Token], language: str, is_question: bool) -> list[int]:
    """The places of words that deny; those of harmless turns of speech are none."""
    words = _denying(language)
    found = [at for at, token in enumerate(heard) if token.plain in words or token.key in words]
    if not found:
        return []
    keys = [token.key for token in heard]
    harmless = {
        place
        for phrase in _lists(language, "denial", "harmless")
        for start in _starts(keys, phrase)
        for place in range(start, start + len(phrase))
    }
    left = [at for at in found if at not in harmless]
    if is_question and language == "en":
        left = [at for at in left if not _asks_by_not(heard, at)]
    return left


def _asks_by_not(heard: Sequence[Token], at: int) -> bool:
    """ "Wouldn't it be better …?" asks; it denies nothing."""
    return (
        0 < at <= _QUESTION_STARTS
        and at + 1 < len(heard)
        and heard[at].plain == "not"
        and (heard[at + 1].plain in grammar("en").subjects)
    )


def _starts(keys: Sequence[str], phrase: Sequence[str]) -> list[int]:
    size = len(phrase)
    return [at for at in range(len(keys) - size + 1) if tuple(keys[at : at + size]) == tuple(phrase)]


def _is_denied(heard: Sequence[Token], at: Sequence[int], language: str, is_question: bool) -> bool:
    first, last = at[0], at[-1]
    clauses = {heard[place].clause for place in at}
    for place in _denials(heard, language, is_question):
        if place in at or heard[place].clause not in clauses:
            continue
        if first - REACH_BEFORE <= place < first or first < place < last:
            return True
    return _is_denied_after(heard, last, clauses, language)


def _is_denied_after(heard: Sequence[Token], last: int, clauses: set[int], language: str) -> bool:
    after = [token.key for token in heard[last + 1 : last + 1 + REACH_AFTER] if token.clause in clauses]
    return any(_starts(after, phrase) for phrase in _lists(language, "denial", "after"))


def _is_supposed(heard: Sequence[Token], at: Sequence[int], language: str) -> bool:
    before = [token.key for token in heard[: at[0] + 1]]
    if any(_starts(before, phrase) for phrase in _lists(language, "denial", "unreal")):
        return True
    if not any(_starts(before, phrase) for phrase in _lists(language, "denial", "unreal_but")):
        return False
    later = [token.key for token in heard[at[-1] + 1 :]]
    return any(_starts(later, phrase) for phrase in _lists(language, "denial", "but"))


def _is_reported(heard: Sequence[Token], at: Sequence[int], language: str) -> bool:
    clause = heard[at[0]].clause
    before = [token.key for token in heard[: at[-1] + 1] if token.clause in (clause, clause - 1)]
    own = [token.key for token in heard[: at[-1] + 1] if token.clause == clause]
    if any(_starts(before, phrase) for phrase in _lists(language, "report", "phrases")):
        # "You said it is dear, and we …" has ended before a subject of its own.
        return _begins_late(before, own, language)
    return any(_starts(own, phrase) for phrase in _lists(language, "report", "third"))


def _begins_late(before: Sequence[str], own: Sequence[str], language: str) -> bool:
    in_own = any(_starts(own, phrase) for phrase in _lists(language, "report", "phrases"))
    subjects = {key_of(word, language) for word in grammar(language).subjects}
    return in_own or not own or own[0] not in subjects
