"""Masking the sound of a call: what is played, and, unless the policy keeps it, the received file itself."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files import File
from django.db import transaction

from recordings.language.personal_data.masks import Mark
from recordings.models import Recording
from recordings.models.recording import masked_path
from recordings.privacy.masking_rules import MaskingRules
from recordings.privacy.sound import remove_unnamed_files
from recordings.speech.masking import Interval, intervals_of, mask_file, mask_sound
from recordings.speech.playback import encode_playback, peaks
from recordings.speech.sound import Sound

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class MaskedSound:
    """Rendered files in a scratch folder, not stored yet. `file` is None where the received one is kept."""

    playback: Path
    peaks: list[list[int]]
    file: Path | None
    marks: list[Mark]


def marks_to_mask(recording: Recording, marks: Iterable[Mark], rules: MaskingRules) -> list[Mark]:
    """Marks that belong in the sound and that the file itself does not have yet."""
    done = {_places(mark) for mark in recording.masked}
    return [mark for mark in marks if mark["kind"] in rules.sound_kinds and _places(mark) not in done]


def _places(mark: Mark) -> tuple[tuple[int, float, float], ...]:
    return tuple((word[0], word[1], word[2]) for word in mark["words"])


def render_masked(
    sound: Sound,
    received: Path,
    scratch: Path,
    *,
    marks: Sequence[Mark],
    rules: MaskingRules,
    replace: bool,
    progress: Progress | None = None,
) -> MaskedSound:
    """The masked playback and its waveform; with `replace` also a lossless masked copy of the `received` file.

    `sound` is masked in its own scratch file.

    Raises:
        SoundError: the file cannot be decoded or encoded.
    """
    told = progress or (lambda fraction: None)
    intervals = intervals_in(sound, marks, rules)
    file = None
    if replace:
        file = scratch / "masked.flac"
        mask_file(received, file, intervals, mask=rules.sound_mask, progress=lambda done: told(0.6 * done))
    masked = mask_sound(sound, intervals, mask=rules.sound_mask)
    playback = scratch / "masked.mp3"
    encode_playback(masked, playback)
    told(0.9)
    return MaskedSound(playback, peaks(masked), file, list(marks))


def intervals_in(sound: Sound, marks: Iterable[Mark], rules: MaskingRules) -> list[Interval]:
    """Where `sound` has to be masked; on every channel where the rules say so or there is only one voice channel."""
    every = rules.all_channels or sound.channels == 1
    words = [(None if every else word[0], *_times(word)) for mark in marks for word in mark["words"]]
    return intervals_of(words, duration=sound.duration)


def _times(word: list[Any]) -> tuple[float, float]:
    """When a word was said. Recognisers give some words no length, at either end, so they are widened on both sides."""
    start, end, least = word[1], word[2], (word[4] if len(word) > 4 else 0.0)
    missing = max(0.0, least - (end - start))
    return max(0.0, start - missing), end + missing


def store_masked(recording: Recording, masked: MaskedSound) -> None:
    """Put rendered sound in the place of what was there. Part of the caller's transaction; old files go on commit.

    A process that dies in between leaves files that no row names; the next run of the call removes them.
    """
    updated = ["playback", "peaks", "updated_at"]
    recording.peaks = masked.peaks
    with masked.playback.open("rb") as opened:
        recording.playback.save("playback.mp3", File(opened), save=False)
    if masked.file is not None:
        storage = recording.file.storage
        with masked.file.open("rb") as opened:
            recording.file.name = storage.save(masked_path(recording), File(opened))
        recording.size = masked.file.stat().st_size
        recording.masked = [*recording.masked, *masked.marks]
        updated += ["file", "size", "masked"]
    recording.save(update_fields=updated)
    transaction.on_commit(lambda: remove_unnamed_files(recording))
