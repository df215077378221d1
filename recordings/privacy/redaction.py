"""Redacting a call that is ready: because a person asks for it, or a retention rule."""

import shutil
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from recordings.language.personal_data.masks import Mark, Piece, add_marks, mask_segments, place
from recordings.models import CallAnalysis, CallRedaction, CallStatus, Recording, SalesCall, Transcript, Utterance
from recordings.models.redaction import check_kinds
from recordings.privacy.corrected_texts import mask_corrections
from recordings.privacy.derived_texts import Change, mask_derived, mask_what_was_typed
from recordings.privacy.holds import assert_not_held
from recordings.privacy.masked_sound import MaskedSound, marks_to_mask, render_masked, store_masked
from recordings.privacy.masking_rules import MaskingRules, policy_of, rules_of
from recordings.privacy.sound import local_copy
from recordings.privacy.spoken import mask_speech, pieces_of_utterances
from recordings.speech.decoding import decode
from salesiq.audit.services import record_event
from salesiq.jobs.models import Job
from salesiq.jobs.services import enqueue
from salesiq.people.models import User

__all__ = [
    "CallRedacted",
    "MaskingRules",
    "policy_of",
    "preview_redaction",
    "redact_call_texts",
    "request_redaction",
    "rules_of",
]

REDACT_TASK = "recordings.tasks.redact_call"


@dataclass(frozen=True, slots=True)
class CallRedacted:
    """What a redaction masked: how many pieces of each kind, and whether sound was masked."""

    found: dict[str, int] = field(default_factory=dict)
    sound: bool = False


def preview_redaction(*, call: SalesCall, kinds: Collection[str]) -> dict[str, int]:
    """How many pieces of each of `kinds` would be masked now; nothing is changed."""
    _, marks = _masked(list(call.utterances.all()), call, _asked(call, kinds))
    return dict(Counter(mark["kind"] for mark in marks))


def request_redaction(
    *, call: SalesCall, kinds: Collection[str], actor: User, request: HttpRequest | None = None
) -> Job:
    """Have `call` redacted in the background: masking an hour of sound takes longer than a person wants to wait.

    Raises:
        ValidationError: a kind is unknown, or the call is being analysed.
        HeldError: the call is on legal hold.
    """
    with transaction.atomic():
        call = SalesCall.objects.select_for_update().select_related("client").get(pk=call.pk)
        _assert_may_be_redacted(call, kinds)
        _remember(call, kinds, actor)
        record_event(
            action="redaction_asked", target=call, actor=actor, request=request, details={"kinds": sorted(kinds)}
        )
        return enqueue(task=REDACT_TASK, subject=str(call.pk), client=call.client, created_by=actor)


def redact_call_texts(
    *, call: SalesCall, kinds: Collection[str], actor: User | None = None, keep_original: bool = False
) -> CallRedacted:
    """Mask `kinds` in every stored text of a published call and in its sound, for good.

    Texts: transcript and the recogniser's segments, findings, quotes, entities, promises, summary, measures, reasons,
    title and notes. Sound: what is played and, unless `keep_original`, the received file. A later analysis masks the
    same kinds again and remembers what was masked. Run again, it finds nothing left to do. The audit trail is told
    kinds and counts, never data.

    Raises:
        ValidationError: a kind is unknown, the call is being analysed, or it changed meanwhile.
        HeldError: the call is on legal hold.
        SoundError: the sound could not be read; nothing was changed.
    """
    call = SalesCall.objects.select_related("client", "agent", "customer").get(pk=call.pk)
    _assert_may_be_redacted(call, kinds)
    rules = replace(_asked(call, kinds), keep_original=keep_original)
    rows = list(call.utterances.all())
    before = pieces_of_utterances(rows)
    pieces, new = _masked(rows, call, rules)
    transcript = Transcript.objects.filter(call=call).first()
    marks = add_marks(transcript.redactions if transcript else [], new)
    scratch = settings.SCRATCH_DIR / f"{call.pk}-{uuid4().hex[:8]}"
    try:
        sound = _rendered(call, marks, rules, scratch)
        with transaction.atomic():
            _write(call, rows, before, pieces, marks, rules, sound)
            _remember(call, kinds, actor)
            done = CallRedacted(dict(Counter(mark["kind"] for mark in new)), sound is not None)
            details = {"kinds": sorted(kinds), "found": done.found, "sound": done.sound}
            record_event(action="redacted", target=call, actor=actor, details=details)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    return done


def _asked(call: SalesCall, kinds: Collection[str]) -> MaskingRules:
    """The call's rules with `kinds` added to what they mask in text and sound."""
    rules, more = rules_of(call), frozenset(kinds)
    return replace(rules, text_kinds=rules.text_kinds | more, sound_kinds=rules.sound_kinds | more)


def _assert_may_be_redacted(call: SalesCall, kinds: Collection[str]) -> None:
    check_kinds(sorted(kinds))
    with transaction.atomic():
        assert_not_held([call])
    if call.status not in (CallStatus.PUBLISHED, CallStatus.FAILED):
        raise ValidationError(_("This call is being analysed. Redact it once its analysis has ended."), code="busy")


def _remember(call: SalesCall, kinds: Collection[str], actor: User | None) -> None:
    row, _made = CallRedaction.objects.get_or_create(call=call)
    row.kinds = sorted({*row.kinds, *kinds})
    row.requested_by = actor or row.requested_by
    row.save()


def _masked(rows: Sequence[Utterance], call: SalesCall, rules: MaskingRules) -> tuple[list[Piece], list[Mark]]:
    return mask_speech(pieces_of_utterances(rows), call=call, language=call.language, rules=rules)


def _rendered(call: SalesCall, marks: Sequence[Mark], rules: MaskingRules, scratch: Path) -> MaskedSound | None:
    recording = Recording.objects.filter(call=call).first()
    if recording is None or not recording.file:
        return None
    to_mask = marks_to_mask(recording, marks, rules)
    if not to_mask:
        return None
    scratch.mkdir(mode=0o700, parents=True)
    received = local_copy(recording.file, scratch)
    sound = decode(received, scratch, max_seconds=float(settings.MAX_CALL_SECONDS))
    return render_masked(sound, received, scratch, marks=to_mask, rules=rules, replace=not rules.keep_original)


def _write(
    call: SalesCall,
    rows: Sequence[Utterance],
    before: Sequence[Piece],
    pieces: Sequence[Piece],
    marks: list[Mark],
    rules: MaskingRules,
    sound: MaskedSound | None,
) -> None:
    locked = SalesCall.objects.select_for_update().get(pk=call.pk)
    _assert_may_be_redacted(locked, rules.kinds)
    texts = list(locked.utterances.values_list("text", flat=True))
    if texts != [row.text for row in rows]:
        raise ValidationError(_("This call changed while it was being redacted. Try again."), code="changed")
    changes = []
    for row, old, new in zip(rows, before, pieces, strict=True):
        if new != old:
            changes.append(Change(row.position, old.text, new.text))
            row.text, row.words = new.text, new.words
    Utterance.objects.bulk_update(rows, ["text", "words"], batch_size=500)
    for transcript in Transcript.objects.filter(call=call):
        transcript.segments = mask_segments(transcript.segments, marks)
        transcript.redactions = marks
        transcript.save(update_fields=["segments", "redactions", "updated_at"])
    for analysis in CallAnalysis.objects.filter(call=call):
        analysis.redactions = place(marks, pieces, sound_kinds=rules.sound_kinds)
        analysis.save(update_fields=["redactions", "updated_at"])
    mask_derived(locked, changes)
    mask_corrections(locked, rules)
    if typed := mask_what_was_typed(locked, locked.language, rules):
        locked.save(update_fields=[*typed, "updated_at"])
    if sound is not None:
        store_masked(Recording.objects.select_for_update().get(call=call), sound)
