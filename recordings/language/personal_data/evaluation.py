"""How much personal data is found, and how much of what is found is none: on invented conversations of our own.

A case of the corpus is JSON: id, language, part ("development" or "held_out"), turns. A turn is "A: …" (agent) or
"C: …" (customer); personal data stands in braces: "it's {phone:202 555 0143}", "{national_id.es_nif:12345678Z}".
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from recordings.language.personal_data.detect import find_personal_data
from recordings.language.personal_data.types import KINDS
from recordings.language.types import Line, Span

CORPUS = Path(__file__).parent.parent / "gold" / "personal_data.jsonl"
COVERED = 0.9  # share of the letters and digits that must be masked for a piece of data to count as found
_MARKUP = re.compile(r"\{(?P<kind>[a-z_]+)(?:\.(?P<part>\w+))?:(?P<text>[^}]*)\}")


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation and the places of the personal data in it, as (kind, place)."""

    id: str
    language: str
    part: str
    lines: tuple[Line, ...]
    expected: tuple[tuple[str, Span], ...]


@dataclass
class Tally:
    """`said`, `found`: pieces of data. `claimed`, `right`: what the detectors gave. `masked`: by whatever kind."""

    said: int = 0
    found: int = 0
    masked: int = 0
    claimed: int = 0
    right: int = 0

    def add(self, other: Tally) -> None:
        for name in ("said", "found", "masked", "claimed", "right"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass
class Report:
    """Tallies by (kind, language), and what went wrong in words."""

    tallies: dict[tuple[str, str], Tally] = field(default_factory=dict)
    misses: list[str] = field(default_factory=list)

    def total(self, kinds: Iterable[str], languages: Iterable[str]) -> Tally:
        total = Tally()
        languages = tuple(languages)
        for kind in kinds:
            for language in languages:
                total.add(self.tallies.get((kind, language), Tally()))
        return total


def read_cases(path: Path = CORPUS, part: str | None = None) -> list[Case]:
    """The corpus, or one part of it."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return [_case(row) for row in rows if part in (None, row["part"])]


def _case(row: dict[str, object]) -> Case:
    lines, expected = [], []
    for position, turn in enumerate(row["turns"]):  # type: ignore[arg-type, var-annotated]
        role = "agent" if turn.startswith("A:") else "customer"
        text = ""
        for found in re.split(r"(\{[^}]*\})", turn[3:]):
            marked = _MARKUP.fullmatch(found)
            if marked:
                span = Span(position, len(text), len(text) + len(marked.group("text")))
                expected.append((marked.group("kind"), span))
            text += marked.group("text") if marked else found
        lines.append(Line(position, role, position * 5.0, position * 5.0 + 4, text, role))
    return Case(str(row["id"]), str(row["language"]), str(row["part"]), tuple(lines), tuple(expected))


def evaluate(cases: Iterable[Case]) -> Report:
    """Run the detectors over `cases`. A find is right when it touches data of its kind."""
    report = Report()
    for case in cases:
        found = [
            (data.kind, span)
            for data in find_personal_data(case.lines, case.language, kinds=KINDS)
            for span in data.spans
        ]
        for kind, span in case.expected:
            tally = report.tallies.setdefault((kind, case.language), Tally())
            text = case.lines[span.line].text
            tally.said += 1
            tally.masked += _covered(text, span, [other for _, other in found]) >= COVERED
            if _covered(text, span, [other for each, other in found if each == kind]) >= COVERED:
                tally.found += 1
            else:
                report.misses.append(f"{case.id} missed {kind}: {text[span.start : span.end]!r} in {text!r}")
        for message in _judge(case, found, report):
            report.misses.append(message)
    return report


def _judge(case: Case, found: list[tuple[str, Span]], report: Report) -> Iterator[str]:
    for kind, span in found:
        tally = report.tallies.setdefault((kind, case.language), Tally())
        tally.claimed += 1
        right = any(each == kind and _meet(span, other) for each, other in case.expected)
        tally.right += right
        if not right:
            text = case.lines[span.line].text
            yield f"{case.id} wrong {kind}: {text[span.start : span.end]!r} in {text!r}"


def _covered(text: str, span: Span, masks: list[Span]) -> float:
    places = [at for at in range(span.start, span.end) if text[at].isalnum()]
    inside = [at for at in places if any(m.line == span.line and m.start <= at < m.end for m in masks)]
    return len(inside) / len(places)


def _meet(one: Span, other: Span) -> bool:
    return one.line == other.line and one.start < other.end and other.start < one.end
