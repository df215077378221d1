"""Scores a call by a scorecard: every point with its reason, and a total that is the sum of its points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from recordings.quality.answerers import Answer, answer_all
from recordings.quality.criteria import (
    DEFAULT_SCORECARD_NAME,
    Criterion,
    default_criteria,
    read_criteria,
)
from recordings.quality.facts import CallFacts
from recordings.quality.rules.measure import Measure
from recordings.quality.version import QUALITY_RULES_VERSION
from recordings.quality.weights import share_out

__all__ = [
    "DEFAULT_SCORECARD_NAME",
    "Criterion",
    "ItemResult",
    "ScoreResult",
    "default_criteria",
    "read_criteria",
    "score_call",
]

CENT = Decimal("0.01")
MINIMUM_WORDS = 8
# A call is not brought to 0 by something that was heard with less certainty than this.
CRITICAL_CONFIDENCE = 0.5


@dataclass(frozen=True, slots=True)
class ItemResult:
    """Points of one criterion, two decimals. `confidence` 0..1, `line` the position of the evidence.

    `value` is the answer in the question's own terms (quality/answers.py); empty where a person is to answer.
    """

    key: str
    name: str
    points: Decimal
    max_points: Decimal
    applicable: bool
    reason: str
    confidence: float
    line: int | None
    value: str = ""
    answered_by: str = "rule"


@dataclass(frozen=True, slots=True)
class ScoreResult:
    """A scored call.

    `total` is 0..100 with two decimals: 100 times the points over the maximum of the applicable criteria, rounded
    half up; 0 when a critical criterion is broken (`failed_criterion` names it); None when there is nothing to score.
    `reason` says which of these it is.
    """

    total: Decimal | None
    items: tuple[ItemResult, ...]
    reason: str
    failed_criterion: str | None = None
    rules_version: str = QUALITY_RULES_VERSION


def score_call(criteria: Sequence[Criterion], facts: CallFacts, *, minimum_words: int = MINIMUM_WORDS) -> ScoreResult:
    """Measure a call by each criterion.

    Each criterion's maximum is its weight's part of 100, so that only proportions of weights matter; its points are
    the rule's share of that, rounded half up to 0.01. A criterion that does not apply leaves its weight to the rest.
    A call in which agent and customer do not both say at least `minimum_words` words gets no score.
    """
    maxima = share_out([criterion.weight for criterion in criteria])
    silence = no_conversation(facts, minimum_words)
    if silence:
        items = tuple(
            ItemResult(c.key, c.name, Decimal("0.00"), top, False, silence, 1.0, None, answered_by=c.answered_by)
            for c, top in zip(criteria, maxima, strict=True)
        )
        return ScoreResult(None, items, silence)
    answers = answer_all(criteria, facts)
    items = tuple(
        _item(criterion, answer, top) for criterion, answer, top in zip(criteria, answers, maxima, strict=True)
    )
    return _total(criteria, [answer.measure for answer in answers], items)


def no_conversation(facts: CallFacts, minimum_words: int = MINIMUM_WORDS) -> str:
    """Why the call is no conversation between agent and customer; empty when it is one."""
    if facts.is_outcome("no_answer"):
        return "Nobody answered the call, so there is no conversation to score."
    if not facts.agent_words and not facts.customer_words and facts.lines:
        return (
            "It is not known which speaker is the agent, so the call cannot be scored. "
            "Set the agent's speaker or channel and analyse it again."
        )
    if facts.agent_words < minimum_words or facts.customer_words < minimum_words:
        return (
            f"There is no conversation to score: the agent said {facts.agent_words} words and the customer "
            f"{facts.customer_words}; each side needs at least {minimum_words}."
        )
    return ""


def _item(criterion: Criterion, answer: Answer, top: Decimal) -> ItemResult:
    measure = answer.measure
    share = Decimal(str(round(measure.share or 0.0, 6)))
    return ItemResult(
        key=criterion.key,
        name=criterion.name,
        points=(top * share).quantize(CENT, ROUND_HALF_UP),
        max_points=top,
        applicable=measure.share is not None,
        reason=measure.reason,
        confidence=round(measure.confidence, 3),
        line=measure.line,
        value=answer.value,
        answered_by=criterion.answered_by,
    )


def _total(criteria: Sequence[Criterion], measures: Sequence[Measure], items: tuple[ItemResult, ...]) -> ScoreResult:
    counted = [item for item in items if item.applicable]
    possible = sum((item.max_points for item in counted), Decimal(0))
    if not possible:
        return ScoreResult(None, items, "None of the scorecard's criteria applies to this call.")
    earned = sum((item.points for item in counted), Decimal(0))
    broken = [
        item
        for criterion, measure, item in zip(criteria, measures, items, strict=True)
        if criterion.critical and measure.failed
    ]
    certain = [item for item in broken if item.confidence >= CRITICAL_CONFIDENCE]
    if certain:
        reason = f"The critical criterion “{certain[0].name}” is broken, which brings the total to 0."
        return ScoreResult(Decimal("0.00"), items, reason, certain[0].key)
    total = (100 * earned / possible).quantize(CENT, ROUND_HALF_UP)
    reason = f"{earned} of {possible} points."
    if broken:
        reason += f" The critical criterion “{broken[0].name}” may be broken: listen to it and decide."
    return ScoreResult(total, items, reason)
