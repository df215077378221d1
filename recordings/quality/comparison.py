"""What a scorecard would change on past calls: two scores of each call, set side by side. Pure statistics."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from math import inf
from typing import Any

import numpy as np

from recordings.quality.criteria import Criterion
from recordings.quality.grades import GRADE_NAMES, grade_of
from recordings.quality.means import student

BINS = 10
MOST_MOVERS = 20
MOST_LISTED = 200


@dataclass(frozen=True, slots=True)
class QuestionShare:
    """What one question earned in one call. `value` is empty while a person is to answer it."""

    points: Decimal
    max_points: Decimal
    applicable: bool
    value: str = ""

    @property
    def share(self) -> float | None:
        """0 to 1 of the points; None where it does not count."""
        return float(self.points / self.max_points) if self.applicable and self.max_points else None


@dataclass(frozen=True, slots=True)
class Measured:
    """One call's total now and by the scorecard in question, 0 to 100, None for no score; `earned` by question."""

    call: str
    agent: str
    before: Decimal | None
    after: Decimal | None
    earned: Mapping[str, QuestionShare] = field(default_factory=dict)
    earned_before: Mapping[str, QuestionShare] = field(default_factory=dict)

    @property
    def pair(self) -> tuple[float, float] | None:
        return None if self.before is None or self.after is None else (float(self.before), float(self.after))


def compare_scores(criteria: Sequence[Criterion], measured: Sequence[Measured]) -> dict[str, Any]:
    """Everything a preview shows, as JSON: figures, ids of calls and agents, never a name or a word of a call.

    Means and their difference (paired) are over calls that have both scores, with t intervals of 95 %. Histograms
    have ten classes of ten points, the last one takes 100 in. An agent's grade is that of the mean of their calls.
    """
    pairs = [(each, each.pair) for each in measured if each.pair]
    before = [pair[0] for _, pair in pairs if pair]
    after = [pair[1] for _, pair in pairs if pair]
    crossings = Counter((grade_of(old), grade_of(new)) for old, new in zip(before, after, strict=True))
    changed = {cross: n for cross, n in crossings.items() if cross[0] != cross[1]}
    movers = sorted(pairs, key=lambda each: (-abs(_move(each[0])), each[0].call))
    return {
        "calls": len(measured),
        "n": len(pairs),
        "only_before": sum(each.before is not None and each.after is None for each in measured),
        "only_after": sum(each.before is None and each.after is not None for each in measured),
        "mean_before": mean_interval(before, within=(0, 100)),
        "mean_after": mean_interval(after, within=(0, 100)),
        "difference": mean_interval([new - old for old, new in zip(before, after, strict=True)]),
        "histogram_before": _histogram(before),
        "histogram_after": _histogram(after),
        "grades_before": _grades(before),
        "grades_after": _grades(after),
        "grade_changes": [{"from": a, "to": b, "n": n} for (a, b), n in sorted(changed.items())],
        "changed": sum(changed.values()),
        "changed_calls": [_row(each) for each, _ in movers if _crosses(each)][:MOST_LISTED],
        "movers": [_row(each) for each, _ in movers[:MOST_MOVERS] if _move(each)],
        "agents": _agents(each for each, _ in pairs),
        "questions": [_question(criterion, measured) for criterion in criteria],
    }


def mean_interval(
    values: Sequence[float], *, within: tuple[float, float] = (-inf, inf)
) -> dict[str, float | int | None]:
    """Mean with the t interval of 95 % (Student 1908), cut off at what is possible; no interval below two values."""
    n = len(values)
    if not n:
        return {"n": 0, "mean": None, "low": None, "high": None}
    bounds = student(values)
    low, high = (max(within[0], bounds[0]), min(within[1], bounds[1])) if bounds else (None, None)
    rounded = [None if each is None else round(each, 2) for each in (float(np.mean(values)), low, high)]
    return {"n": n, "mean": rounded[0], "low": rounded[1], "high": rounded[2]}


def _histogram(totals: Sequence[float]) -> list[int]:
    return [int(n) for n in np.histogram(totals, bins=BINS, range=(0, 100))[0]]


def _grades(totals: Sequence[float]) -> dict[str, int]:
    counted = Counter(map(grade_of, totals))
    return {name: counted[name] for name in GRADE_NAMES}


def _move(each: Measured) -> float:
    return each.pair[1] - each.pair[0] if each.pair else 0.0


def _crosses(each: Measured) -> bool:
    return each.pair is not None and grade_of(each.pair[0]) != grade_of(each.pair[1])


def _row(each: Measured) -> dict[str, Any]:
    return {"call": each.call, "agent": each.agent, "before": float(each.before or 0), "after": float(each.after or 0)}


def _agents(pairs: Iterable[Measured]) -> list[dict[str, Any]]:
    """Mean before and after of each agent; who would change grade first, then by how far they move."""
    totals: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for each in pairs:
        if each.agent and each.pair:
            totals[each.agent].append(each.pair)
    rows = []
    for agent, own in totals.items():
        old, new = (round(float(np.mean(side)), 2) for side in zip(*own, strict=True))
        rows.append({"agent": agent, "n": len(own), "before": old, "after": new,
                     "grade_before": grade_of(old), "grade_after": grade_of(new)})  # fmt: skip
    return sorted(rows, key=lambda row: (row["grade_before"] == row["grade_after"], -abs(row["after"] - row["before"])))


def _question(criterion: Criterion, measured: Sequence[Measured]) -> dict[str, Any]:
    own = [each.earned[criterion.key] for each in measured if criterion.key in each.earned and each.after is not None]
    former = [each.earned_before[criterion.key] for each in measured if criterion.key in each.earned_before]
    return {
        "key": criterion.key,
        "name": criterion.name,
        "waiting": sum(not each.value for each in own),
        "idle": sum(bool(each.value) and not each.applicable for each in own),
        "before": _share_interval(former),
        "after": _share_interval(own),
    }


def _share_interval(earned: Sequence[QuestionShare]) -> dict[str, float | int | None]:
    """Mean share of the points in per cent where the question counts."""
    return mean_interval([100 * each.share for each in earned if each.share is not None], within=(0, 100))
