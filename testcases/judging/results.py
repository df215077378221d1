"""What a transcript is worth by a case: verdicts, the score made of them, and whether it is passed."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from testcases.content.document import CaseContent, Criterion
from testcases.judging.rules.types import WORTH, Judged


@dataclass(frozen=True, slots=True)
class CriterionVerdict:
    """A criterion with what was judged of it; `reason` is in the reader's language."""

    criterion: Criterion
    judged: Judged
    reason: str


@dataclass(frozen=True, slots=True)
class Result:
    """`score` 0 to 100 and `passed`; None where something is undecided or the subject cannot be judged, of which
    `problem_code` and `problem` tell why. `judge` names who judged, `timings` are seconds by step."""

    score: float | None
    passed: bool | None
    criteria: tuple[CriterionVerdict, ...] = ()
    problem_code: str = ""
    problem: str = ""
    judge: str = ""
    versions: dict[str, str] = field(default_factory=dict)
    timings: dict[str, float] = field(default_factory=dict)


def score_of(content: CaseContent, verdicts: Sequence[str]) -> tuple[float | None, bool | None]:
    """The score 0 to 100 and whether the test is passed, by the verdicts of `content.criteria` in their order.

    Score: sum of weight × worth (met 1, partly 0.5, not met 0) over the weight of what applies, × 100. Passed: the
    score reaches the pass mark and every required criterion that applies is met. Undecided: both None, unless a
    required criterion is not met, which fails it whatever the rest. Nothing that applies: both None.
    """
    pairs = list(zip(content.criteria, verdicts, strict=True))
    failed = any(each.required and verdict in ("partly", "not_met") for each, verdict in pairs)
    known = [(each, verdict) for each, verdict in pairs if verdict in WORTH]
    if any(verdict == "undecided" for _, verdict in pairs) or not known:
        return None, False if failed else None
    total = sum(each.weight for each, _ in known)
    score = round(100 * sum(each.weight * WORTH[verdict] for each, verdict in known) / total, 1)
    return score, score >= content.pass_mark and not failed


def as_json(result: CriterionVerdict) -> dict[str, Any]:
    """A criterion as commands and the API give it."""
    return {
        "key": result.criterion.key,
        "text": result.criterion.text,
        "verdict": result.judged.verdict,
        "evidence": [each.as_json() for each in result.judged.evidence],
        "reason": result.reason,
        "confidence": round(result.judged.confidence, 2),
        "judge": result.judged.judged_by,
    }
