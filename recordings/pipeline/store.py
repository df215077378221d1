"""received → stored: the file is decoded once; what the player needs is drawn from it."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import DatabaseError, transaction

from recordings.models import CallAnalysis, CallStatus, Recording, SalesCall, StageName
from recordings.pipeline.stage import Progress, RunContext
from recordings.privacy.sound import remove_unnamed_files
from recordings.speech.errors import sound_error
from recordings.speech.playback import encode_playback, peaks
from recordings.speech.quality import AudioQuality, measure_audio
from recordings.speech.sound import Sound

VERSION = 1
UPDATED = [
    "container", "codec", "sample_rate", "channels", "duration", "damaged", "peaks", "playback", "updated_at",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Stored:
    sound: Sound
    playback: Path
    peaks: list[list[int]]
    quality: AudioQuality


class StoreStage:
    name = StageName.STORE.value
    reaches = CallStatus.STORED
    share = 0.12
    needs_sound = True

    def inputs(self, call: SalesCall) -> dict[str, Any]:
        return {"version": VERSION, "sha256": call.recording.sha256}

    def compute(self, context: RunContext, progress: Progress) -> Stored:
        context.sound = sound = context.decode_sound(lambda fraction: progress(fraction * 0.5))
        playback = context.scratch / "playback.mp3"
        encode_playback(sound, playback)
        progress(0.8)
        return Stored(sound, playback, peaks(sound), measure_audio(sound, context.speech))

    def save(self, call: SalesCall, output: Stored) -> None:
        recording, sound = call.recording, output.sound
        if Recording.objects.select_for_update().filter(pk=recording.pk, dropped_at__isnull=False).exists():
            raise sound_error("removed")
        recording.container, recording.codec = sound.probe.container, sound.probe.codec
        recording.sample_rate = sound.probe.sample_rate
        recording.channels, recording.duration = sound.channels, round(sound.duration, 3)
        recording.damaged = sound.damaged > 0
        recording.peaks = output.peaks
        with output.playback.open("rb") as file:
            recording.playback.save("playback.mp3", File(file), save=False)
        try:
            recording.save(update_fields=UPDATED)
        except DatabaseError:
            # The call was deleted meanwhile: its sound must not come back by this door.
            recording.playback.delete(save=False)
            raise
        transaction.on_commit(lambda: remove_unnamed_files(recording))
        call.call_duration = recording.duration
        call.save(update_fields=["call_duration", "updated_at"])
        CallAnalysis.objects.update_or_create(call=call, defaults={"audio_quality": asdict(output.quality)})
