"""Required disclosures, the customer's consent and wishes, and forbidden claims."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from recordings.language.card_numbers import find_card_secrets
from recordings.language.entities import find_money
from recordings.language.lexicon import Lexicon, Match, lexicon
from recordings.language.numerals import spoken_numbers
from recordings.language.text import fold, word_count, words
from recordings.language.types import Call, ComplianceFinding, Line, Verdict

_REQUIRED = ("recording_disclosure", "identification")
_FORBIDDEN = ("guarantee_claim", "pressure", "card_number")
_AGENT_KINDS = ("recording_disclosure", "terms_disclosure", "guarantee_claim", "pressure")
_REASONS = {
    "recording_disclosure": "The agent says that the call is recorded.",
    "identification": "The agent gives their name and company.",
    "consent": "The customer agrees after being asked.",
    "terms_disclosure": "The agent states price terms, contract length or cancellation.",
    "do_not_call": "The customer asks not to be called again.",
    "guarantee_claim": "The agent makes an absolute promise.",
    "pressure": "The agent pushes for a decision by improper means.",
    "card_number": "A payment card number is spoken.",
}
# Later in a call the same words ask for an appointment, not for the leave to go on.
_OPENING = 8
_MISSING = {
    "recording_disclosure": "Nobody says that the call is recorded.",
    "identification": "The agent does not give both name and company.",
}


def check_compliance(call: Call) -> list[ComplianceFinding]:
    """Findings by line; required disclosures that never came stand at the end as missing."""
    tables = lexicon(call.language)
    found: list[ComplianceFinding] = []
    for line in call.lines:
        found.extend(_of_line(line, tables, call))
    found.extend(_consent(call, tables, found))
    found.extend(_cards(call))
    seen = {finding.kind for finding in found}
    for kind in _REQUIRED:
        if kind not in seen:
            found.append(ComplianceFinding(kind, "missing", None, "", 0.7, _MISSING[kind]))
    return sorted(found, key=lambda finding: (finding.line is None, finding.line or 0))


def _of_line(line: Line, tables: Lexicon, call: Call) -> Iterator[ComplianceFinding]:
    if line.role != "customer":
        for kind in _AGENT_KINDS:
            match = tables.group(f"compliance.{kind}").first(line.text)
            if match:
                yield _finding(kind, line.position, match.sentence.text, 0.75)
            elif kind == "terms_disclosure" and states_price(line, tables):
                yield _finding(kind, line.position, line.text, 0.6)
        quote = _identification(line, tables, call)
        if quote:
            yield _finding("identification", line.position, quote, 0.8)
    if line.role != "agent":
        match = tables.group("compliance.do_not_call").first(line.text)
        if match:
            yield _finding("do_not_call", line.position, match.sentence.text, 0.8)


def states_price(line: Line, tables: Lexicon) -> bool:
    """Whether a line names a sum: money, or a large bare number beside words of price."""
    if "?" in line.text and word_count(line.text) < 12:
        return False
    if any(True for _ in find_money(line, tables)):
        return not tables.group("compliance.not_an_offer").found(line.text)
    if not tables.group("compliance.price_words").found(line.text):
        return False
    other = tables.group("compliance.not_money").pattern
    spoken = [(number.value, number.end) for number in spoken_numbers(line.text, tables)]
    written = re.finditer(r"(?<![\d.,])\d{2,7}(?![\d.,])", line.text)
    numbers = [
        value
        for value, end in [*spoken, *((int(found.group()), found.end()) for found in written)]
        if not (other and other.match(fold(line.text[end:]).lstrip()))
    ]
    return any(number >= 20 and number not in range(1950, 2050) for number in numbers)


def _identification(line: Line, tables: Lexicon, call: Call) -> str:
    """Name and company known to the call stand in the line; without a known company, the phrase lists decide."""
    folded = fold(line.text)
    company = any(_mentions(folded, name) for name in call.company_names if name)
    agent = bool(call.agent_name) and re.search(rf"(?<!\w){re.escape(fold(call.agent_name.split()[0]))}", folded)
    if company and agent:
        return line.text
    match: Match | None = tables.group("compliance.identification").first(line.text)
    if match is None or line.position > 6 or not _has_name(line.text):
        return ""
    if (call.company_names and not company) or (call.agent_name and not agent):
        return ""
    return match.sentence.text


def _mentions(folded: str, name: str) -> bool:
    """A telling word of the company's name (four letters or more) stands in the line."""
    telling = [word for word in words(name) if len(word) >= 4] or words(name)
    stems = [word[: max(4, len(word) - 2)] for word in telling]
    return any(re.search(rf"(?<!\w){re.escape(stem)}", folded) for stem in stems)


def _has_name(text: str) -> bool:
    """Two capitals inside the line, or no capitals at all (a recogniser that writes none)."""
    inner = [word for word in text.split()[1:] if word[:1].isalpha()]
    return sum(word[0].isupper() for word in inner) >= 2 or text == text.lower()


def _consent(call: Call, tables: Lexicon, found: list[ComplianceFinding]) -> Iterator[ComplianceFinding]:
    """A customer who agrees in the line after the recording disclosure or after being asked for a moment."""
    disclosed = {finding.line for finding in found if finding.kind == "recording_disclosure"}
    agrees, asks = tables.group("compliance.consent"), tables.group("compliance.asks_consent")
    for before, line in pairwise(call.lines):
        asked = before.role == "agent" and line.position <= _OPENING and asks.found(before.text)
        if line.role == "customer" and (asked or before.position in disclosed):
            match = agrees.first(line.text)
            if match and match.start <= 25:
                yield _finding("consent", line.position, match.sentence.text, 0.75)


def _cards(call: Call) -> Iterator[ComplianceFinding]:
    seen: set[int] = set()
    for secret in find_card_secrets(call.lines, call.language):
        if secret.kind != "number":
            continue
        for span in secret.spans:
            if span.line not in seen:
                seen.add(span.line)
                yield _finding("card_number", span.line, "", secret.confidence)


def _finding(kind: str, line: int, quote: str, confidence: float) -> ComplianceFinding:
    verdict: Verdict = "violation" if kind in _FORBIDDEN else "present"
    sure = confidence if word_count(quote) > 2 or kind == "card_number" else confidence - 0.1
    return ComplianceFinding(kind, verdict, line, quote, round(sure, 2), _REASONS[kind])
