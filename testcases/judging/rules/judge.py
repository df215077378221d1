"""One criterion judged by its rule (kinds.py tells what each kind means by met, partly and not met)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from testcases.content.document import Criterion
from testcases.judging.rules import composed, placed, talking
from testcases.judging.rules.forms import gettext_noop
from testcases.judging.rules.reciting import unless_recited
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Judged

# Kept with every run: raised whenever the same talk may get another verdict.
JUDGES_VERSION = "2026.11.2"
MOST_QUOTES = 5
RubricJudge = Callable[[Criterion, Transcript], Judged]
NO_MODEL = gettext_noop("A language model is to judge this and none was asked, so it waits for a person.")


def judge_criterion(criterion: Criterion, transcript: Transcript, rubric: RubricJudge | None = None) -> Judged:
    """The verdict of a criterion's rule, with its evidence. A rubric is judged by `rubric`, and undecided without.

    Deterministic: the same transcript and rule give the same verdict in every process.
    """

    def judge(rule: Mapping[str, Any]) -> Judged:
        kind = str(rule["kind"])
        if kind == "rubric":
            asked = Criterion(criterion.key, criterion.text, rule, criterion.weight)
            return rubric(asked, transcript) if rubric else Judged("undecided", NO_MODEL, confidence=0.0)
        if kind in composed.JUDGES:
            return composed.JUDGES[kind](rule, transcript, judge)
        return _JUDGES[kind](rule, transcript)

    judged = unless_recited(judge(criterion.judge), criterion, transcript)
    kind = judged.judged_by or str(criterion.judge["kind"])
    return replace(judged, evidence=judged.evidence[:MOST_QUOTES], judged_by=kind)


_JUDGES: Mapping[str, Callable[[Mapping[str, Any], Transcript], Judged]] = {**placed.JUDGES, **talking.JUDGES}
