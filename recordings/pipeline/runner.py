"""The way of a call: the only place that knows the order of stages and that moves a call's status."""

import time
from collections.abc import Sequence
from typing import Any, Protocol

import structlog
from django.db import models, transaction
from django.utils import timezone

from recordings.models import CallStatus, PipelineStep, SalesCall
from recordings.pipeline.attribute import AttributeStage
from recordings.pipeline.consent import ConsentStage
from recordings.pipeline.publish import PublishStage
from recordings.pipeline.redact import RedactStage
from recordings.pipeline.score import ScoreStage
from recordings.pipeline.stage import RunContext, Stage, hash_inputs
from recordings.pipeline.store import StoreStage
from recordings.pipeline.transcribe import TranscribeStage
from recordings.pipeline.understand import UnderstandStage
from recordings.privacy.consent import DENIALS, may_process
from recordings.privacy.held_back import NotLawfulError
from recordings.privacy.records import note_decision
from recordings.privacy.sound import remove_unnamed_files
from recordings.speech.errors import sound_error

log = structlog.get_logger(__name__)

STAGES: Sequence[Stage[Any]] = (
    StoreStage(),
    TranscribeStage(),
    AttributeStage(),
    RedactStage(),
    ConsentStage(),
    UnderstandStage(),
    ScoreStage(),
    PublishStage(),
)


class Fence(Protocol):
    """What the runner needs of a job's lease: see `salesiq.jobs.services.Lease`."""

    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None) -> None: ...


def run_pipeline(call: SalesCall, lease: Fence, *, keep_heard: bool = False) -> None:
    """Bring `call` to `published`, going on after the last stage that is already done for the same inputs.

    `keep_heard`: stages that need the sound keep the result they have, whatever has changed since.

    May be killed at any instruction and run again. Each stage's rows, its step and the call's status commit
    together, and only while the lease is held, so that a worker that was given up cannot write.

    Raises:
        NotLawfulError: the call may not be processed, at the start or, after a withdrawal, before any stage.
        SoundError: the sound cannot be used, or was dropped before it was listened to; the call is not marked, the
            caller does that.
        LeaseLost: another worker has taken over; nothing was written after that.
    """
    context = RunContext(call)
    meter = _Meter(lease)
    inputs_hash = ""
    try:
        _require_ground(call)
        _clear_leftovers(call, lease)
        for stage in STAGES:
            meter.enter(stage)
            if stage.needs_sound and (keep_heard or call.recording.dropped_at):
                inputs_hash = _hash_of_kept(call, stage)
            else:
                inputs_hash = hash_inputs(inputs_hash, stage.name, stage.inputs(call))
                if not _is_done(call, stage, inputs_hash):
                    _stop_if_held_back(call)
                    _run_stage(context, stage, inputs_hash, lease, meter)
            meter.leave()
    finally:
        context.close()


def _clear_leftovers(call: SalesCall, lease: Fence) -> None:
    """Remove sound files of runs that were killed around a commit: no row names them.

    Fenced, because a worker that was given up must not take the file that its successor is writing.
    """
    with transaction.atomic():
        lease.fence()
        remove_unnamed_files(call.recording)


def _require_ground(call: SalesCall) -> None:
    decision = may_process(call)
    if decision.denied:
        raise NotLawfulError(decision)
    note_decision(call, decision)


def _stop_if_held_back(call: SalesCall) -> None:
    """One small query a stage: has consent been refused or withdrawn since the run began?"""
    found = SalesCall.objects.filter(pk=call.pk).values_list("status", "consent_state").first()
    if found is None or (found[0] != CallStatus.HELD_BACK and found[1] not in DENIALS):
        return
    decision = may_process(call)
    if decision.denied:
        raise NotLawfulError(decision)


def _is_done(call: SalesCall, stage: Stage[Any], inputs_hash: str) -> bool:
    step = PipelineStep.objects.filter(call=call, stage=stage.name, inputs_hash=inputs_hash)
    return step.filter(finished_at__isnull=False).exists()


def _hash_of_kept(call: SalesCall, stage: Stage[Any]) -> str:
    """The inputs of the result that the stage has and keeps: the sound was dropped, or is not listened to again.

    Raises:
        SoundError: it has none.
    """
    step = PipelineStep.objects.filter(call=call, stage=stage.name, finished_at__isnull=False).order_by("pk").last()
    if step is None:
        raise sound_error("removed")
    return step.inputs_hash


def _run_stage(context: RunContext, stage: Stage[Any], inputs_hash: str, lease: Fence, meter: "_Meter") -> None:
    call = context.call
    step, _ = PipelineStep.objects.get_or_create(call=call, stage=stage.name, inputs_hash=inputs_hash)
    PipelineStep.objects.filter(pk=step.pk).update(attempts=models.F("attempts") + 1, started_at=timezone.now())
    began = time.monotonic()
    output = stage.compute(context, meter.progress)
    with transaction.atomic():
        lease.fence()
        stage.save(call, output)
        _finish(call, stage, step, time.monotonic() - began)
    log.info("stage done", call=str(call.pk), stage=stage.name, seconds=round(time.monotonic() - began, 3))


def _finish(call: SalesCall, stage: Stage[Any], step: PipelineStep, seconds: float) -> None:
    """Close the step, forget steps that this result outdates, and move the call on."""
    later = [each.name for each in STAGES[_index(stage) + 1 :]]
    outdated = models.Q(stage=stage.name) & ~models.Q(pk=step.pk) | models.Q(stage__in=later)
    PipelineStep.objects.filter(outdated, call=call).delete()
    PipelineStep.objects.filter(pk=step.pk).update(finished_at=timezone.now(), seconds=round(seconds, 3))
    call.status, call.error, call.error_code = stage.reaches, "", ""
    call.save(update_fields=["status", "error", "error_code", "updated_at"])


def _index(stage: Stage[Any]) -> int:
    return [each.name for each in STAGES].index(stage.name)


class _Meter:
    """Turns a stage's own progress into that of the whole run, with the seconds that are probably left."""

    def __init__(self, lease: Fence) -> None:
        self._lease = lease
        self._began = time.monotonic()
        self._base = 0.0
        self._stage: Stage[Any] | None = None
        self._total = sum(stage.share for stage in STAGES)

    def enter(self, stage: Stage[Any]) -> None:
        self._stage = stage
        self.progress(0.0)

    def leave(self) -> None:
        assert self._stage is not None
        self._base += self._stage.share / self._total

    def progress(self, fraction: float) -> None:
        assert self._stage is not None
        done = min(1.0, self._base + min(1.0, max(0.0, fraction)) * self._stage.share / self._total)
        elapsed = time.monotonic() - self._began
        left = elapsed * (1 - done) / done if done > 0.05 else None
        self._lease.report(self._stage.name, done, left)
