"""The job of a scoring run: batch by batch, so that a killed worker's successor goes on after the last one."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import CallAnalysis, SalesCall, ScoringRun
from recordings.models.scoring_run import ScoringPurpose
from recordings.pipeline.facts import facts_of, script_of
from recordings.pipeline.scores import record_score
from recordings.pipeline.transcript_rows import read_call
from recordings.quality.comparison import Measured, QuestionShare, compare_scores
from recordings.quality.criteria import Criterion, read_criteria
from recordings.quality.scorecard import ScoreResult, score_call
from recordings.scoring.selection import CallFilters, chosen_ids, load_calls, scorable_calls
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.services import Lease
from salesiq.people.models import User

AT_ONCE = 25


def run_scoring(run: ScoringRun, lease: Lease) -> None:
    """Do what is left of `run`.

    Raises:
        PermanentJobError: whoever started it is gone, so it is not known whose calls it may look at.
    """
    if run.started_by is None:
        raise PermanentJobError(_("Whoever started this run has no account any more. Start another."))
    (_preview if run.purpose == ScoringPurpose.PREVIEW else _rescore)(run, run.started_by, lease)


def measure_call(call: SalesCall, criteria: Sequence[Criterion], *, asks_models: bool = True) -> ScoreResult:
    """What `criteria` make of a call loaded by `load_calls`: from its rows, as its analysis left them.

    Without `asks_models` the questions of a language model wait: a preview costs nothing.
    """
    facts = facts_of(call, read_call(call), script_of(call.analysis.script))
    return score_call(criteria, facts if asks_models else replace(facts, call="", client=""))


def _preview(run: ScoringRun, user: User, lease: Lease) -> None:
    criteria = read_criteria(run.scorecard.criteria)
    ids = chosen_ids(user, CallFilters.from_json(run.filters))
    measured: list[Measured] = []
    for start in range(0, len(ids), AT_ONCE):
        measured += [_compared(call, criteria) for call in load_calls(ids[start : start + AT_ONCE])]
        _report(run, lease, len(measured), len(ids))
    with transaction.atomic():
        lease.fence()
        run.result = compare_scores(criteria, measured)
        run.total = run.done = len(measured)
        run.finished_at = timezone.now()
        run.save(update_fields=["result", "total", "done", "finished_at", "updated_at"])


def _compared(call: SalesCall, criteria: Sequence[Criterion]) -> Measured:
    result = measure_call(call, criteria, asks_models=False)
    items = [item for score in call.current_scores for item in score.items.all()]  # type: ignore[attr-defined]
    return Measured(
        call=str(call.pk),
        agent=str(call.agent_id or ""),
        before=call.quality_score,
        after=result.total,
        earned={i.key: QuestionShare(i.points, i.max_points, i.applicable, i.value) for i in result.items},
        earned_before={i.key: QuestionShare(i.points, i.max_points, i.applicable, i.value) for i in items},
    )


def _rescore(run: ScoringRun, user: User, lease: Lease) -> None:
    criteria = read_criteria(run.scorecard.criteria)
    for ids in _batches(run, user):
        calls = load_calls(ids)
        results = {call.pk: measure_call(call, criteria) for call in calls}
        with transaction.atomic():
            lease.fence()
            _write(run, calls, criteria, results)
            run.done, run.cursor = run.done + len(ids), ids[-1]
            run.save(update_fields=["done", "cursor", "updated_at"])
        _report(run, lease, run.done, run.total)
    with transaction.atomic():
        lease.fence()
        run.total, run.finished_at = run.done, timezone.now()
        run.save(update_fields=["total", "finished_at", "updated_at"])


def _batches(run: ScoringRun, user: User) -> Iterator[list[UUID]]:
    """Ids of the calls that are left, in order; calls that came in after the run was started are none of them."""
    found = scorable_calls(user, CallFilters.from_json(run.filters)).filter(created_at__lte=run.created_at)
    if "calls" in run.filters:
        found = found.filter(pk__in=run.filters["calls"])
    while True:
        left = found.filter(pk__gt=run.cursor) if run.cursor else found
        ids = list(left.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
        if not ids:
            return
        yield ids


def _write(
    run: ScoringRun, calls: list[SalesCall], criteria: Sequence[Criterion], results: dict[UUID, ScoreResult]
) -> None:
    """Write the scores down; a call that was changed since it was read is read and measured again under its lock."""
    seen = {call.pk: call.updated_at for call in calls}
    locked = {row.pk: row for row in SalesCall.objects.select_for_update(of=("self",)).filter(pk__in=seen)}
    changed = [pk for pk, row in locked.items() if row.updated_at != seen[pk]]
    fresh = {call.pk: call for call in calls if call.pk in locked and call.pk not in changed}
    for call in load_calls(changed):
        if call.anonymised_at is None and hasattr(call, "analysis") and hasattr(call, "transcript"):
            fresh[call.pk], results[call.pk] = call, measure_call(call, criteria)
    now = timezone.now()
    for call in fresh.values():
        result = results[call.pk]
        record_score(call, run.scorecard, result)
        call.quality_score, call.updated_at = result.total, now
        call.analysis.score_reason, call.analysis.updated_at = result.reason, now
        call.analysis.versions = {**call.analysis.versions, "scorecard": str(run.scorecard)}
    SalesCall.objects.bulk_update(fresh.values(), ["quality_score", "updated_at"])
    CallAnalysis.objects.bulk_update(
        [call.analysis for call in fresh.values()], ["score_reason", "versions", "updated_at"]
    )


def _report(run: ScoringRun, lease: Lease, done: int, total: int) -> None:
    lease.report("score", done / max(1, total))
    if run.purpose == ScoringPurpose.PREVIEW:
        ScoringRun.objects.filter(pk=run.pk).update(done=done)
