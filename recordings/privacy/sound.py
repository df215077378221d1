"""Removing the sound of a call for good, with the key that opens it."""

import os
import shutil
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import IO

import structlog
from django.core.files.storage import Storage
from django.db import transaction
from django.db.models.fields.files import FieldFile
from django.utils import timezone

from recordings.models import Action, Recording, SalesCall
from recordings.privacy.holds import assert_not_held
from recordings.speech.errors import sound_error
from salesiq.vault.errors import KeyRingError
from salesiq.vault.keys import shred
from salesiq.vault.streaming import SealedFileError

log = structlog.get_logger(__name__)

OURS = ("original", "masked-", "playback-")


def drop_sound(*, call: SalesCall, reason: str, keep_row: bool = True) -> bool:
    """Remove every file of the call's recording and destroy its data key; False when there was nothing left to remove.

    The key goes with the caller's transaction, the files once it has committed; a file that could not be removed then,
    or that lies in a backup, can be read by nobody. `keep_row`: the recording's row stays and says when and why
    (`reason` is a phrase for people); otherwise it goes as well. Records no audit event: the caller knows why.

    Raises:
        HeldError: the call is on legal hold.
    """
    with transaction.atomic():
        assert_not_held([call])
        recording = Recording.objects.select_for_update().filter(call=call).first()
        if recording is None or (keep_row and recording.dropped_at):
            return False
        storage, folder = recording.file.storage, recording.folder
        shred(folder)
        if keep_row:
            recording.file = recording.playback = ""
            recording.peaks, recording.dropped_at, recording.drop_reason = [], timezone.now(), reason
            recording.save()
            SalesCall.objects.filter(pk=call.pk, disposal_level=0).update(disposal_level=Action.DROP_SOUND.level)
        else:
            recording.delete()
        # Who goes on with this call must not go on with the recording as it was.
        call._state.fields_cache.pop("recording", None)
        transaction.on_commit(partial(remove_files, storage, folder))
    return True


def local_copy(stored: FieldFile, scratch: Path) -> Path:
    """The content of a recording's file, decrypted into `scratch` for its owner only; who asked for it removes it.

    Raises:
        SoundError: it was removed, is damaged, cannot be fetched, or lacks its key.
    """
    if not stored:
        raise sound_error("removed")
    name = stored.name or ""
    local = scratch / Path(name).name  # headerless formats are told by the suffix
    try:
        with stored.storage.open(name) as source, _make_for_owner_only(local) as target:
            shutil.copyfileobj(source, target, 1 << 20)
    except SealedFileError as error:
        log.error("sealed_file_refused", file=name, reason=str(error))
        raise sound_error("changed") from error
    except KeyRingError as error:
        raise sound_error("keys_missing") from error
    except OSError as error:
        raise sound_error("unreadable") from error
    return local


def _make_for_owner_only(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def remove_unnamed_files(recording: Recording) -> None:
    """Remove what earlier runs left in the recording's folder: sound that its row, as it is now, does not name.

    Call it while nobody else may be writing for this call: fenced by the job's lease, or once a change has committed.
    """
    row = Recording.objects.filter(pk=recording.pk).values_list("file", "playback").first()
    if row is None:
        return  # whoever removed the row removes its files
    storage, folder = recording.playback.storage, recording.folder
    with suppress(FileNotFoundError):
        for name in storage.listdir(folder)[1]:
            if name.lstrip(".").startswith(OURS) and f"{folder}/{name}" not in row:
                storage.delete(f"{folder}/{name}")


def remove_files(storage: Storage, folder: str) -> int:
    """Every file of a recording's folder, also one that a killed worker left and no row names; return how many."""
    with suppress(FileNotFoundError):
        names = storage.listdir(folder)[1]
        for name in names:
            storage.delete(f"{folder}/{name}")
        with suppress(OSError):
            storage.delete(folder)
        return len(names)
    return 0
