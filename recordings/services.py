"""What can be done with calls. Every door (admin, API, command line) comes through here."""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.models import CallAnalysis, CallStatus, FollowUp, Origin, Outcome, PipelineStep, Recording, SalesCall
from recordings.privacy.holds import assert_not_held
from recordings.privacy.sound import drop_sound
from salesiq.audit.services import record_event
from salesiq.jobs.models import ACTIVE, Job
from salesiq.jobs.services import enqueue, reap_jobs, run_job
from salesiq.people.models import Agent, Client, Customer, User

ANALYZE_TASK = "recordings.tasks.analyze_call"
WAIT_FOR_OTHERS_SECONDS = 0.5


class Upload(Protocol):
    """A received file: Django's UploadedFile and File both are one."""

    name: str | None

    def chunks(self, chunk_size: int | None = None) -> Iterable[bytes]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CallDetails:
    """What is known about a call beforehand. Everything is optional."""

    title: str = ""
    agent: Agent | None = None
    customer: Customer | None = None
    started_at: datetime | None = None
    call_type: str = ""
    outcome: str = ""
    region: str = ""
    source: str = ""
    notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisOptions:
    """How to listen. None or empty means: found out by the analysis."""

    model: str = ""
    language: str = ""
    speakers: int | None = None
    agent_channel: int | None = None

    def as_fields(self) -> dict[str, Any]:
        return {
            "requested_model": self.model,
            "requested_language": self.language,
            "requested_speakers": self.speakers,
            "agent_channel": self.agent_channel,
        }


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an upload. `duplicate`: these very bytes had come before, and nothing was added."""

    call: SalesCall
    duplicate: bool


def receive_recording(
    *,
    client: Client,
    upload: Upload,
    created_by: User | None,
    details: CallDetails = CallDetails(),
    options: AnalysisOptions = AnalysisOptions(),
) -> Receipt:
    """Keep a received file and its call. Does not start the analysis.

    The file is streamed, never held in memory. The same bytes twice within one client are one recording.

    Raises:
        ValidationError: the file is larger than the installation allows, or details belong to another client.
    """
    _check_same_client(client, details)
    sha256, size = _measure(upload)
    if existing := _find_recording(client, sha256):
        return Receipt(existing.call, duplicate=True)
    try:
        with transaction.atomic():
            call = _make_call(client, created_by, details, _with_channel_map(client, details.source, options))
            recording = Recording(
                client=client,
                call=call,
                original_name=(upload.name or "recording")[-255:],
                size=size,
                sha256=sha256,
            )
            recording.file.save(recording.original_name, File(upload), save=False)  # type: ignore[arg-type]
            try:
                recording.save()
            except BaseException:
                recording.file.delete(save=False)
                raise
            record_event(action="uploaded", target=call, actor=created_by, details={"size": size})
    except IntegrityError:
        # The same bytes came in by two doors at once; the other one won.
        existing = _find_recording(client, sha256)
        if existing is None:
            raise
        return Receipt(existing.call, duplicate=True)
    return Receipt(call, duplicate=False)


def start_analysis(
    *, call: SalesCall, actor: User | None, options: AnalysisOptions | None = None, max_attempts: int | None = None
) -> Job:
    """Have `call` analysed in the background; a job that already waits or runs for it is returned instead.

    Stages whose inputs did not change are not done again. `options` of None keeps the call's own.
    """
    with transaction.atomic():
        call = SalesCall.objects.select_for_update().get(pk=call.pk)
        running = Job.objects.active().filter(task=ANALYZE_TASK, subject=str(call.pk)).first()
        if running is not None:
            return running
        _reset(call, options)
        record_event(action="analysis_started", target=call, actor=actor)
        return enqueue(
            task=ANALYZE_TASK,
            subject=str(call.pk),
            client=call.client,
            created_by=actor,
            max_attempts=max_attempts,
        )


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
    """Remove a call with its sound. The files go once the rows are really gone.

    Raises:
        HeldError: the call is on legal hold.
    """
    with transaction.atomic():
        assert_not_held([call])
        record_event(action="deleted", target=call, actor=actor)
        drop_sound(call=call, reason="", keep_row=False)
        call.delete()


def _with_channel_map(client: Client, source: str, options: AnalysisOptions) -> AnalysisOptions:
    """The agent's channel as the client has set it for calls from `source`, where the door did not name one."""
    if options.agent_channel is not None:
        return options
    return replace(options, agent_channel=client.agent_channels.get(source))


def _make_call(client: Client, created_by: User | None, details: CallDetails, options: AnalysisOptions) -> SalesCall:
    return SalesCall.objects.create(
        client=client,
        created_by=created_by,
        title=details.title,
        agent=details.agent,
        customer=details.customer,
        started_at=details.started_at or timezone.now(),
        call_type=details.call_type,
        region=details.region or (details.customer.region if details.customer else ""),
        source=details.source,
        notes=details.notes,
        outcome=details.outcome,
        outcome_origin=Origin.IMPORTED if details.outcome else "",
        **options.as_fields(),
    )


def _check_same_client(client: Client, details: CallDetails) -> None:
    for owner in (details.agent, details.customer):
        if owner is not None and owner.client_id != client.pk:
            raise ValidationError(_("%(name)s does not belong to %(client)s.") % {"name": owner, "client": client})


def _measure(upload: Upload) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    for chunk in upload.chunks(1 << 20):
        size += len(chunk)
        if size > settings.SALESIQ_MAX_UPLOAD_BYTES:
            limit = settings.SALESIQ_MAX_UPLOAD_BYTES // (1024 * 1024)
            raise ValidationError(
                _("The file is larger than %(limit)s MB. Compress it (MP3 or Opus) or split it, and upload it again.")
                % {"limit": limit},
                code="too_large",
            )
        digest.update(chunk)
    return digest.hexdigest(), size


def _find_recording(client: Client, sha256: str) -> Recording | None:
    return Recording.objects.select_related("call").filter(client=client, sha256=sha256).first()
