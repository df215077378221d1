"""Personal data that an answer gives away: `pii: given|none|any`.

`given` (the default) lets an answer repeat what a variable held that is not secret; anything else, such as a number of
another call, is a leak. `none` lets nothing pass, `any` everything. Apps above register better detectors than ours.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import phonenumbers
from stdnum import iban, luhn

from prompts.templates.variables import Variable
from prompts.validation.texts import plain, scalar_leaves, value_of
from prompts.validation.types import Answer, AnswerProblem


@dataclass(frozen=True, slots=True)
class Found:
    """Personal data in a text: its kind (`email`, `phone`, `card`, …) and the characters it stands at."""

    kind: str
    start: int
    end: int


Detector = Callable[[str, str], Iterator[Found]]
_detectors: list[Detector] = []
_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{2,63})+")
_DIGITS = re.compile(r"(?<![\w])\d(?:[ -]?\d){12,18}(?![\w])")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{2,4}){3,8}\b")
_REGIONS = {"en": "US", "es": "ES", "ru": "RU"}
_TOLD = {"email": "an e-mail address", "phone": "a phone number", "card": "a card number", "iban": "a bank account"}


def register_detector(find: Detector) -> None:
    """Let `find(text, language)` look for personal data beside ours; called once, by apps above."""
    if find not in _detectors:
        _detectors.append(find)


def find_leaks(
    answer: Answer, checks: Mapping[str, Any], variables: Sequence[Variable], language: str
) -> Iterator[AnswerProblem]:
    rule = checks.get("pii", "given")
    if rule == "any":
        return
    allowed = _given(answer.values, variables) if rule == "given" else ""
    for place, text in answer.texts.items():
        told: set[str] = set()
        for found in find_personal_data(text, language):
            if found.kind in told or _same(text[found.start : found.end]) in allowed:
                continue
            told.add(found.kind)
            what = _TOLD.get(found.kind, f"personal data ({found.kind.replace('_', ' ')})")
            yield AnswerProblem("pii", f"The answer gives away {what}. Leave it out.", place)


def find_personal_data(text: str, language: str = "") -> Iterator[Found]:
    """E-mail addresses, phone, card and account numbers, and what the registered detectors find."""
    for match in _EMAIL.finditer(text):
        yield Found("email", match.start(), match.end())
    for match in _DIGITS.finditer(text):
        if luhn.is_valid(re.sub(r"\D", "", match.group())):
            yield Found("card", match.start(), match.end())
    for match in _IBAN.finditer(text):
        if iban.is_valid(match.group()):
            yield Found("iban", match.start(), match.end())
    for phone in phonenumbers.PhoneNumberMatcher(text, _REGIONS.get(language[:2], "US")):
        yield Found("phone", phone.start, phone.end)
    for find in _detectors:
        yield from find(text, language)


def _given(values: Mapping[str, Any], variables: Sequence[Variable]) -> str:
    """All that may be repeated, in the form it is compared in."""
    secret = [value_of(values, each.name) for each in variables if each.sensitivity == "secret"]
    hidden = {_same(str(value)) for _place, value in scalar_leaves(secret)}
    texts = (_same(str(value)) for _place, value in scalar_leaves(values))
    return "\n".join(text for text in texts if text not in hidden)


def _same(text: str) -> str:
    return re.sub(r"[\s().+-]", "", plain(text))
