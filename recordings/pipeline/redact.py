"""attributed → redacted: what may not be kept leaves every stored text before anything else reads it.

The two stages before mask what they find before they write it. This one does so again, because rules may have changed
since, and settles what follows from it.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from recordings.language.personal_data.detect import RULES_VERSION
from recordings.language.personal_data.masks import MASK, Mark, Piece, add_marks, mask_segments, place
from recordings.models import CallAnalysis, CallStatus, SalesCall, StageName, Utterance, UtteranceCorrection
from recordings.pipeline.corrections import Laid, corrections_digest, lay_corrections, note_hearings
from recordings.pipeline.stage import Progress, RunContext
from recordings.privacy.corrected_texts import mask_corrections
from recordings.privacy.derived_texts import mask_what_was_typed
from recordings.privacy.holds import is_held
from recordings.privacy.masked_sound import MaskedSound, marks_to_mask, render_masked, store_masked
from recordings.privacy.masking_rules import MaskingRules, rules_of
from recordings.privacy.spoken import mask_speech, pieces_of_utterances
from salesiq.jobs.errors import JobError

__all__ = ["MASK", "RedactStage"]

VERSION = 2
CORRECTION_MACHINE_SIDE = ("machine_text", "machine_role", "machine_speaker", "model_name")


@dataclass(frozen=True, slots=True)
class Redacted:
    """Changed utterances with their masked text and words, and where what was masked had been said."""

    utterances: list[Utterance]
    marks: list[Mark]
    redactions: list[dict[str, Any]]
    sound: MaskedSound | None
    rules: MaskingRules
    laid: Laid
    corrections: str


class RedactStage:
    name = StageName.REDACT.value
    reaches = CallStatus.REDACTED
    share = 0.04
    needs_sound = False

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        digest = corrections_digest(call)
        return {"version": VERSION, **inputs_of(rules_of(call)), **({"corrections": digest} if digest else {})}

    def compute(self, context: RunContext, progress: Progress) -> Redacted:
        call, rules = context.call, rules_of(context.call)
        digest = corrections_digest(call)
        corrections = list(call.corrections.all()) if digest else []
        laid = lay_corrections(list(call.utterances.all()), corrections, call.transcript.model_name)
        rows = laid.rows
        before = pieces_of_utterances(rows)
        pieces, marks = mask_speech(before, call=call, language=call.language, rules=rules)
        changed = [change(row, piece) for row, old, piece in zip(rows, before, pieces, strict=True) if piece != old]
        marks = add_marks(call.transcript.redactions, marks)
        redactions = place(marks, pieces, sound_kinds=rules.sound_kinds)
        sound = masked_sound(context, marks, rules, progress)
        return Redacted(changed, marks, redactions, sound, rules, laid, digest)

    def save(self, call: SalesCall, output: Redacted) -> None:
        _save_lines(call, output)
        # The recogniser's own segments hold the same words.
        transcript = call.transcript
        transcript.segments = mask_segments(transcript.segments, output.marks)
        transcript.redactions = output.marks
        transcript.save(update_fields=["segments", "redactions", "updated_at"])
        call.refresh_from_db(fields=["title", "notes"])  # somebody may have written a note meanwhile
        if typed := mask_what_was_typed(call, call.language, output.rules):
            call.save(update_fields=[*typed, "updated_at"])
        mask_corrections(call, output.rules)
        if output.sound:
            store_masked(call.recording, output.sound)
        analysis, _made = CallAnalysis.objects.get_or_create(call=call)
        analysis.redactions = output.redactions
        analysis.versions = {**analysis.versions, "corrections": corrections_digest(call)}
        analysis.save(update_fields=["redactions", "versions", "updated_at"])


def _save_lines(call: SalesCall, output: Redacted) -> None:
    """Write what was laid over and masked.

    Raises:
        JobError: somebody corrected a line meanwhile; to be done again.
    """
    SalesCall.objects.select_for_update().filter(pk=call.pk).first()
    if corrections_digest(call) != output.corrections:
        raise JobError(_("The transcript was corrected while it was being read."))
    laid = output.laid
    if laid.moved:
        call.utterances.all().delete()
        for row in laid.rows:
            row.pk = None
        Utterance.objects.bulk_create(laid.rows, batch_size=500)
    else:
        Utterance.objects.bulk_update(output.utterances, ["text", "words"])
    UtteranceCorrection.objects.bulk_update(laid.changed, CORRECTION_MACHINE_SIDE)
    note_hearings(laid.changed)


def masked_sound(context: RunContext, marks: list[Mark], rules: MaskingRules, progress: Progress) -> MaskedSound | None:
    """What has to be masked in the sound, rendered; None when there is nothing to mask that is not masked already.

    A call on legal hold keeps its received file, whatever the policy says.
    """
    recording = context.call.recording
    to_mask = marks_to_mask(recording, marks, rules)
    if not to_mask or recording.dropped_at:
        return None
    return render_masked(
        context.sound,
        context.received_file,
        context.scratch,
        marks=to_mask,
        rules=rules,
        replace=not rules.keep_original and not is_held(context.call),
        progress=progress,
    )


def inputs_of(rules: MaskingRules) -> dict[str, Any]:
    return {
        "rules": RULES_VERSION,
        "text": sorted(rules.text_kinds),
        "sound": sorted(rules.sound_kinds),
        "mask": [rules.sound_mask, rules.all_channels, rules.keep_original] if rules.sound_kinds else [],
        "countries": list(rules.countries),
    }


def change(row: Utterance, piece: Piece) -> Utterance:
    row.text, row.words = piece.text, piece.words
    return row
