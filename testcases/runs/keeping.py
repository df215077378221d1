"""Judges a run that is waiting, and keeps what came of it, once."""

from collections.abc import Callable
from dataclasses import replace
from time import perf_counter

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import SalesCall
from salesiq.audit.services import record_event
from testcases.judging.judging import judge_transcript
from testcases.judging.results import Result
from testcases.judging.rubric import rubric_judge
from testcases.models import CaseRun, CriterionResult, RunStatus
from testcases.runs.subjects import Subject, subject_of
from testcases.services import note_passed
from testcases.simulation.contents import content_of

OPEN = (RunStatus.WAITING, RunStatus.RUNNING)


def judge_run(run: CaseRun, subject: Subject | None = None, *, fence: Callable[[], None] | None = None) -> CaseRun:
    """Judge a run that is still open by its own version, which never changes, and keep the result. One that is judged
    already stays as it is. Outside of transactions where the case asks a language model. `fence` is called inside the
    transaction that writes: a job's, which raises when the job is somebody else's by now."""
    if run.status not in OPEN:
        return run
    began = perf_counter()
    subject = subject or subject_of(run)
    result = _judged(run, subject)
    timings = {**result.timings, "whole": round(perf_counter() - began, 4)}
    return keep(run, replace(result, timings=timings), fence=fence)


def _judged(run: CaseRun, subject: Subject) -> Result:
    if subject.problem_code:
        return Result(None, None, problem_code=subject.problem_code, problem=subject.problem)
    content = content_of(run.version)
    rubric = rubric_judge(client=run.version.case.client, content=content, key=f"test-run:{run.pk}")
    return judge_transcript(
        content, subject.lines, language=subject.language, duration=subject.duration, rubric=rubric
    )  # fmt: skip


def keep(run: CaseRun, result: Result, *, fence: Callable[[], None] | None = None) -> CaseRun:
    """Write a result to a run that is still open; nothing where another worker was faster."""
    with transaction.atomic():
        if fence:
            fence()
        if _is_erased(run):
            result = Result(None, None, problem_code="erased", problem=_("The words of this call were erased."))
        row = CaseRun.objects.select_for_update().get(pk=run.pk)
        if row.status not in OPEN:
            return row
        _fill(row, result)
        row.save()
        CriterionResult.objects.bulk_create(_results(row, result))
        details = {"status": row.status, "passed": row.passed, "version": str(row.version_id)}
        if row.batch_id is None:  # a batch is written to the trail once, not run by run
            record_event(action="judged", target=row, actor=row.started_by, details=details)
        if row.passed and not row.is_trial:
            note_passed(row)
    return row


def _is_erased(run: CaseRun) -> bool:
    """Whether the call lost its words while it was judged. Locks the call first, as who erases it does."""
    if run.call_id is None:
        return False
    rows = SalesCall.objects.select_for_update(of=("self",)).filter(pk=run.call_id)
    return any(erased is not None for erased in rows.values_list("anonymised_at", flat=True))


def _fill(row: CaseRun, result: Result) -> None:
    row.status = RunStatus.UNJUDGEABLE if result.problem_code else RunStatus.JUDGED
    row.problem_code, row.problem = result.problem_code, result.problem[:500]
    row.automatic_score = row.score = result.score
    row.automatic_passed = row.passed = result.passed
    row.judge, row.versions, row.timings = result.judge, dict(result.versions), dict(result.timings)
    row.judged_at = timezone.now()


def _results(row: CaseRun, result: Result) -> list[CriterionResult]:
    return [
        CriterionResult(
            run=row, position=at, key=each.criterion.key, verdict=each.judged.verdict,
            evidence=[found.as_json() for found in each.judged.evidence], reason=each.reason[:500],
            confidence=round(each.judged.confidence, 3), judged_by=each.judged.judged_by[:20],
        )
        for at, each in enumerate(result.criteria)
    ]  # fmt: skip
