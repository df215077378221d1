"""What may be answered to a question of a scorecard, and what an answer is worth.

An answer is a short text, the same for rules, language models and persons: `yes`, `no`, a number on the question's
scale, the key of a choice, a share of the points in quarters (`0`, `0.25` … `1`), or `na` where it does not apply.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from recordings.quality.criteria import Criterion
from recordings.quality.errors import ScorecardError
from recordings.quality.weights import share_out

NOT_APPLICABLE = "na"
QUARTERS = ("0", "0.25", "0.5", "0.75", "1")
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Option:
    """One possible answer. `share` is 0..1 of the question's points, None for "does not apply"."""

    value: str
    label: str
    share: Fraction | None
    fails: bool = False


@dataclass(frozen=True, slots=True)
class AnswerTotal:
    """The total of answered questions.

    `total` is 0..100 with two decimals, None while nothing applies; `points` holds earned and possible points by key
    of every answered question; `failed` is the key of a critical question that was failed and brings the total to 0;
    `missing` are the keys nobody has answered.
    """

    total: Decimal | None
    points: Mapping[str, tuple[Decimal, Decimal]]
    failed: str | None
    missing: tuple[str, ...]


def options_of(criterion: Criterion) -> tuple[Option, ...]:
    """All possible answers, best first for yes/no, rising for scales; labels are English keys of the interface."""
    found = _own_options(criterion)
    return (*found, Option(NOT_APPLICABLE, "Does not apply", None)) if criterion.allow_na else found


def _own_options(criterion: Criterion) -> tuple[Option, ...]:
    if criterion.kind == "yes_no":
        return (Option("yes", "Yes", Fraction(1)), Option("no", "No", Fraction(0), fails=True))
    if criterion.kind == "scale":
        low, high = criterion.scale
        return tuple(
            Option(str(step), str(step), Fraction(step - low, high - low), fails=step == low)
            for step in range(low, high + 1)
        )
    if criterion.kind == "choice":
        return tuple(
            Option(choice.key, choice.label, Fraction(str(choice.share)), choice.fails) for choice in criterion.choices
        )
    return tuple(Option(value, value, Fraction(value), fails=value == "0") for value in QUARTERS)


def read_answer(criterion: Criterion, value: str) -> Option:
    """The option that `value` names.

    Raises:
        ScorecardError: it is none of the question's answers; the sentence lists them.
    """
    options = options_of(criterion)
    for option in options:
        if option.value == value:
            return option
    allowed = ", ".join(option.value for option in options)
    raise ScorecardError(f"“{value}” is no answer to “{criterion.name}”. Choose one of: {allowed}.")


def nearest_answer(criterion: Criterion, share: float | None) -> str:
    """The answer that stands for a rule's share of the points, 0..1; `na` for None, the lower one of two as near."""
    if share is None:
        return NOT_APPLICABLE
    given = Fraction(str(round(share, 6)))
    own = [option for option in _own_options(criterion) if option.share is not None]
    return min(own, key=lambda option: (abs((option.share or Fraction(0)) - given), option.share)).value


def total_of(criteria: Sequence[Criterion], answers: Mapping[str, str]) -> AnswerTotal:
    """Add up answers by the same rules as the automatic score (`score_call`).

    Points are the question's part of 100 by weight; what does not apply, or is not answered yet, leaves its weight to
    the rest. A critical question whose answer fails brings the total to 0.

    Raises:
        ScorecardError: an answer is none of its question's.
    """
    maxima = share_out([criterion.weight for criterion in criteria])
    points: dict[str, tuple[Decimal, Decimal]] = {}
    failed: str | None = None
    missing = []
    for criterion, top in zip(criteria, maxima, strict=True):
        value = answers.get(criterion.key, "")
        if not value:
            missing.append(criterion.key)
            continue
        option = read_answer(criterion, value)
        if option.share is None:
            continue
        share = Decimal(option.share.numerator) / Decimal(option.share.denominator)
        points[criterion.key] = ((top * share).quantize(CENT, ROUND_HALF_UP), top)
        if criterion.critical and option.fails and failed is None:
            failed = criterion.key
    possible = sum((top for _, top in points.values()), Decimal(0))
    earned = sum((got for got, _ in points.values()), Decimal(0))
    total = (100 * earned / possible).quantize(CENT, ROUND_HALF_UP) if possible else None
    return AnswerTotal(Decimal("0.00") if failed else total, points, failed, tuple(missing))
