"""What can be done with calls. Every door (admin, API, command line) comes through here."""

import time

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import CallAnalysis, CallStatus, FollowUp, Origin, Outcome, PipelineStep, Recording, SalesCall
from recordings.privacy.consent import Decision, Verdict, may_process
from recordings.privacy.held_back import NotLawfulError, has_sound, hold_back
from recordings.privacy.records import note_decision
from recordings.privacy.removal import remove_call
from recordings.receiving import AnalysisOptions, CallDetails, Receipt, Upload, receive_recording
from salesiq.audit.services import record_event
from salesiq.jobs.models import ACTIVE, Job
from salesiq.jobs.services import cancel_jobs, enqueue, reap_jobs, run_job
from salesiq.people.models import User

__all__ = [
    "ANALYZE_TASK",
    "REREAD_TASK",
    "AnalysisOptions",
    "CallDetails",
    "NotLawfulError",
    "Receipt",
    "Upload",
    "complete_follow_up",
    "delete_call",
    "receive_recording",
    "reread_later",
    "run_analysis_here",
    "set_outcome",
    "start_analysis",
]

ANALYZE_TASK = "recordings.tasks.analyze_call"
REREAD_TASK = "recordings.tasks.reread_call"
# Whoever corrects a transcript goes from line to line; the call is read anew when they pause.
REREAD_AFTER_SECONDS = 20.0
WAIT_FOR_OTHERS_SECONDS = 0.5


def start_analysis(
    *, call: SalesCall, actor: User | None, options: AnalysisOptions | None = None, max_attempts: int | None = None
) -> Job:
    """Have `call` analysed in the background; a job that already waits or runs for it is returned instead.

    Stages whose inputs did not change are not done again. `options` of None keeps the call's own, and so does a call
    whose sound was dropped: what was heard in it stays, and is understood and scored anew.

    Raises:
        NotLawfulError: the call may not be processed, and is held back.
    """
    require_ground(call)
    with transaction.atomic():
        call = SalesCall.objects.select_for_update().get(pk=call.pk)
        running = Job.objects.active().filter(task=ANALYZE_TASK, subject=str(call.pk)).first()
        if running is not None:
            return running
        dropped = Recording.objects.filter(call=call, dropped_at__isnull=False).exists()
        # An analysis reads the corrections too, and the two must not write at once.
        cancel_jobs(subject=str(call.pk), error=_("The call is analysed anew."), task=REREAD_TASK)
        _reset(call, None if dropped else options)
        record_event(action="analysis_started", target=call, actor=actor)
        return enqueue(
            task=ANALYZE_TASK,
            subject=str(call.pk),
            client=call.client,
            created_by=actor,
            max_attempts=max_attempts,
        )


def reread_later(*, call: SalesCall, actor: User | None) -> Job:
    """Have a corrected `call` masked, understood and scored anew soon, from the words that stand in its transcript.

    Nothing is listened to again. While it waits, more corrections need no second job. Joins the caller's transaction.
    """
    return enqueue(
        task=REREAD_TASK,
        subject=str(call.pk),
        client=call.client,
        created_by=actor,
        max_attempts=10,  # it waits for an analysis that is under way
        after_seconds=REREAD_AFTER_SECONDS,
    )


def require_ground(call: SalesCall) -> None:
    """Hold `call` back and raise NotLawfulError where it may not be processed, or where its sound was not kept."""
    if SalesCall.objects.filter(pk=call.pk, anonymised_at__isnull=False).exists():
        gone = _("The call was anonymised; its sound is gone.")
        raise NotLawfulError(Decision(Verdict.DENIED, "", gone, "anonymised"))
    decision = may_process(call)
    sound_was_dropped = call.is_held_back and not has_sound(call)
    with transaction.atomic():
        if decision.denied:
            hold_back(call, decision)
        elif not sound_was_dropped:
            note_decision(call, decision)
    if decision.denied:
        raise NotLawfulError(decision, call.error)
    if sound_was_dropped:
        raise NotLawfulError(decision, _("Its sound was not kept: upload the recording again."))


def run_analysis_here(*, call: SalesCall, options: AnalysisOptions | None = None, actor: User | None = None) -> Job:
    """Analyse `call` in this process and return the ended job; waits where a worker was quicker to take it."""
    # One attempt: whoever waits at a prompt wants to be told at once, and can start again.
    job = start_analysis(call=call, actor=actor, options=options, max_attempts=1)
    while True:
        ended = run_job(job.pk)
        assert ended is not None, "a job's row is never deleted while its call exists"
        if ended.status not in ACTIVE:
            return ended
        time.sleep(WAIT_FOR_OTHERS_SECONDS)
        reap_jobs()


def _reset(call: SalesCall, options: AnalysisOptions | None) -> None:
    for name, value in (options.as_fields() if options else {}).items():
        setattr(call, name, value)
    call.status, call.error, call.error_code = CallStatus.RECEIVED, "", ""
    call.save()
    PipelineStep.objects.filter(call=call, stage="publish").delete()


def set_outcome(*, call: SalesCall, outcome: str, actor: User) -> SalesCall:
    """A person's word on the outcome, which no later analysis overrules; an empty one brings the proposal back."""
    if outcome and outcome not in Outcome.values:
        raise ValidationError(_("“%(outcome)s” is not an outcome.") % {"outcome": outcome})
    with transaction.atomic():
        call = SalesCall.objects.select_for_update().get(pk=call.pk)
        before = call.outcome
        if outcome:
            call.outcome, call.outcome_origin = outcome, Origin.PERSON
            call.outcome_confidence, call.outcome_reason = 1.0, ""
        else:
            _restore_proposal(call)
        call.save()
        record_event(action="outcome_set", target=call, actor=actor, details={"before": before, "after": outcome})
    return call


def _restore_proposal(call: SalesCall) -> None:
    analysis = CallAnalysis.objects.filter(call=call).first()
    proposal = analysis.proposed_outcome if analysis else {}
    call.outcome = proposal.get("value", "")
    call.outcome_origin = Origin.PROPOSED if call.outcome else ""
    call.outcome_confidence, call.outcome_reason = proposal.get("confidence"), proposal.get("reason", "")


def complete_follow_up(*, follow_up: FollowUp, actor: User, done: bool = True) -> FollowUp:
    """Mark a promise as kept (or open again)."""
    with transaction.atomic():
        follow_up.done_at = timezone.now() if done else None
        follow_up.touched_by_person = True
        follow_up.save(update_fields=["done_at", "touched_by_person"])
        record_event(
            action="follow_up_done" if done else "follow_up_reopened",
            target=follow_up.call,
            actor=actor,
            details={"follow_up": follow_up.pk},
        )
    return follow_up


def delete_call(*, call: SalesCall, actor: User) -> None:
    """Remove a call with everything that is kept of it; see `remove_call`.

    Raises:
        HeldError: the call is on legal hold.
    """
    with transaction.atomic():
        record_event(action="deleted", target=call, actor=actor)
        remove_call(call=call)
