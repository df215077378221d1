"""A judged talk as people read it."""

from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format

from prompts.pages.words import percent_words
from testcases.judging.results import CriterionVerdict, Result
from testcases.models import Verdict

# What a verdict looks like: a kind of badge.
TONES = {"met": "good", "partly": "held", "not_met": "bad", "not_applicable": "plain", "undecided": "plain"}


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A criterion with its verdict in words; `quotes` are its evidence."""

    text: str
    verdict: str
    tone: str
    reason: str
    quotes: list[Any]
    weight: int
    required: bool
    confidence: str


@dataclass(frozen=True, slots=True)
class Judgement:
    """`passed` None: it waits for a person. `problem`: why it could not be judged."""

    score: str
    passed: bool | None
    rows: list[JudgedRow]
    problem: str


def judgement_of(result: Result) -> Judgement:
    return Judgement(
        score="" if result.score is None else number_format(result.score, 0),
        passed=result.passed,
        rows=[_row(each) for each in result.criteria],
        problem=result.problem,
    )


def _row(verdict: CriterionVerdict) -> JudgedRow:
    judged = verdict.judged
    return JudgedRow(
        text=verdict.criterion.text,
        verdict=str(Verdict(judged.verdict).label),
        tone=TONES[judged.verdict],
        reason=verdict.reason,
        quotes=list(judged.evidence),
        weight=verdict.criterion.weight,
        required=verdict.criterion.required,
        confidence=percent_words(judged.confidence) if judged.confidence < 1 else "",
    )
