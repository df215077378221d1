"""attributed → redacted: payment data that was spoken leaves every stored text before anything else reads it."""

from dataclasses import dataclass
from typing import Any

from recordings.language.card_numbers import find_card_secrets
from recordings.language.types import CardSecret, Span
from recordings.models import CallAnalysis, CallStatus, SalesCall, StageName, Utterance
from recordings.pipeline.stage import Progress, RunContext
from recordings.pipeline.transcript_rows import read_lines

VERSION = 1
MASK = "•"


@dataclass(frozen=True, slots=True)
class Redacted:
    """Changed utterances with their masked text and words, and where secrets were spoken."""

    utterances: list[Utterance]
    secrets: list[dict[str, Any]]


class RedactStage:
    name = StageName.REDACT.value
    reaches = CallStatus.REDACTED
    share = 0.01

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {"version": VERSION}

    def compute(self, context: RunContext, progress: Progress) -> Redacted:
        call = context.call
        rows = list(call.utterances.all())
        secrets = find_card_secrets(read_lines(rows), call.language)
        spans = [span for secret in secrets for span in secret.spans]
        changed = []
        for row in rows:
            own = [span for span in spans if span.line == row.position]
            if own:
                row.words = mask_words(row.text, row.words, own)
                row.text = mask_text(row.text, own)
                changed.append(row)
        return Redacted(changed, [*masked_before(call, rows), *(describe(secret, rows) for secret in secrets)])

    def save(self, call: SalesCall, output: Redacted) -> None:
        Utterance.objects.bulk_update(output.utterances, ["text", "words"])
        if output.utterances:
            # The recogniser's own segments hold the same digits; the utterances carry all that is needed from them.
            transcript = call.transcript
            transcript.segments = mask_segments(transcript.segments, output.utterances)
            transcript.save(update_fields=["segments", "updated_at"])
        analysis, _ = CallAnalysis.objects.get_or_create(call=call)
        analysis.redactions = output.secrets
        analysis.save(update_fields=["redactions", "updated_at"])


def mask_text(text: str, spans: list[Span]) -> str:
    """`text` with every letter and digit inside `spans` replaced; its length and its spaces stay."""
    characters = list(text)
    for span in spans:
        for index in range(span.start, min(span.end, len(characters))):
            if characters[index].isalnum():
                characters[index] = MASK
    return "".join(characters)


def mask_words(text: str, words: list[list[Any]], spans: list[Span]) -> list[list[Any]]:
    """`words` ([start, end, text, probability]) masked where they lie inside `spans` of `text`."""
    masked, cursor = [], 0
    for start, end, word, probability in words:
        at = text.find(word, cursor)
        if at < 0:
            masked.append([start, end, word, probability])
            continue
        cursor = at + len(word)
        inside = any(span.start < cursor and at < span.end for span in spans)
        masked.append([start, end, mask_text(word, [Span(0, 0, len(word))]) if inside else word, probability])
    return masked


def mask_segments(segments: list[dict[str, Any]], utterances: list[Utterance]) -> list[dict[str, Any]]:
    """Segments with the words masked that were masked in `utterances`, found by channel and time."""
    hidden = {(row.channel, word[0], word[1]) for row in utterances for word in row.words if MASK in word[2]}
    times = {(start, end) for _, start, end in hidden}
    result = []
    for segment in segments:
        words = [
            [start, end, mask_text(text, [Span(0, 0, len(text))]), probability]
            if (segment["channel"], start, end) in hidden or ((None, start, end) in hidden and (start, end) in times)
            else [start, end, text, probability]
            for start, end, text, probability in segment["words"]
        ]
        touched = any(MASK in word[2] for word in words)
        text = " ".join(word[2] for word in words) if touched else segment["text"]
        result.append({**segment, "words": words, "text": text})
    return result


def masked_before(call: SalesCall, rows: list[Utterance]) -> list[dict[str, Any]]:
    """What an earlier run masked in the segments that `rows` were made of, at its place in `rows`.

    The digits are gone for good; a run that tells the speakers apart anew would find nothing and forget them.
    """
    if not any(MASK in segment["text"] for segment in call.transcript.segments):
        return []
    masked = [row for row in rows if MASK in row.text]
    earlier = CallAnalysis.objects.get(call=call).redactions
    moved = [
        {
            **redaction,
            "utterances": [
                row.position
                for row in masked
                if any(row.start < end and start < row.end for start, end in redaction["times"])
            ],
        }
        for redaction in earlier
    ]
    return [redaction for redaction in moved if redaction["utterances"]]


def describe(secret: CardSecret, rows: list[Utterance]) -> dict[str, Any]:
    """Where payment data was spoken; never the data itself."""
    lines = sorted({span.line for span in secret.spans})
    return {
        "kind": secret.kind,
        "utterances": lines,
        "times": [[row.start, row.end] for row in rows if row.position in lines],
        "verified": secret.verified,
        "confidence": secret.confidence,
    }
