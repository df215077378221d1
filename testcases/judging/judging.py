"""A transcript judged by a case, criterion by criterion."""

from collections.abc import Callable, Sequence
from time import perf_counter

from recordings.language.embeddings import MODEL_VERSION
from recordings.language.types import Line
from recordings.language.understanding import RULES_VERSION
from testcases.content.document import CaseContent, Criterion
from testcases.judging.results import CriterionVerdict, Result, score_of
from testcases.judging.rules.judge import JUDGES_VERSION, judge_criterion
from testcases.judging.rules.transcript import Transcript
from testcases.judging.rules.types import Judged
from testcases.judging.subjects import problem_of
from testcases.judging.wording import reason_of

RubricJudge = Callable[[Criterion, Transcript], Judged]
VERSIONS = {"judges": JUDGES_VERSION, "rules": RULES_VERSION, "embeddings": MODEL_VERSION}


def judge_transcript(
    content: CaseContent,
    lines: Sequence[Line],
    *,
    language: str = "",
    duration: float | None = None,
    rubric: RubricJudge | None = None,
) -> Result:
    """What `lines` are worth by `content`. Nothing is written.

    `language` of the lines where it is known, otherwise it is told from their words; `duration` in seconds of the whole
    subject; `rubric` judges what asks for a language model (judging/rubric.py), which waits for a person without it.
    A subject that cannot be judged has no score and `passed` None; `problem_code` says why.
    """
    began = perf_counter()
    transcript = Transcript.of(lines, language or content.language, duration)
    problem = problem_of(transcript, content, language)
    if problem:
        return Result(
            score=None, passed=None, problem_code=problem.code, problem=problem.message, versions=dict(VERSIONS),
            timings={"judge": round(perf_counter() - began, 4)},
        )  # fmt: skip
    verdicts = tuple(_verdict(each, transcript, rubric) for each in content.criteria)
    score, passed = score_of(content, [each.judged.verdict for each in verdicts])
    return Result(
        score=score, passed=passed, criteria=verdicts, judge=_judges(verdicts), versions=dict(VERSIONS),
        timings={"judge": round(perf_counter() - began, 4)},
    )  # fmt: skip


def _verdict(criterion: Criterion, transcript: Transcript, rubric: RubricJudge | None) -> CriterionVerdict:
    judged = judge_criterion(criterion, transcript, rubric)
    return CriterionVerdict(criterion, judged, reason_of(judged)[:500])


def _judges(verdicts: Sequence[CriterionVerdict]) -> str:
    return ", ".join(sorted({each.judged.judged_by for each in verdicts if each.judged.judged_by}))[:200]
