"""attributed → redacted: what may not be kept leaves every stored text before anything else reads it.

The two stages before mask what they find before they write it. This one does so again, because rules may have changed
since, and settles what follows from it.
"""

from dataclasses import dataclass
from typing import Any

from recordings.language.personal_data.detect import RULES_VERSION
from recordings.language.personal_data.masks import MASK, Mark, Piece, add_marks, mask_segments, place
from recordings.models import CallAnalysis, CallStatus, SalesCall, StageName, Utterance
from recordings.pipeline.stage import Progress, RunContext
from recordings.privacy.redaction import MaskingRules, rules_of
from recordings.privacy.spoken import mask_speech, pieces_of_utterances

__all__ = ["MASK", "RedactStage"]

VERSION = 2


@dataclass(frozen=True, slots=True)
class Redacted:
    """Changed utterances with their masked text and words, and where what was masked had been said."""

    utterances: list[Utterance]
    marks: list[Mark]
    redactions: list[dict[str, Any]]


class RedactStage:
    name = StageName.REDACT.value
    reaches = CallStatus.REDACTED
    share = 0.01

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {"version": VERSION, **inputs_of(rules_of(call))}

    def compute(self, context: RunContext, progress: Progress) -> Redacted:
        call, rules = context.call, rules_of(context.call)
        rows = list(call.utterances.all())
        before = pieces_of_utterances(rows)
        pieces, marks = mask_speech(before, call=call, language=call.language, rules=rules)
        changed = [change(row, piece) for row, old, piece in zip(rows, before, pieces, strict=True) if piece != old]
        marks = add_marks(call.transcript.redactions, marks)
        return Redacted(changed, marks, place(marks, pieces, sound_kinds=rules.sound_kinds))

    def save(self, call: SalesCall, output: Redacted) -> None:
        Utterance.objects.bulk_update(output.utterances, ["text", "words"])
        # The recogniser's own segments hold the same words.
        transcript = call.transcript
        transcript.segments = mask_segments(transcript.segments, output.marks)
        transcript.redactions = output.marks
        transcript.save(update_fields=["segments", "redactions", "updated_at"])
        analysis, _ = CallAnalysis.objects.get_or_create(call=call)
        analysis.redactions = output.redactions
        analysis.save(update_fields=["redactions", "updated_at"])


def inputs_of(rules: MaskingRules) -> dict[str, Any]:
    return {
        "rules": RULES_VERSION,
        "text": sorted(rules.text_kinds),
        "sound": sorted(rules.sound_kinds),
        "countries": list(rules.countries),
    }


def change(row: Utterance, piece: Piece) -> Utterance:
    row.text, row.words = piece.text, piece.words
    return row
