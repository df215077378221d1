"""What a stage of the pipeline is."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import uuid4

import structlog
from django.conf import settings

from recordings.models import CallStatus, SalesCall
from recordings.privacy.scratch import clear_scratch
from recordings.privacy.sound import local_copy
from recordings.speech.decoding import decode
from recordings.speech.sound import Sound
from recordings.speech.types import Span
from recordings.speech.vad import find_speech

log = structlog.get_logger(__name__)
OutputT = TypeVar("OutputT")
Progress = Callable[[float], None]


class Stage(Protocol[OutputT]):
    """One step of a call's way. The runner alone decides when it runs and moves the call's status.

    `inputs` names everything the result depends on besides the stage before it: same inputs, same result.
    `compute` does the slow work outside any transaction and changes no row. `save` writes the result inside the
    runner's transaction, replacing what an earlier run left; it must be quick. Where the sound was dropped, a stage
    that `needs_sound` keeps the result it had.
    """

    name: str
    reaches: CallStatus
    share: float  # of the whole run's time, roughly; for progress only
    needs_sound: bool

    def inputs(self, call: SalesCall) -> dict[str, Any]: ...

    def compute(self, context: "RunContext", progress: Progress) -> OutputT: ...

    def save(self, call: SalesCall, output: OutputT) -> None: ...


@dataclass
class RunContext:
    """One run's call and its decoded sound, which stages share and which is thrown away with the run."""

    call: SalesCall
    _scratch: Path = field(init=False)

    def __post_init__(self) -> None:
        # A folder of this run's own, so that two runs never write one file.
        clear_scratch(self.call.pk)
        self._scratch = settings.SCRATCH_DIR / f"{self.call.pk}-{uuid4().hex[:8]}"

    @property
    def scratch(self) -> Path:
        settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._scratch.mkdir(mode=0o700, exist_ok=True)
        return self._scratch

    @cached_property
    def received_file(self) -> Path:
        """The received file, decrypted into the scratch folder, where it stays until the run ends.

        Raises:
            SoundError: it was removed, is damaged, cannot be fetched, or lacks its key.
        """
        return local_copy(self.call.recording.file, self.scratch)

    @cached_property
    def sound(self) -> Sound:
        """The call at 16 kHz, on disk, mapped.

        Raises:
            SoundError: the file cannot be used.
        """
        return self.decode_sound(None)

    def decode_sound(self, progress: Progress | None) -> Sound:
        return decode(self.received_file, self.scratch, max_seconds=float(settings.MAX_CALL_SECONDS), progress=progress)

    @cached_property
    def speech(self) -> list[list[Span]]:
        """Where somebody speaks, per channel; found once and shared by transcription, speakers and quality."""
        return find_speech(self.sound)

    def close(self) -> None:
        """Drop the scratch files."""
        for name in ("sound", "speech", "received_file"):
            self.__dict__.pop(name, None)
        shutil.rmtree(self._scratch, ignore_errors=True)


def hash_inputs(previous: str, stage: str, inputs: dict[str, Any]) -> str:
    """SHA-256 of a stage's inputs chained to the stage before, so that a change upstream is felt downstream."""
    content = json.dumps([previous, stage, inputs], sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(content.encode()).hexdigest()
