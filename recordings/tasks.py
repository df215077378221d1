"""Background work on calls."""

from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from prompts.models import Family
from recordings import grounds
from recordings.bulk.services import run_bulk_change
from recordings.language.understanding import LanguageNotSupportedError
from recordings.models import (
    BulkChange,
    CallRedaction,
    CallStatus,
    ConsentRecord,
    ErasureRequest,
    PersonExport,
    PipelineStep,
    SalesCall,
    ScoringRun,
    StageName,
    TrackerRun,
)
from recordings.models.holds import HeldError
from recordings.pipeline.ending import mark_failed
from recordings.pipeline.runner import run_pipeline
from recordings.privacy import portability as privacy_exports
from recordings.privacy.consent import Decision
from recordings.privacy.disposal import apply_retention_to_all
from recordings.privacy.erasing import run_erasure
from recordings.privacy.held_back import NotLawfulError, give_up, hold_back
from recordings.privacy.portability import run_export
from recordings.privacy.redaction import redact_call_texts
from recordings.privacy.scratch import clear_scratch
from recordings.privacy.scrubbing import scrub_erased
from recordings.privacy.sweeping import sweep_media
from recordings.privacy.withdrawal import carry_out_withdrawal, withdrawals_to_carry_out
from recordings.reviewing.services import close_reviews_that_are_over, remind_of_overdue
from recordings.sampling.services import carry_out_drawing, start_due_drawings
from recordings.scoring.work import run_scoring
from recordings.searching.documents import index_due
from recordings.services import ANALYZE_TASK
from recordings.speech.errors import SoundError
from recordings.tracking.listening import listen_to_due, run_over_past
from recordings.writing.services import forget_written_of_emptied, write_text
from salesiq.jobs.errors import JobError, JobStopped, PermanentJobError
from salesiq.jobs.models import Job
from salesiq.jobs.services import Lease


def analyze_call(subject: str, lease: Lease) -> None:
    """Analyse the call with the id `subject`; see `run_pipeline`.

    Raises:
        PermanentJobError: the sound cannot be used, or the call is gone.
        JobStopped: it may not be processed; the call says why.
        JobError: it did not work this time, e.g. the speech model is missing.
    """
    _run(subject, lease)


def reread_call(subject: str, lease: Lease) -> None:
    """Mask, understand and score the corrected call with the id `subject` anew, from the words of its transcript.

    Raises:
        JobError: it is being analysed; tried again later.
        PermanentJobError, JobStopped: as for an analysis.
    """
    with transaction.atomic():
        lease.fence()
        published = SalesCall.objects.select_for_update().filter(pk=subject, status=CallStatus.PUBLISHED)
        if Job.objects.active().filter(task=ANALYZE_TASK, subject=subject).exists():
            raise JobError(_("The call is being analysed; the corrections are read after that."))
        if published.first() is not None:
            # Not published while its findings are made anew, so that nobody masks or exports half of them.
            published.update(status=CallStatus.REDACTED)
            PipelineStep.objects.filter(call_id=UUID(subject), stage=StageName.PUBLISH).delete()
    _run(subject, lease, keep_heard=True)


def _run(subject: str, lease: Lease, *, keep_heard: bool = False) -> None:
    call = SalesCall.objects.select_related("client", "agent", "customer", "recording").filter(pk=subject).first()
    if call is None:
        clear_scratch(subject)
        raise PermanentJobError("The call was deleted before its analysis ended.")
    try:
        run_pipeline(call, lease, keep_heard=keep_heard)
    except NotLawfulError as error:
        raise JobStopped(_hold_back(call, lease, error.decision)) from error
    except LanguageNotSupportedError as error:
        _fail(subject, lease, error.code, str(error))
        raise PermanentJobError(str(error)) from error
    except SoundError as error:
        if not error.permanent:
            raise JobError(error.message) from error
        _fail(subject, lease, error.code, error.message)
        raise PermanentJobError(error.message) from error


def change_many_calls(subject: str, lease: Lease) -> None:
    """Do what the change with the id `subject` asks for to each of its calls."""
    change = BulkChange.objects.select_related("created_by", "client").filter(pk=subject).first()
    if change is not None:
        run_bulk_change(change=change, lease=lease)


def finish_withdrawal(subject: str, lease: Lease) -> None:
    """Drop or erase what the refusal or withdrawal with the id `subject` asks for."""
    record = ConsentRecord.objects.select_related("client", "call", "customer").filter(pk=subject).first()
    if record is not None:
        grounds.finish_withdrawal(record=record)


def finish_withdrawals(subject: str, lease: Lease) -> None:
    """Every day: withdrawals that a legal hold had stopped, and whose hold has been released since."""
    for call in withdrawals_to_carry_out().iterator(chunk_size=200):
        lease.hold()
        carry_out_withdrawal(call=call)


def redact_call(subject: str, lease: Lease) -> None:
    """Mask in the call with the id `subject` what was asked for it."""
    asked = CallRedaction.objects.select_related("call", "requested_by").filter(call_id=UUID(subject)).first()
    if asked is None:
        raise PermanentJobError(_("The call was deleted before it was redacted."))
    try:
        redact_call_texts(call=asked.call, kinds=asked.kinds, actor=asked.requested_by)
    except ValidationError as error:
        raise JobError(" ".join(error.messages)) from error
    except HeldError as error:
        raise PermanentJobError(str(error)) from error
    except SoundError as error:
        raise (PermanentJobError if error.permanent else JobError)(error.message) from error


def export_person(subject: str, lease: Lease) -> None:
    """Make the archive of the export with the id `subject`."""
    export = PersonExport.objects.select_related("client").filter(pk=subject).first()
    if export is None:
        raise PermanentJobError(_("The export was removed before it was made."))
    run_export(export, lease)


def erase_person(subject: str, lease: Lease) -> None:
    """Carry out the erasure with the id `subject`."""
    request = ErasureRequest.objects.select_related("client").filter(pk=subject).first()
    if request is None:
        raise PermanentJobError(_("The erasure was removed before it was carried out."))
    run_erasure(request, lease)


def expire_exports(subject: str, lease: Lease) -> None:
    """Every hour: exports whose days are over go."""
    privacy_exports.expire_exports(reason=_("Its days were over."))


def scrub_after_erasures(subject: str, lease: Lease) -> None:
    """Every night: what was erased since the last time leaves the database's own files."""
    forget_written_of_emptied()
    scrub_erased()


def score_past_calls(subject: str, lease: Lease) -> None:
    """Do what is left of the scoring run with the id `subject`."""
    run = ScoringRun.objects.select_related("client", "scorecard", "started_by").filter(pk=subject).first()
    if run is None:
        raise PermanentJobError(_("The run was removed before it was done."))
    run_scoring(run, lease)


def _hold_back(call: SalesCall, lease: Lease, decision: Decision) -> str:
    with transaction.atomic():
        lease.fence()
        if decision.code == "no_consent":
            give_up(call, decision)
        else:
            hold_back(call, decision)
    return call.error


def _fail(subject: str, lease: Lease, code: str, message: str) -> None:
    with transaction.atomic():
        lease.fence()
        mark_failed(call_id=subject, code=code, message=message)


def apply_retention_everywhere(subject: str, lease: Lease) -> None:
    """Apply every client's retention policies; see `apply_retention_to_all`.

    Raises:
        JobError: something was still found that should be gone; looked at again.
    """
    left = apply_retention_to_all(lease)
    if left:
        raise JobError(_("Retention: %(count)d removals could not be verified. See Retention runs.") % {"count": left})


def sweep_files(subject: str, lease: Lease) -> None:
    """Every day: files of recordings that no row names, with their keys."""
    sweep_media()


def draw_sample(subject: str, lease: Lease) -> None:
    """Draw the sample that `subject` names, once; see `carry_out_drawing`."""
    carry_out_drawing(subject=subject, actor=Job.objects.get(pk=lease.job_id).created_by)


def draw_due_samples(subject: str, lease: Lease) -> None:
    """Each hour: plans whose day, week or month has begun."""
    start_due_drawings()


def write_summary(subject: str, lease: Lease) -> None:
    """Have a production prompt sum up the call with the id `subject`; this and its siblings: see `write_text`."""
    write_text(call_id=subject, family=Family.SUMMARY, lease=lease)


def write_coaching(subject: str, lease: Lease) -> None:
    write_text(call_id=subject, family=Family.COACHING, lease=lease)


def write_follow_up(subject: str, lease: Lease) -> None:
    write_text(call_id=subject, family=Family.FOLLOW_UP, lease=lease)


def write_objection(subject: str, lease: Lease) -> None:
    write_text(call_id=subject, family=Family.OBJECTION, lease=lease)


def write_next_action(subject: str, lease: Lease) -> None:
    write_text(call_id=subject, family=Family.NEXT_ACTION, lease=lease)


def tend_reviews(subject: str, lease: Lease) -> None:
    """Each hour: close what nobody may answer any more, and remind of what is overdue."""
    close_reviews_that_are_over()
    remind_of_overdue()


def index_search(subject: str, lease: Lease) -> None:
    """After each published call and every minute: draw the words of calls that changed, then let trackers hear them."""
    while index_due() or listen_to_due(lease):
        lease.hold()


def run_tracker(subject: str, lease: Lease) -> None:
    """Let a tracker hear past calls; the run has the id `subject`."""
    run = TrackerRun.objects.select_related("tracker").filter(pk=subject).first()
    if run is None:
        raise PermanentJobError(_("The tracker was deleted before its run ended."))
    run_over_past(run, lease)
