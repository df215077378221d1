"""Removing what no row names: files of crashed uploads and deleted tenants, their keys, leftovers of killed runs."""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import Storage, default_storage
from django.utils import timezone

from recordings.models import Recording
from recordings.privacy.sound import remove_files
from salesiq.jobs.models import Job
from salesiq.people.models import Client
from salesiq.vault.fields import owner_of_fields
from salesiq.vault.keys import shred
from salesiq.vault.models import DataKey

# Longer than any upload or run takes: what is younger may belong to one that is under way.
YOUNGEST = timedelta(days=1)
AT_ONCE = 500


@dataclass(slots=True)
class Sweep:
    """How many of each were removed."""

    folders: int = 0
    files: int = 0
    keys: int = 0
    scratch: int = 0


def sweep_media(*, older_than: timedelta = YOUNGEST) -> Sweep:
    """Remove files of recordings that have no row, or whose sound was dropped, once they are older than `older_than`.

    Their keys go at once: a key is stored together with its recording's row, so that one without the other is over.
    Finds what a crash between storing an upload and its row left, and what a deleted tenant leaves.
    """
    done = Sweep()
    owners = DataKey.objects.filter(owner__startswith="recordings/").values_list("owner", flat=True)
    for owner in _unwanted(owners.iterator(chunk_size=AT_ONCE)):
        done.keys += shred(owner)
    done.keys += _shred_keys_of_gone_clients()
    for folder in _unwanted(_folders(default_storage)):
        if _is_older(default_storage, folder, older_than):
            done.files += remove_files(default_storage, folder)
            done.folders += 1
    done.scratch = _sweep_scratch(older_than)
    return done


def _shred_keys_of_gone_clients() -> int:
    """Their fields went with their rows; what a backup holds of them cannot be opened any more."""
    owners = set(DataKey.objects.filter(owner__startswith="fields/").values_list("owner", flat=True))
    living = {owner_of_fields(pk) for pk in Client.objects.values_list("pk", flat=True)}
    return sum(shred(owner) for owner in owners - living)


def _unwanted(folders: Iterable[str]) -> Iterator[str]:
    """Those of `folders` where no recording with sound lives, asked for in batches."""
    rest = iter(folders)
    while batch := list(islice(rest, AT_ONCE)):
        keys = {key for folder in batch if (key := _id_of(folder))}
        wanted = {
            recording.folder for recording in Recording.objects.filter(pk__in=keys, dropped_at=None).only("client")
        }
        yield from (folder for folder in batch if folder not in wanted)


def _id_of(folder: str) -> UUID | None:
    with suppress(ValueError):
        return UUID(folder.rpartition("/")[2])
    return None


def _folders(storage: Storage) -> Iterator[str]:
    with suppress(FileNotFoundError):
        for client in storage.listdir("recordings")[0]:
            for recording in storage.listdir(f"recordings/{client}")[0]:
                yield f"recordings/{client}/{recording}"


def _is_older(storage: Storage, folder: str, age: timedelta) -> bool:
    names = storage.listdir(folder)[1]
    with suppress(FileNotFoundError):
        return all(timezone.now() - storage.get_modified_time(f"{folder}/{name}") > age for name in names)
    return False


def _sweep_scratch(age: timedelta) -> int:
    """Leftovers of killed runs and broken-off uploads on this machine."""
    count, border = 0, time.time() - age.total_seconds()
    busy = {job.subject for job in Job.objects.active()}
    uploads = Path(settings.FILE_UPLOAD_TEMP_DIR or settings.SCRATCH_DIR)
    for path in [*settings.SCRATCH_DIR.glob("*"), *uploads.glob("*")]:
        with suppress(FileNotFoundError):
            if path == uploads or path.stat().st_mtime > border or path.name.rpartition("-")[0] in busy:
                continue
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink()
            count += 1
    return count
