"""Trackers: written, let over past calls, checked on a sample, and only then switched on."""

import random
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from recordings.language.lexicon import LexiconError, compile_phrases
from recordings.language.scoring import wilson
from recordings.models import Tracker, TrackerHit, TrackerKind, TrackerRun, TrackerStatus
from salesiq.audit.services import record_event
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import User
from salesiq.people.roles import Capability

RUN_TASK = "recordings.tasks.run_tracker"
FEWEST_CHECKED = 10
LEAST_PRECISION = 0.5
SAMPLE_SIZES = (20, 50)
MOST_PHRASES = 50
DECIDING = ("kind", "phrases", "language", "speaker", "threshold")


class TrackerError(ValidationError):
    """What was asked of a tracker cannot be done; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Precision:
    """Of `checked` hits `right` were right; `low` and `high` bound the share (Wilson 1927, 95 %), None without any."""

    right: int
    checked: int
    share: float | None
    low: float | None
    high: float | None


def save_tracker(*, tracker: Tracker, actor: User) -> Tracker:
    """Save a new tracker as a draft, or a changed one. Where what it finds changes, `revision` rises, its hits go and
    it has to be checked anew.

    Raises:
        TrackerError: no phrase, too many, or one that cannot be read.
    """
    _may_manage(actor)
    tracker.phrases = [phrase for each in tracker.phrases if (phrase := " ".join(str(each).split()))]
    _assert_readable(tracker)
    with transaction.atomic():
        known = Tracker.objects.select_for_update().filter(pk=tracker.pk).first()
        if known is None:
            tracker.status, tracker.created_by = TrackerStatus.DRAFT, actor
            tracker.save(force_insert=True)
            record_event(action="added", target=tracker, actor=actor)
            return tracker
        changed = [name for name in DECIDING if getattr(known, name) != getattr(tracker, name)]
        if changed:
            tracker.revision = known.revision + 1
            tracker.status, tracker.precision, tracker.precision_n = TrackerStatus.DRAFT, None, 0
            tracker.forced_reason = ""
            TrackerHit.objects.filter(tracker=tracker).delete()
        tracker.save()
        record_event(action="changed", target=tracker, actor=actor, details={"fields": changed})
    return tracker


def start_run(*, tracker: Tracker, actor: User, limit: int = 0) -> TrackerRun:
    """Let the tracker hear past calls, the newest `limit` (0: all) of those it may find something in."""
    _may_manage(actor)
    with transaction.atomic():
        cancel_runs(tracker=tracker, actor=actor)
        run = TrackerRun.objects.create(
            tracker=tracker, revision=tracker.revision, limit=max(0, limit), started_by=actor
        )
        enqueue(task=RUN_TASK, subject=str(run.pk), client=tracker.client, created_by=actor)
        record_event(action="run_started", target=tracker, actor=actor, details={"limit": run.limit})
    return run


def cancel_runs(*, tracker: Tracker, actor: User) -> int:
    """Stop what runs for the tracker; what it found stays."""
    _may_manage(actor)
    with transaction.atomic():
        running = list(TrackerRun.objects.filter(tracker=tracker, finished_at=None, cancelled_at=None))
        for run in running:
            cancel_jobs(subject=str(run.pk), error=_("The run was cancelled."), task=RUN_TASK)
        TrackerRun.objects.filter(pk__in=[run.pk for run in running]).update(cancelled_at=timezone.now())
    return len(running)


def draw_sample(*, tracker: Tracker, actor: User, size: int = SAMPLE_SIZES[0], seed: int | None = None) -> int:
    """Draw up to `size` hits to be checked, at random by `seed`; those checked already count. Returns how many."""
    _may_check(actor)
    rng = random.Random(tracker.revision if seed is None else seed)  # noqa: S311 (a sample, not a secret)
    with transaction.atomic():
        hits = TrackerHit.objects.select_for_update().filter(tracker=tracker)
        drawn = set(hits.filter(in_sample=True).values_list("pk", flat=True))
        rest = sorted(set(hits.values_list("pk", flat=True)) - drawn)
        more = rng.sample(rest, min(len(rest), max(0, size - len(drawn))))
        hits.filter(pk__in=more).update(in_sample=True)
        record_event(action="sample_drawn", target=tracker, actor=actor, details={"hits": len(more), "of": len(rest)})
    return len(drawn) + len(more)


def check_hit(*, hit: TrackerHit, is_right: bool | None, actor: User) -> Precision:
    """Say whether a hit is right; None takes it back. Returns the precision as it is then."""
    _may_check(actor)
    with transaction.atomic():
        before, hit.is_right = hit.is_right, is_right
        hit.checked_by = actor if is_right is not None else None
        hit.save(update_fields=["is_right", "checked_by"])
        details = {"call": str(hit.call_id), "before": before, "after": is_right, "hit": hit.pk}
        record_event(action="hit_checked", target=hit.tracker, actor=actor, details=details)
        found = precision_of(hit.tracker)
        Tracker.objects.filter(pk=hit.tracker_id).update(precision=found.share, precision_n=found.checked)
    return found


def precision_of(tracker: Tracker) -> Precision:
    """Of the drawn hits that were checked, how many are right."""
    answers = list(
        TrackerHit.objects.filter(tracker=tracker, in_sample=True, is_right__isnull=False).values_list(
            "is_right", flat=True
        )
    )
    right, checked = sum(map(bool, answers)), len(answers)
    if not checked:
        return Precision(0, 0, None, None, None)
    low, high = wilson(right, checked)
    return Precision(right, checked, right / checked, low, high)


def why_not(tracker: Tracker) -> str:
    """Why the tracker may not be switched on yet; empty where it may."""
    found = precision_of(tracker)
    if found.checked < FEWEST_CHECKED:
        return _("Check at least %(n)d hits of the sample first; %(done)d are checked.") % {
            "n": FEWEST_CHECKED,
            "done": found.checked,
        }
    if (found.low or 0.0) < LEAST_PRECISION:
        return _("Too many hits are wrong: of %(n)d checked, %(right)d are right. Change its phrases.") % {
            "n": found.checked,
            "right": found.right,
        }
    return ""


def switch_on(*, tracker: Tracker, actor: User, reason: str = "") -> Tracker:
    """Let the tracker hear every call from now on.

    Raises:
        TrackerError: too few hits were checked or too many are wrong, and no `reason` is given to do it all the same.
    """
    _may_manage(actor)
    reason = reason.strip()
    with transaction.atomic():
        locked = Tracker.objects.select_for_update().get(pk=tracker.pk)
        doubt = why_not(locked)
        if doubt and not reason:
            raise TrackerError(doubt)
        before, locked.status = locked.status, TrackerStatus.ON
        locked.forced_reason = reason if doubt else ""
        locked.save(update_fields=["status", "forced_reason", "updated_at"])
        details = {"before": before, "after": locked.status, "forced": bool(doubt), "checked": locked.precision_n}
        record_event(action="switched_on", target=locked, actor=actor, details=details)
    return locked


def switch_off(*, tracker: Tracker, actor: User) -> None:
    """Stop listening; hits stay."""
    _may_manage(actor)
    with transaction.atomic():
        before = Tracker.objects.select_for_update().get(pk=tracker.pk).status
        Tracker.objects.filter(pk=tracker.pk).update(status=TrackerStatus.OFF)
        details = {"before": before, "after": str(TrackerStatus.OFF)}
        record_event(action="switched_off", target=tracker, actor=actor, details=details)


def _assert_readable(tracker: Tracker) -> None:
    if not tracker.phrases:
        raise TrackerError({"phrases": _("Give at least one phrase.")})
    if len(tracker.phrases) > MOST_PHRASES:
        raise TrackerError({"phrases": _("Give at most %(n)d phrases.") % {"n": MOST_PHRASES}})
    if not 0.0 < tracker.threshold <= 1.0:
        raise TrackerError({"threshold": _("Give a number above 0, and 1 at most.")})
    if tracker.kind == TrackerKind.PHRASE:
        try:
            compile_phrases(tracker.phrases)
        except LexiconError as error:
            raise TrackerError({"phrases": str(error)}) from error


def _may_manage(actor: User) -> None:
    _require(actor, Capability.MANAGE_QUALITY)


def _may_check(actor: User) -> None:
    _require(actor, Capability.REVIEW_CALLS)


def _require(actor: User, capability: Any) -> None:
    if not actor.can(capability):
        raise PermissionDenied
