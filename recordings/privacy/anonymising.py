"""Taking every person out of a call, and leaving what totals are counted from."""

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.fields.files import FieldFile
from django.utils import timezone
from django.utils.translation import gettext as _

from prompts.forgetting import forget_subjects
from recordings.models import (
    Action,
    CallAnalysis,
    CallStatus,
    CoachingPoint,
    ConsentRecord,
    FollowUp,
    Recording,
    SalesCall,
    Score,
)
from recordings.privacy.call_keepers import forget_elsewhere
from recordings.privacy.holds import assert_not_held
from recordings.privacy.review_texts import forget_review_texts
from recordings.privacy.scratch import clear_scratch
from recordings.privacy.sound import drop_sound
from salesiq.jobs.services import cancel_jobs
from salesiq.vault.streaming import SealedFileError

# Findings whose kind and time are counted; what they quote goes.
QUOTING: dict[str, dict[str, Any]] = {
    "intents": {"quote": "", "utterance": None},
    "objections": {"quote": "", "reason": "", "utterance": None, "answer": None},
    "compliance": {"quote": "", "reason": "", "utterance": None},
    "topics": {"utterance": None},
}
# Entities whose value is the company's own vocabulary; all others were said about or by a person.
COUNTED_ENTITIES = ("product", "competitor")
# Golden examples that say what was said; of all others the answer is one of a scorecard's.
SPOKEN_EXAMPLES = ("transcript", "speaker")
# Members of measures that name things of ours: words of a fixed list, never something that was said.
OWN_WORDS = frozenset({"key", "name", "status", "basis", "rating", "role", "roles", "kind", "value", "origin"})
HASHED_AT_ONCE = 1 << 20


@dataclass(slots=True)
class Anonymised:
    """What was taken out of one call: rows by table, and each removed file with its size and SHA-256."""

    call: str
    rows: dict[str, int] = field(default_factory=dict)
    files: list[dict[str, Any]] = field(default_factory=list)


def anonymise_call(*, call: SalesCall) -> Anonymised:
    """Remove sound, words, names and free text of `call`; keep what is counted.

    The row stays with its day and hour, length, type, outcome, score, agent, region, source and language, and so do
    the counts of its findings, so that totals are what they were. An analysis under way is stopped and cannot write
    any more. Run again, it finds nothing left to do. Records no audit event: the caller knows why it happens.

    Raises:
        HeldError: the call is under legal hold.
    """
    with transaction.atomic():
        assert_not_held([call])
        call = SalesCall.objects.select_for_update(of=("self",)).select_related("client").get(pk=call.pk)
        done = Anonymised(str(call.pk))
        if call.anonymised_at is None:
            cancel_jobs(subject=str(call.pk), error=_("The call was anonymised."))
            done.files = list(_removed_files(call))
            _drop_sound(call)
            done.rows = _remove_words(call)
            _blank(call)
        transaction.on_commit(lambda: clear_scratch(call.pk))
    return done


def _removed_files(call: SalesCall) -> Iterator[dict[str, Any]]:
    recording = Recording.objects.filter(call=call).first()
    if recording is None:
        return
    for kind, file in (("received", recording.file), ("playback", recording.playback)):
        if file and (found := _hashed(file)):
            yield {"call": str(call.pk), "kind": kind, **found}


def _hashed(file: FieldFile) -> dict[str, Any] | None:
    digest, size = hashlib.sha256(), 0
    with suppress(FileNotFoundError, SealedFileError), file.storage.open(file.name or "", "rb") as opened:
        while chunk := opened.read(HASHED_AT_ONCE):
            digest.update(chunk)
            size += len(chunk)
        return {"sha256": digest.hexdigest(), "bytes": size}
    return None


def _drop_sound(call: SalesCall) -> None:
    drop_sound(call=call, reason=_("the call was anonymised"))
    Recording.objects.filter(call=call).update(original_name="")


def _remove_words(call: SalesCall) -> dict[str, int]:
    """Delete what was said, and blank what quotes it. Findings go first to their counts, then the words they name."""
    rows: dict[str, int] = {}

    def note(changed: "QuerySet[Any]", values: dict[str, Any]) -> None:
        rows[changed.model._meta.label_lower] = changed.update(**values)

    for name, values in QUOTING.items():
        note(getattr(call, name).all(), values)
    note(call.entities.filter(kind__in=COUNTED_ENTITIES), {"text": "", "utterance": None, "start": 0, "end": 0})
    removed = [call.entities.exclude(kind__in=COUNTED_ENTITIES).delete()]
    for place, promise in enumerate(FollowUp.objects.filter(call=call).order_by("pk").values_list("pk", flat=True)):
        # The constraint asks for different places or texts; the real place has gone with the words.
        FollowUp.objects.filter(pk=promise).update(text=_HIDDEN, position=_PAST_ANY_LINE + place, utterance=None)
        rows["recordings.followup"] = place + 1
    for score in Score.objects.filter(call=call):
        note(score.items.all(), {"reason": "", "evidence": None})
    note(CallAnalysis.objects.filter(call=call), _figures(call))
    rows |= forget_review_texts(call)
    rows |= forget_subjects(client=call.client, kind="call", ids=[call.pk])
    rows |= forget_elsewhere(call)
    note(call.golden_examples.exclude(question__in=SPOKEN_EXAMPLES), {"reason": ""})
    note(call.agreed_answers.all(), {"reason": ""})
    removed += [call.golden_examples.filter(question__in=SPOKEN_EXAMPLES).delete(), call.corrections.all().delete()]
    # The evidence of a coach's point has gone, and with it what the point may quote; moments are quotations whole.
    note(CoachingPoint.objects.filter(call=call), {"text": _HIDDEN, "call": None, "at": None})
    removed += [call.moments.all().delete(), call.utterances.all().delete(), call.steps.all().delete()]
    if hasattr(call, "transcript"):
        removed.append(call.transcript.delete())
    for _count, by_table in removed:
        for table, count in by_table.items():
            rows[table.lower()] = rows.get(table.lower(), 0) + count
    return {table: count for table, count in rows.items() if count}


_HIDDEN = "•"
_PAST_ANY_LINE = 1_000_000


def _figures(call: SalesCall) -> dict[str, Any]:
    """The measures of `call` without what was said."""
    analysis = CallAnalysis.objects.filter(call=call).first()
    if analysis is None:
        return {"summary": []}
    measures = {
        name: figures_only(getattr(analysis, name))
        for name in ("talk", "sentiment", "audio_quality", "script", "conversion", "proposed_outcome", "redactions")
    }
    return {**measures, "summary": [], "score_reason": ""}


def figures_only(value: Any, *, kept: bool = False) -> Any:
    """`value` (JSON) with its numbers and our own words; every other text is empty."""
    if isinstance(value, dict):
        return {key: figures_only(item, kept=key in OWN_WORDS) for key, item in value.items()}
    if isinstance(value, list):
        return [figures_only(item, kept=kept) for item in value if kept or not isinstance(item, str)]
    return value if kept or not isinstance(value, str) else ""


def _blank(call: SalesCall) -> None:
    ConsentRecord.objects.filter(call=call).forget_words()
    call.title = call.notes = call.outcome_reason = call.refused_sha256 = ""
    call.customer = None
    call.started_at = to_the_hour(call.started_at, call.client.time_zone)
    if call.is_held_back and call.published_at:
        call.status = CallStatus.PUBLISHED  # nobody's any more: the call counts again where it counted before
    elif call.is_in_progress or call.is_held_back:
        call.status, call.error_code = CallStatus.FAILED, "anonymised"
    call.error = _("The call was anonymised; its sound is gone.") if call.status == CallStatus.FAILED else ""
    call.anonymised_at, call.disposal_level = timezone.now(), Action.ANONYMISE.level
    call.save()


def to_the_hour(moment: datetime, zone: str) -> datetime:
    """`moment` rounded down to the full hour of the clock in `zone`: day and hour of totals stay as they were."""
    try:
        local = moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        local = moment
    return local.replace(minute=0, second=0, microsecond=0)
