"""Phrases heard in sentences: in any inflection, a few words in between, and not denied or reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from testcases.judging.rules.denial import is_unsaid
from testcases.judging.rules.transcript import Said, Transcript
from testcases.judging.rules.words import Token, tokens

# Words of content that may stand between those of a phrase, the same where its order is free, and words of any sort
# between those of a phrase of small words.
SLACK, FREE_SLACK, SHORT_SLACK = 3, 1, 1
# A phrase of so many words of content counts as near when so much of it is heard.
LONG_PHRASE, NEAR = 4, 0.74


@dataclass(frozen=True, slots=True)
class Heard:
    """A phrase in a sentence: `share` of its words 0 to 1 at characters `start`..`end` of the line; `unsaid` where it
    is denied, only wished for, or what somebody else said."""

    said: Said
    phrase: str
    share: float
    start: int
    end: int
    unsaid: bool

    @property
    def is_whole(self) -> bool:
        return self.share >= 1.0


def hear(phrases: Sequence[str], transcript: Transcript, who: str) -> list[Heard]:
    """Every sentence that holds one of `phrases` whole or nearly, in order; of each phrase once a sentence."""
    found = []
    for said in transcript.said(who):
        for phrase in phrases:
            heard = hear_in(phrase, said, transcript.language)
            if heard:
                found.append(heard)
    return found


def hear_in(phrase: str, said: Said, language: str) -> Heard | None:
    """The phrase in one sentence; None where too little of it is heard."""
    heard, wanted = tokens(said.text, language), tokens(phrase, language)
    place = _place(wanted, heard, said.text, language)
    if place is None:
        return None
    share, at = place
    first, last = heard[at[0]], heard[at[-1]]
    unsaid = is_unsaid(heard, at, wanted, language, is_question=said.text.rstrip().endswith("?"))
    return Heard(said, phrase, share, said.start + first.start, said.start + last.end, unsaid)


def _place(
    wanted: Sequence[Token], heard: Sequence[Token], text: str, language: str
) -> tuple[float, tuple[int, ...]] | None:
    """Share of the phrase that is heard, and the places of its words."""
    content = [each for each in wanted if not each.light]
    if len(content) <= 1:
        slack = SHORT_SLACK if len(wanted) > 1 else 0
        at = _in_order([each.key for each in wanted], heard, len(wanted) + slack)
        return (1.0, at) if at else None
    keys = [each.key for each in content]
    heavy = [at for at, token in enumerate(heard) if not token.light]
    words = [heard[at] for at in heavy]
    places = _in_order(keys, words, len(keys) + SLACK) or _in_any_order(keys, words, len(keys) + FREE_SLACK)
    share = 1.0
    if places is None and len(keys) >= LONG_PHRASE:
        share, places = _nearly(keys, words, len(keys) + SLACK) or (0.0, None)
    return (share, tuple(heavy[place] for place in places)) if places else None


def _in_order(keys: Sequence[str], heard: Sequence[Token], window: int) -> tuple[int, ...] | None:
    """The tightest place of all `keys` one after the other within `window` words."""
    best: tuple[int, ...] | None = None
    for start, token in enumerate(heard):
        if token.key != keys[0]:
            continue
        at, next_key = [start], 1
        for place in range(start + 1, min(len(heard), start + window)):
            if next_key < len(keys) and heard[place].key == keys[next_key]:
                at.append(place)
                next_key += 1
        if next_key == len(keys) and (best is None or at[-1] - at[0] < best[-1] - best[0]):
            best = tuple(at)
    return best


def _in_any_order(keys: Sequence[str], heard: Sequence[Token], window: int) -> tuple[int, ...] | None:
    """All `keys` within `window` words, as free word order allows."""
    if len(keys) < 2 or not {*keys} <= {token.key for token in heard}:
        return None
    for start in range(len(heard)):
        part = heard[start : start + window]
        places = _places(keys, part)
        if places is not None:
            return tuple(start + place for place in sorted(places))
    return None


def _places(keys: Sequence[str], part: Sequence[Token]) -> list[int] | None:
    taken: list[int] = []
    for key in keys:
        place = next((at for at, token in enumerate(part) if token.key == key and at not in taken), None)
        if place is None:
            return None
        taken.append(place)
    return taken


def _nearly(keys: Sequence[str], heard: Sequence[Token], window: int) -> tuple[float, tuple[int, ...]] | None:
    """Most words of a long phrase."""
    best: tuple[float, tuple[int, ...]] | None = None
    known = {token.key for token in heard}
    if sum(key in known for key in keys) < NEAR * len(keys):
        return None
    for start in range(len(heard)):
        part = heard[start : start + window]
        at, used = [], list(keys)
        for place, token in enumerate(part):
            if token.key in used:
                used.remove(token.key)
                at.append(start + place)
        share = len(at) / len(keys)
        if at and share >= NEAR and (best is None or share > best[0]):
            best = (share, tuple(at))
    return best


@lru_cache(maxsize=1 << 12)
def content_of(text: str, language: str) -> frozenset[str]:
    """The keys of a text's words of content."""
    return frozenset(token.key for token in tokens(text, language) if not token.light)
