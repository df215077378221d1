"""What judges exchange: quotes with their place, and verdicts with their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Verdict = Literal["met", "partly", "not_met", "not_applicable", "undecided"]

# What a verdict is worth of its criterion's weight; the others count neither way.
WORTH: Mapping[str, float] = {"met": 1.0, "partly": 0.5, "not_met": 0.0}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Words that stand as they are in line `line`; `start` and `end` of that line in seconds, `role` who spoke."""

    quote: str
    line: int
    start: float
    end: float
    role: str

    def as_json(self) -> dict[str, Any]:
        return {
            "quote": self.quote, "line": self.line, "start": self.start, "end": self.end, "role": self.role,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """One criterion judged. `reason` is an English sentence with %(places)s for `values`, put into the reader's
    language by judging/wording.py; `confidence` 0 to 1; `judged_by` the kind of rule."""

    verdict: Verdict
    reason: str
    evidence: tuple[Evidence, ...] = ()
    confidence: float = 1.0
    judged_by: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
