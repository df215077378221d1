"""Masking what people put right in a transcript, and what the machine had heard there: both say what was said."""

from collections.abc import Sequence
from dataclasses import replace

from recordings.language.personal_data.masks import Piece
from recordings.models import GoldenExample, GoldenSource, SalesCall, UtteranceCorrection
from recordings.privacy.masking_rules import MaskingRules
from recordings.privacy.spoken import mask_speech, pieces_of_utterances

SAME_TIME = 0.005


def mask_corrections(call: SalesCall, rules: MaskingRules) -> None:
    """Mask both sides of every correction of `call`.

    People's side is what stands in the transcript, which the caller has masked already; the machine's is read in its
    place in the call, so that numbers spread over lines are found. The golden examples made of corrections follow.
    Part of the caller's transaction.
    """
    corrections = list(UtteranceCorrection.objects.filter(call=call))
    if not corrections:
        return
    lines = pieces_of_utterances(call.utterances.all())
    places = [_at(piece, corrections) for piece in lines]
    heard = [
        replace(piece, text=correction.machine_text, words=[]) if correction else piece
        for piece, correction in zip(lines, places, strict=True)
    ]
    masked, _marks = mask_speech(heard, call=call, language=call.language, rules=rules)
    for line, machine, correction in zip(lines, masked, places, strict=True):
        if correction is not None:
            correction.text, correction.machine_text = line.text, machine.text
    UtteranceCorrection.objects.bulk_update(corrections, ["text", "machine_text"], batch_size=500)
    _follow_in_golden_set(call, corrections)


def _follow_in_golden_set(call: SalesCall, corrections: Sequence[UtteranceCorrection]) -> None:
    by_place = {correction.start: correction for correction in corrections}
    rows = GoldenExample.objects.filter(call=call, source=GoldenSource.CORRECTION, question="transcript")
    for example in rows:
        if correction := by_place.get(example.place):
            example.answer, example.machine_answer = correction.text, correction.machine_text
            example.save(update_fields=["answer", "machine_answer", "updated_at"])


def _at(piece: Piece, corrections: Sequence[UtteranceCorrection]) -> UtteranceCorrection | None:
    for correction in corrections:
        same = abs(correction.start - piece.start) < SAME_TIME and abs(correction.end - piece.end) < SAME_TIME
        if same and correction.channel == piece.channel:
            return correction
    return None
