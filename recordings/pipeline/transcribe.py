"""stored → transcribed: sound becomes words with times."""

from typing import Any

from django.conf import settings

from recordings.models import CallStatus, SalesCall, StageName, Transcript
from recordings.pipeline.stage import Progress, RunContext
from recordings.speech.errors import sound_error
from recordings.speech.transcriber import Transcription, load_transcriber

VERSION = 1


class TranscribeStage:
    name = StageName.TRANSCRIBE.value
    reaches = CallStatus.TRANSCRIBED
    share = 0.65

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {
            "version": VERSION,
            "model": call.requested_model or settings.WHISPER_MODEL,
            "compute": settings.WHISPER_COMPUTE_TYPE,
            "language": call.requested_language,
            "vocabulary": vocabulary(call),
        }

    def compute(self, context: RunContext, progress: Progress) -> Transcription:
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
        return transcription

    def save(self, call: SalesCall, output: Transcription) -> None:
        probabilities = [word.probability for segment in output.segments for word in segment.words]
        Transcript.objects.update_or_create(
            call=call,
            defaults={
                "language": output.language,
                "language_probability": round(output.language_probability, 4),
                "model_name": output.model_name,
                "model_sha256": output.model_sha256,
                "engine": output.engine,
                "mean_probability": round(sum(probabilities) / len(probabilities), 4),
                "segments": [
                    {
                        "channel": segment.channel,
                        "start": round(segment.start, 2),
                        "end": round(segment.end, 2),
                        "text": segment.text,
                        "words": pack_words(segment.words),
                        "avg_logprob": round(segment.avg_logprob, 3),
                        "no_speech_prob": round(segment.no_speech_prob, 3),
                    }
                    for segment in output.segments
                ],
            },
        )
        call.language = output.language
        call.save(update_fields=["language", "updated_at"])


def vocabulary(call: SalesCall) -> tuple[str, ...]:
    """Names the recogniser should expect: the client's own, its products, its competitors."""
    client = call.client
    return (client.name, *client.product_names, *client.competitor_names)


def pack_words(words: Any) -> list[list[float | str]]:
    """Words as the compact rows that are stored: [start, end, text, probability]."""
    return [[round(w.start, 2), round(w.end, 2), w.text, round(w.probability, 3)] for w in words]
