"""Required disclosures, the customer's consent and wishes, and forbidden claims."""

from __future__ import annotations

from collections.abc import Iterator

from recordings.language.card_numbers import find_card_secrets
from recordings.language.lexicon import Lexicon, Match, lexicon
from recordings.language.text import fold, word_count
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
        quote = _identification(line, tables, call)
        if quote:
            yield _finding("identification", line.position, quote, 0.8)
    if line.role != "agent":
        match = tables.group("compliance.do_not_call").first(line.text)
        if match:
            yield _finding("do_not_call", line.position, match.sentence.text, 0.8)


def _identification(line: Line, tables: Lexicon, call: Call) -> str:
    """Name and company known to the call both stand in the line, or the phrase lists say so."""
    folded = fold(line.text)
    company = any(fold(name) in folded for name in call.company_names if name)
    agent = bool(call.agent_name) and fold(call.agent_name.split()[0]) in folded
    if company and agent:
        return line.text
    match: Match | None = tables.group("compliance.identification").first(line.text)
    early = line.position <= 6
    return match.sentence.text if match and early and _has_name(line.text) else ""


def _has_name(text: str) -> bool:
    """Two capitals inside the line, or no capitals at all (a recogniser that writes none)."""
    inner = [word for word in text.split()[1:] if word[:1].isalpha()]
    return sum(word[0].isupper() for word in inner) >= 2 or text == text.lower()


def _consent(call: Call, tables: Lexicon, found: list[ComplianceFinding]) -> Iterator[ComplianceFinding]:
    """A customer who agrees in the line that follows the recording disclosure."""
    disclosed = {finding.line for finding in found if finding.kind == "recording_disclosure"}
    group = tables.group("compliance.consent")
    for before, line in zip(call.lines, call.lines[1:], strict=False):
        if before.position in disclosed and line.role == "customer":
            match = group.first(line.text)
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
