"""Encrypting recordings that an older version stored as they came."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models.fields.files import FieldFile

from recordings.models import Recording
from salesiq.vault.errors import PlainFileError
from salesiq.vault.storage import EncryptedStorage
from salesiq.vault.streaming import SealedFileError

READ_AT_ONCE = 1 << 20


@dataclass(slots=True)
class Sealing:
    """What was done with the files of all recordings; `refused` are sentences with the file's name."""

    sealed: int = 0
    already: int = 0
    missing: int = 0
    refused: list[str] = field(default_factory=list)


def seal_plain_files() -> Iterator[Sealing]:
    """Encrypt every recording's file that lies there unencrypted; yields the state after each recording.

    Each file is replaced at one go, so that it may be stopped at any time and run again. A received file is encrypted
    only while it still has the checksum it came with: what somebody else put there is left and named.
    """
    done = Sealing()
    for recording in Recording.objects.filter(dropped_at=None).order_by("pk").iterator(chunk_size=200):
        for file, sha256 in ((recording.file, _checksum_of(recording)), (recording.playback, "")):
            if file:
                _seal(file, sha256, done)
        yield done


def _checksum_of(recording: Recording) -> str:
    """What the received file must have; none is known of one that personal data was masked in."""
    return "" if recording.is_masked else recording.sha256


def _seal(file: FieldFile, sha256: str, done: Sealing) -> None:
    storage, name = file.storage, file.name or ""
    assert isinstance(storage, EncryptedStorage)
    try:
        storage.open(name).close()
        done.already += 1
    except FileNotFoundError:
        done.missing += 1
    except SealedFileError as error:
        # A plain file without a header may begin as a sealed one does; then its checksum alone can tell.
        plain = isinstance(error, PlainFileError) and not sha256
        if plain or (sha256 and _sha256_of(storage.inner, name) == sha256):
            storage.seal_in_place(name)
            done.sealed += 1
        else:
            done.refused.append(f"{name}: it is neither encrypted nor the file that was received. {_ADVICE}")


_ADVICE = "Restore it from a backup, or delete the call."


def _sha256_of(inner: Any, name: str) -> str:
    digest = hashlib.sha256()
    with inner.open(name, "rb") as source:
        while chunk := source.read(READ_AT_ONCE):
            digest.update(chunk)
    return digest.hexdigest()
