"""stored → transcribed: sound becomes words with times."""

from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from recordings.language.personal_data.masks import Mark, restore_masks
from recordings.models import CallStatus, SalesCall, StageName, Transcript
from recordings.pipeline.stage import Progress, RunContext
from recordings.privacy.masking_rules import rules_of
from recordings.privacy.spoken import mask_speech, pieces_of_segments
from recordings.speech.errors import sound_error
from recordings.speech.transcriber import Transcription, load_transcriber
from recordings.speech.types import Segment

VERSION = 1


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What was heard, with what may not be kept masked already: it is never written anywhere unmasked."""

    transcription: Transcription
    mean_probability: float
    segments: list[dict[str, Any]]
    marks: list[Mark]


class TranscribeStage:
    name = StageName.TRANSCRIBE.value
    reaches = CallStatus.TRANSCRIBED
    share = 0.65
    needs_sound = True

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {
            "version": VERSION,
            "model": call.requested_model or settings.WHISPER_MODEL,
            "compute": settings.WHISPER_COMPUTE_TYPE,
            "language": call.requested_language,
            "vocabulary": vocabulary(call),
        }

    def compute(self, context: RunContext, progress: Progress) -> Transcribed:
        call = context.call
        if not any(context.speech):
            raise sound_error("no_speech")
        transcriber = load_transcriber(
            call.requested_model or settings.WHISPER_MODEL,
            settings.MODELS_DIR,
            compute_type=settings.WHISPER_COMPUTE_TYPE,
            cpu_threads=settings.CPU_THREADS,
            batch_size=settings.WHISPER_BATCH_SIZE,
        )
        transcription = transcriber.transcribe(
            context.sound,
            context.speech,
            language=call.requested_language or None,
            vocabulary=vocabulary(call),
            progress=progress,
        )
        if not any(segment.words for segment in transcription.segments):
            raise sound_error("no_speech")
        return mask_transcription(call, transcription)

    def save(self, call: SalesCall, output: Transcribed) -> None:
        heard = output.transcription
        Transcript.objects.update_or_create(
            call=call,
            defaults={
                "language": heard.language,
                "language_probability": round(heard.language_probability, 4),
                "model_name": heard.model_name,
                "model_sha256": heard.model_sha256,
                "engine": heard.engine,
                "mean_probability": round(output.mean_probability, 4),
                "segments": output.segments,
                "redactions": output.marks,
            },
        )
        call.language = heard.language
        call.save(update_fields=["language", "updated_at"])


def mask_transcription(call: SalesCall, heard: Transcription) -> Transcribed:
    """The transcription as it may be stored: personal data masked, and dots where an earlier run masked the sound."""
    probabilities = [word.probability for segment in heard.segments for word in segment.words]
    before: list[Mark] = call.recording.masked
    segments = [pack_segment(segment) for segment in heard.segments]
    if before:
        segments = restore_masks(segments, before)
    pieces, marks = mask_speech(pieces_of_segments(segments), call=call, language=heard.language, rules=rules_of(call))
    segments = [
        {**segment, "text": piece.text, "words": piece.words} for segment, piece in zip(segments, pieces, strict=True)
    ]
    unheard = replace(heard, segments=())
    return Transcribed(unheard, sum(probabilities) / len(probabilities), segments, [*before, *marks])


def pack_segment(segment: Segment) -> dict[str, Any]:
    """A segment as it is stored."""
    return {
        "channel": segment.channel,
        "start": round(segment.start, 2),
        "end": round(segment.end, 2),
        "text": segment.text,
        "words": pack_words(segment.words),
        "avg_logprob": round(segment.avg_logprob, 3),
        "no_speech_prob": round(segment.no_speech_prob, 3),
    }


def vocabulary(call: SalesCall) -> tuple[str, ...]:
    """Names the recogniser should expect: the client's own, its products, its competitors."""
    client = call.client
    return (client.name, *client.product_names, *client.competitor_names)


def pack_words(words: Any) -> list[list[float | str]]:
    """Words as the compact rows that are stored: [start, end, text, probability]."""
    return [[round(w.start, 2), round(w.end, 2), w.text, round(w.probability, 3)] for w in words]
