"""Assertions about an answer as a text."""

import unicodedata
from typing import Any

import py3langid
import regex
from django.utils.translation import gettext as _

from prompts.evaluation.results import Answer, Assertion, Finding

PATTERN_SECONDS = 0.25  # a pattern that needs longer on one answer is no use as a check
_SPACE = regex.compile(r"\s+")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}'’\-]*")
_SENTENCE_END = regex.compile(r"[.!?…]+(?:\s|$)")
_EDGES = " \t\r\n\"'“”«»`*.,;:!?()[]{}"


def normal(text: object, *, case: bool = False) -> str:
    """`text` with one spelling of each letter (NFKC), single spaces and, unless `case`, no capitals."""
    told: str = _SPACE.sub(" ", unicodedata.normalize("NFKC", str(text))).strip()
    return told if case else told.casefold()


def wanted(assertion: Assertion, answer: Answer) -> Any:
    """What the assertion names, else the case's right answer."""
    value = assertion.get("value")
    return answer.expected if value is None else value


def equals(assertion: Assertion, answer: Answer) -> Finding:
    value, case = wanted(assertion, answer), bool(assertion.get("case"))
    if isinstance(value, str) and not isinstance(answer.parsed, dict | list):
        same = normal(answer.text, case=case) == normal(value, case=case)
    else:
        same = alike(answer.text if answer.parsed is None else answer.parsed, value, case=case)
    return Finding.of(same, _("The answer is not “%(value)s”.") % {"value": short(value)})


def alike(one: Any, other: Any, *, case: bool = False) -> bool:
    """Equal as JSON: numbers by value, texts as `normal` has them, true never as 1."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return float(one) == float(other)
    if isinstance(one, str) and isinstance(other, str):
        return normal(one, case=case) == normal(other, case=case)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(alike(a, b, case=case) for a, b in zip(one, other, strict=True))
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key], case=case) for key in one)
    return one is None and other is None


def contains(assertion: Assertion, answer: Answer) -> Finding:
    """All of the texts, or one of them with `any`. The score is the share found."""
    case = bool(assertion.get("case"))
    text, texts = normal(answer.text, case=case), _texts(wanted(assertion, answer))
    missing = [each for each in texts if normal(each, case=case) not in text]
    if assertion.get("any"):
        return Finding.of(len(missing) < len(texts), _("None of these is in it: %(texts)s.") % _listed(texts))
    share = 1 - len(missing) / len(texts)
    return Finding(not missing, share, _("Not in it: %(texts)s.") % _listed(missing) if missing else "")


def not_contains(assertion: Assertion, answer: Answer) -> Finding:
    case = bool(assertion.get("case"))
    text = normal(answer.text, case=case)
    found = [each for each in _texts(wanted(assertion, answer)) if normal(each, case=case) in text]
    return Finding.of(not found, _("It must not say: %(texts)s.") % _listed(found))


def matches(assertion: Assertion, answer: Answer) -> Finding:
    """`value` is a pattern of the `regex` package, found anywhere; without `case` capitals do not matter."""
    flags = 0 if assertion.get("case") else regex.IGNORECASE
    try:
        found = regex.search(str(assertion["value"]), answer.text, flags=flags, timeout=PATTERN_SECONDS)
    except TimeoutError:
        return Finding.of(False, _("The pattern takes too long on this answer. Write a simpler one."))
    return Finding.of(found is not None, _("Nothing in it matches “%(value)s”.") % {"value": short(assertion["value"])})


def has_label(assertion: Assertion, answer: Answer) -> Finding:
    """The answer is one label, or one of several; quotation marks and a full stop around it do not matter."""
    allowed = _texts(wanted(assertion, answer))
    said = answer.parsed if isinstance(answer.parsed, str) else answer.text
    same = _bare(said) in {_bare(each) for each in allowed}
    return Finding.of(same, _("“%(said)s” is not: %(texts)s.") % {"said": short(said), **_listed(allowed)})


def has_length(assertion: Assertion, answer: Answer) -> Finding:
    """Between `min` and `max` of `unit`: words (unless said otherwise), characters, sentences."""
    unit = assertion.get("unit", "words")
    text = answer.text.strip()
    counted = {
        "characters": lambda: len(text),
        "sentences": lambda: max(len(_SENTENCE_END.findall(text)), bool(text)),
        "words": lambda: len(_WORD.findall(text)),
    }[unit]()
    low, high = assertion.get("min", 0), assertion.get("max", float("inf"))
    said = {
        "count": counted,
        "unit": {"characters": _("characters"), "sentences": _("sentences")}.get(unit, _("words")),
    }
    if counted < low:
        return Finding.of(False, _("It has %(count)d %(unit)s, fewer than %(low)s.") % {**said, "low": low})
    return Finding.of(counted <= high, _("It has %(count)d %(unit)s, more than %(high)s.") % {**said, "high": high})


def in_language(assertion: Assertion, answer: Answer) -> Finding:
    """`value` is a language's code (ISO 639-1), by py3langid (Lui and Baldwin 2012, langid.py)."""
    found = py3langid.langid.classify(answer.text)[0]
    code = str(assertion["value"]).split("-")[0].lower()
    return Finding.of(found == code, _("It is in “%(found)s”, not in “%(code)s”.") % {"found": found, "code": code})


def short(value: Any, most: int = 60) -> str:
    text = str(value)
    return text if len(text) <= most else text[: most - 1] + "…"


def _texts(value: Any) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def _listed(texts: list[str]) -> dict[str, str]:
    return {"texts": ", ".join(f"“{short(text)}”" for text in texts)}


def _bare(text: object) -> str:
    return normal(text).strip(_EDGES)
