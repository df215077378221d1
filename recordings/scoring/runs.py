"""Starting, stopping and going on with runs over past calls. The work itself is in `work.py`, done by a job."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from recordings.models import Scorecard, ScoringRun, StandardStatus
from recordings.models.scoring_run import ScoringPurpose
from recordings.scoring.selection import CallFilters, chosen_ids, scorable_calls
from recordings.standards import check_content
from salesiq.audit.services import record_event
from salesiq.jobs.models import Job
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import User

SCORE_TASK = "recordings.tasks.score_past_calls"


class ScoringError(ValidationError):
    """A run cannot be started or changed; `messages` hold a sentence that says what to do."""


def start_preview(*, scorecard: Scorecard, actor: User, filters: CallFilters | None = None) -> ScoringRun:
    """Work out what `scorecard` would make of the last calls that `actor` may see; nothing of them is changed.

    Raises:
        ScoringError: there is no such call.
        StandardError: the scorecard is not complete yet.
    """
    check_content(scorecard)
    chosen = filters or CallFilters()
    total = len(chosen_ids(actor, chosen))
    return _start(scorecard, actor, ScoringPurpose.PREVIEW, chosen.as_json(), total)


def start_rescore(
    *,
    scorecard: Scorecard,
    actor: User,
    filters: CallFilters | None = None,
    calls: Iterable[UUID] | None = None,
) -> ScoringRun:
    """Measure past calls by a scorecard in use; each keeps its old score beside the new one, which counts from then on.

    `calls` names them; without it all that match `filters`. Only those that `actor` may see and that still have their
    words are measured. Anonymised calls keep the score they have.

    Raises:
        ScoringError: the scorecard is not in use, or there is no such call.
    """
    if scorecard.status != StandardStatus.PUBLISHED:
        raise ScoringError(_("Only a published scorecard scores calls. Publish it first."), code="not_in_use")
    chosen = filters or CallFilters()
    found = scorable_calls(actor, chosen)
    stored = chosen.as_json()
    if calls is not None:
        ids = sorted({str(each) for each in calls})
        stored["calls"], found = ids, found.filter(pk__in=ids)
    return _start(scorecard, actor, ScoringPurpose.RESCORE, stored, found.count())


def stop_run(*, run: ScoringRun, actor: User) -> None:
    """Stop a run; what is done stays done, and it may be gone on with."""
    with transaction.atomic():
        stopped = cancel_jobs(subject=str(run.pk), task=SCORE_TASK, error=_("Stopped by a person."))
        if stopped:
            record_event(action="scoring_stopped", target=run, actor=actor, details={"done": run.done})


def resume_run(*, run: ScoringRun, actor: User) -> Job:
    """Go on with a run that was stopped or failed, after the last call that was done.

    Raises:
        ScoringError: it is finished.
    """
    if run.finished_at is not None:
        raise ScoringError(_("This run is finished. Start another."), code="finished")
    with transaction.atomic():
        record_event(action="scoring_resumed", target=run, actor=actor, details={"done": run.done})
        return _enqueue(run, actor)


def job_of(run: ScoringRun) -> Job | None:
    """The newest job of a run."""
    return Job.objects.filter(task=SCORE_TASK, subject=str(run.pk)).order_by("-created_at").first()


def _start(
    scorecard: Scorecard, actor: User, purpose: ScoringPurpose, filters: dict[str, object], total: int
) -> ScoringRun:
    if not total:
        raise ScoringError(_("There is no analysed call to measure. Choose other calls."), code="no_calls")
    with transaction.atomic():
        run = ScoringRun.objects.create(
            client_id=scorecard.client_id,
            scorecard=scorecard,
            purpose=purpose,
            filters=filters,
            total=total,
            started_by=actor,
        )
        details = {"purpose": str(purpose), "scorecard": str(scorecard.pk), "calls": total}
        record_event(action="scoring_started", target=run, actor=actor, details=details)
        _enqueue(run, actor)
    return run


def _enqueue(run: ScoringRun, actor: User) -> Job:
    return enqueue(task=SCORE_TASK, subject=str(run.pk), client=run.client, created_by=actor)
