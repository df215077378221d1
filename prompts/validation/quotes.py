"""Quotes must have been said: each is looked up in the transcript (rapidfuzz), small slips of writing allowed.

`quotes: true` looks at what stands in quotation marks; `quotes: {from, fields, least}` also takes the texts of `fields`
(JSON paths, `evidence[].quote`) for quotes, looks them up in the variables `from`, and asks for `least` likeness.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from rapidfuzz import fuzz

from prompts.templates.variables import Variable, VariableType
from prompts.validation.texts import is_below, plain, spoken_texts, text_leaves, value_of
from prompts.validation.types import Answer, AnswerProblem

# Indel likeness in percent of the quote to the best place: two letters wrong in twenty, as recognisers write.
LEAST = 90.0
# And of each word to the one said: "march" for "may" is no slip.
LEAST_OF_WORD = 80.0
# Shorter ones are words in quotation marks, not quotes.
FEWEST_WORDS = 3
_QUOTED = re.compile(r"“([^”]{2,2000})”|«([^»]{2,2000})»|„([^“”]{2,2000})[“”]|(?<!\w)\"([^\"\n]{2,2000})\"(?!\w)")
_GAP = re.compile(r"\s*(?:\[?(?:…|\.{3,})\]?)\s*")
_WORD = re.compile(r"\w+(?:'\w+)?")
# Words that turn a sentence round: likeness of letters does not see them.
_TURNING_WORDS = """
not no never none nothing don't doesn't didn't won't can't cannot isn't aren't wasn't without
no nunca nada ni sin tampoco jamas jamás
не нет ни никогда нельзя без
"""
_TURNING = frozenset(_TURNING_WORDS.split())


def find_ungrounded_quotes(
    answer: Answer, checks: Mapping[str, Any], variables: Sequence[Variable]
) -> Iterator[AnswerProblem]:
    wanted = checks.get("quotes")
    if not wanted:
        return
    options: Mapping[str, Any] = wanted if isinstance(wanted, Mapping) else {}
    transcripts = {each.name for each in variables if each.type == VariableType.TRANSCRIPT}
    haystack = " ".join(_all_said(answer.values, options.get("from") or sorted(transcripts), transcripts))
    least = float(options.get("least", LEAST))
    for place, quote in _quotes(answer, options.get("fields", ())):
        if not was_said(quote, haystack, least=least):
            told = quote if len(quote) <= 120 else f"{quote[:119]}…"
            yield AnswerProblem("quotes", f"Nobody said “{told}”. Quote word for word, or leave the quote out.", place)


def was_said(quote: str, haystack: str, *, least: float = LEAST) -> bool:
    """Whether every part of `quote`, between its ellipses, stands in the plain text `haystack`, in this order.

    Numbers and words of negation must be the same; other words may be written a little otherwise.
    """
    start = 0
    for part in _GAP.split(quote):
        needle = _without_marks(plain(part))
        if not needle:
            continue
        exact = haystack.find(needle, start)
        if exact >= 0:
            start = exact + len(needle)
            continue
        place = fuzz.partial_ratio_alignment(needle, haystack[start:], score_cutoff=least)
        if place is None or len(needle) > len(haystack) - start:
            return False
        found = _whole_words(haystack, start + place.dest_start, start + place.dest_end)
        if not _same_words(needle.split(), found.split()):
            return False
        start += place.dest_end
    return True


def without_quotes(text: str) -> str:
    """`text` without what stands in quotation marks."""
    return _QUOTED.sub(" ", text)


def _quotes(answer: Answer, fields: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, text in answer.texts.items():
        if any(is_below(place, each) for each in fields):
            if text.strip():
                yield place, text.strip().strip('"“”«»„')
            continue
        for match in _QUOTED.finditer(text):
            quote = next(group for group in match.groups() if group)
            if len(_WORD.findall(quote)) >= FEWEST_WORDS:
                yield place, quote.strip()


def _all_said(values: Mapping[str, Any], sources: Sequence[str], transcripts: Collection[str]) -> Iterator[str]:
    for name in sources:
        value = value_of(values, name)
        texts = spoken_texts(value) if name in transcripts else [text for _place, text in text_leaves(value)]
        yield from (_without_marks(plain(text)) for text in texts)


def _without_marks(text: str) -> str:
    return " ".join(_WORD.findall(text))


def _same_words(quoted: list[str], said: list[str]) -> bool:
    """Whether each word differs by a slip of writing at most; words beside the quote do not count."""
    changes = SequenceMatcher(a=quoted, b=said, autojunk=False).get_opcodes()
    for tag, a0, a1, b0, b1 in changes:
        at_edge = tag == "insert" and (b0 == 0 or b1 == len(said))
        if tag == "equal" or at_edge:
            continue
        ours, theirs = quoted[a0:a1], said[b0:b1]
        if any(_decides(word) for word in (*ours, *theirs)):
            return False
        if fuzz.ratio(" ".join(ours), " ".join(theirs)) <= LEAST_OF_WORD and len(ours) + len(theirs) > 1:
            return False
    return True


def _decides(word: str) -> bool:
    return word in _TURNING or any(letter.isdigit() for letter in word)


def _whole_words(text: str, start: int, end: int) -> str:
    """The words that the span touches with more than a letter or two at its edges."""
    while start < end and start > 0 and text[start - 1] != " " and text[start] != " ":
        start -= 1
    while end < len(text) and text[end] != " " and text[end - 1] != " ":
        end += 1
    return text[start:end]
