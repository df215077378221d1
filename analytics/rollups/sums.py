"""What is added up over calls: enough for every metric of calls, its variance included. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Self

from analytics.metrics.sums import Sums


@dataclass(frozen=True, slots=True, kw_only=True)
class CallSums:
    """Sums over the calls that count: published, or logged by another system; never those held back.

    `known` are calls whose outcome is known, followed by how many had which. Of each measure that a call may have:
    how many had it (`_n`), the sum and the sum of squares. `duration` in seconds; `quality` and `adherence` (to the
    script) 0 to 100; `probability` of a sale and `talk` (the agent's share of it) 0 to 1; `csat` 1 to 5.
    `understood` are calls that were analysed or whose outcome is known, `follow_up` those of them with a promise or
    with the outcome “call back”. `measured` gives the measures of `analytics.metrics`.
    """

    calls: int = 0
    published: int = 0
    known: int = 0
    converted: int = 0
    qualified: int = 0
    not_qualified: int = 0
    no_answer: int = 0
    callback: int = 0
    duration_n: int = 0
    duration_sum: float = 0.0
    duration_squares: float = 0.0
    quality_n: int = 0
    quality_sum: float = 0.0
    quality_squares: float = 0.0
    probability_n: int = 0
    probability_sum: float = 0.0
    probability_squares: float = 0.0
    csat_n: int = 0
    csat_sum: float = 0.0
    csat_squares: float = 0.0
    talk_n: int = 0
    talk_sum: float = 0.0
    talk_squares: float = 0.0
    adherence_n: int = 0
    adherence_sum: float = 0.0
    adherence_squares: float = 0.0
    understood: int = 0
    follow_up: int = 0
    objections: int = 0
    objections_handled: int = 0

    def __add__(self, other: Self) -> Self:
        return type(self)(**{name: getattr(self, name) + getattr(other, name) for name in MEASURES})


MEASURES: tuple[str, ...] = tuple(field.name for field in fields(CallSums))


@dataclass(frozen=True, slots=True)
class Rows:
    """How many rows a measure counts: the sum of some columns, less that of others."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()


MEANS = {
    "calls.seconds": "duration",
    "calls.quality": "quality",
    "calls.probability": "probability",
    "calls.csat": "csat",
    "calls.talk_ratio": "talk",
    "calls.adherence": "adherence",
}
COUNTS = {
    "calls.all": Rows(("calls",)),
    "calls.known_outcome": Rows(("known",)),
    "calls.reached": Rows(("known",), ("no_answer",)),
    "calls.converted": Rows(("converted",)),
    "calls.qualified": Rows(("qualified", "converted")),
    "calls.understood": Rows(("understood",)),
    "calls.follow_up": Rows(("follow_up",)),
    "objections.all": Rows(("objections",)),
    "objections.handled": Rows(("objections_handled",)),
}


def columns_of(measure: str) -> tuple[str, ...]:
    """What of CallSums a measure of `analytics.metrics.measures` is computed from."""
    if measure in MEANS:
        return tuple(f"{MEANS[measure]}_{part}" for part in ("n", "sum", "squares"))
    return COUNTS[measure].plus + COUNTS[measure].minus


def measured(measure: str, columns: Mapping[str, Any]) -> Sums:
    """The sums of a measure from the columns it needs."""
    if measure in MEANS:
        return Sums(*(columns[name] or 0 for name in columns_of(measure)))
    rows = COUNTS[measure]
    return Sums(sum(columns[name] or 0 for name in rows.plus) - sum(columns[name] or 0 for name in rows.minus))
