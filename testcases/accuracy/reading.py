"""Reads the gold set, and refuses it where it contradicts itself. Pure.

A file is a case with its criteria and the talks judged by it; gold/README.md tells how it is written. The line that
proves a verdict is named by words of it, which stand in exactly one line of the talk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from recordings.language.types import Line
from testcases.content.document import CaseContent, Criterion, Goal, Persona
from testcases.judging.forms import form_problems

FOLDER = Path(__file__).parent / "gold"
VERDICTS = ("met", "partly", "not_met", "not_applicable")
WORDS_PER_SECOND = 2.5
PAUSE = 0.5  # seconds between two lines

_VERDICT = re.compile(r'^(met|partly|not_met|not_applicable)(?: "(.+)")?(?: - (.+))?$')
_LINE = re.compile(r"^([AC])(?:@(\d+):(\d\d))?: (\S.*)$")
_ROLES = {"A": "agent", "C": "customer"}
# Found without words of the agent: an absence, or a figure of the whole talk.
_UNQUOTED = ("forbidden", "not", "talk", "count")


class GoldError(ValueError):
    """The gold set contradicts itself; the message says where, one mistake a line."""


@dataclass(frozen=True, slots=True)
class GoldVerdict:
    """`line` is the place of the words that prove it, None where the verdict rests on an absence or a figure."""

    key: str
    verdict: str
    line: int | None
    why: str


@dataclass(frozen=True, slots=True)
class GoldRun:
    """One talk and what is true of it. `tricks` says what makes it hard. `key`: en/gym/a."""

    key: str
    lines: tuple[Line, ...]
    verdicts: tuple[GoldVerdict, ...]
    tricks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GoldCase:
    """Criteria with the talks judged by them. `keywords`: what the keyword judge looks for, by criterion."""

    name: str
    language: str
    content: CaseContent
    keywords: Mapping[str, tuple[str, ...]]
    runs: tuple[GoldRun, ...]


def read_gold(folder: Path = FOLDER) -> tuple[GoldCase, ...]:
    """Every case of the set, in the order of language and name.

    Raises:
        GoldError: a line, a verdict, a quote or a rule is not what the README says.
    """
    cases, problems = [], []
    for path in sorted(folder.glob("*/*.yaml")):
        reader = _Reader(path.parent.name, yaml.safe_load(path.read_text(encoding="utf-8")))
        cases.append(reader.case())
        problems += reader.problems
    if problems:
        raise GoldError("\n".join(problems))
    return tuple(cases)


class _Reader:
    """One file; what is wrong with it is gathered in `problems`."""

    def __init__(self, language: str, document: Mapping[str, Any]) -> None:
        self.language, self.document = language, document
        self.place = f"{language}/{document['case']}"
        self.problems: list[str] = []

    def case(self) -> GoldCase:
        criteria = {key: self._criterion(key, each) for key, each in self.document["criteria"].items()}
        return GoldCase(
            name=self.document["case"],
            language=self.language,
            content=_content(self.language, str(self.document["about"]), tuple(criteria.values())),
            keywords={key: tuple(map(str, each["keywords"])) for key, each in self.document["criteria"].items()},
            runs=tuple(self._run(each, criteria) for each in self.document["runs"]),
        )

    def _criterion(self, key: str, each: Mapping[str, Any]) -> Criterion:
        for problem in form_problems(each["rule"], self.language):
            self.problems.append(f"{self.place} {key}: {problem.path} {problem.message}")
        return Criterion(key=key, text=each["text"], judge=each["rule"])

    def _run(self, each: Mapping[str, Any], criteria: Mapping[str, Criterion]) -> GoldRun:
        place = f"{self.place}/{each['id']}"
        lines = tuple(self._lines(place, each["talk"]))
        verdicts = each["verdicts"]
        for key in verdicts.keys() - criteria.keys():
            self.problems.append(f"{place}: there is no criterion {key}.")
        known = [(key, str(text)) for key, text in verdicts.items() if key in criteria]
        return GoldRun(
            key=place,
            lines=lines,
            verdicts=tuple(self._verdict(f"{place} {key}", criteria[key], text, lines) for key, text in known),
            tricks=tuple(each.get("tricks", ())),
        )

    def _lines(self, place: str, talk: str) -> Iterator[Line]:
        now = 0.0
        for position, text in enumerate(talk.splitlines()):
            match = _LINE.match(text)
            if match is None:
                self.problems.append(f"{place}: “{text[:40]}” is no line of a talk.")
                continue
            speaker, minutes, seconds, said = match.groups()
            start = max(now, int(minutes) * 60 + int(seconds)) if minutes else now
            end = start + len(said.split()) / WORDS_PER_SECOND
            yield Line(position, _ROLES[speaker], round(start, 2), round(end, 2), said)
            now = end + PAUSE

    def _verdict(self, place: str, criterion: Criterion, text: str, lines: Sequence[Line]) -> GoldVerdict:
        match = _VERDICT.match(text)
        if match is None:
            self.problems.append(f"{place}: “{text}” is no verdict.")
            return GoldVerdict(criterion.key, "not_met", None, "")
        verdict, quote, why = match.groups()
        line = self._proof(place, quote, lines) if quote else None
        if quote is None and verdict in ("met", "partly") and criterion.judge.get("kind") not in _UNQUOTED:
            self.problems.append(f"{place}: {verdict} without the words that prove it.")
        return GoldVerdict(criterion.key, verdict, line, why or "")

    def _proof(self, place: str, quote: str, lines: Sequence[Line]) -> int | None:
        found = [line for line in lines if quote in line.text]
        if len(found) != 1:
            self.problems.append(f"{place}: “{quote}” stands in {len(found)} lines.")
            return None
        if found[0].role != "agent":
            self.problems.append(f"{place}: “{quote}” is said by the customer.")
        return found[0].position


def _content(language: str, about: str, criteria: tuple[Criterion, ...]) -> CaseContent:
    return CaseContent(
        language=language,
        scenario=about,
        expected_outcome=about,
        persona=Persona(name="Alex"),
        goal=Goal(text=about),
        criteria=criteria,
    )
