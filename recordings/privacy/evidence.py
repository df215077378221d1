"""What a call consists of, as counts and hashes: written down before it goes, so that it can be proven afterwards."""

import hashlib
import json
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.storage import Storage
from django.db.models import Model

from recordings.models import HeldCall, Recording, SalesCall
from salesiq.vault.errors import KeyRingError
from salesiq.vault.streaming import SealedFileError

HASHED_AT_ONCE = 1 << 20
# A hold is no part of the call, and lets nothing go anyway.
NOT_OF_THE_CALL: tuple[type[Model], ...] = (HeldCall,)


def hash_files(storage: Storage, folder: str) -> list[dict[str, Any]]:
    """[{kind, bytes, sha256}] of every file in a recording's folder, as it would be heard.

    `kind` is the file's name up to its first dash or dot. Of a file that cannot be opened any more neither size nor
    hash is known.
    """
    with suppress(FileNotFoundError):
        return [_hash_file(storage, f"{folder}/{name}") for name in sorted(storage.listdir(folder)[1])]
    return []


@dataclass(frozen=True, slots=True)
class SoundEvidence:
    """The files of a call, hashed. `names` are those of received file and playback, None where there is no sound."""

    names: tuple[str, str] | None = None
    folder: str = ""
    files: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, call_id: UUID) -> "SoundEvidence":
        """Reads every file: call it before the transaction that removes them, which would stay open for long."""
        recording = _with_sound(call_id).first()
        if recording is None:
            return cls()
        files = hash_files(recording.file.storage, recording.folder)
        return cls((recording.file.name or "", recording.playback.name or ""), recording.folder, files)

    def is_current(self, call_id: UUID) -> bool:
        """Whether the call's sound is still the one that was read."""
        return bool(self.names == _with_sound(call_id).values_list("file", "playback").first())


def _with_sound(call_id: UUID) -> Any:
    return Recording.objects.filter(call=call_id, dropped_at__isnull=True)


def _hash_file(storage: Storage, name: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": name.rpartition("/")[2].partition(".")[0].partition("-")[0]}
    digest, size = hashlib.sha256(), 0
    try:
        with storage.open(name, "rb") as file:
            while chunk := file.read(HASHED_AT_ONCE):
                digest.update(chunk)
                size += len(chunk)
    except (KeyRingError, SealedFileError, OSError):
        return {**entry, "bytes": None, "sha256": None}
    return {**entry, "bytes": size, "sha256": digest.hexdigest()}


def count_and_hash_rows(call: SalesCall) -> tuple[dict[str, int], str]:
    """Rows of the call by table, and SHA-256 over all their values as JSON."""
    counts = {SalesCall._meta.label_lower: 1}
    digest = hashlib.sha256(_json(SalesCall.objects.filter(pk=call.pk).values()))
    for relation in SalesCall._meta.related_objects:
        model: Any = relation.related_model
        if relation.many_to_many or model in NOT_OF_THE_CALL:
            continue
        rows = list(model._base_manager.filter(**{relation.field.name: call}).order_by("pk").values())
        if rows:
            counts[model._meta.label_lower] = len(rows)
            digest.update(_json(rows))
    return counts, digest.hexdigest()


def _json(rows: Iterable[Any]) -> bytes:
    return json.dumps(list(rows), sort_keys=True, ensure_ascii=False, default=str).encode()
