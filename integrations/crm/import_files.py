"""The files of imports. They hold personal data: looked at with a trace, and kept for some days only."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from integrations.crm.models import ImportRun
from recordings.privacy.sound import remove_files
from salesiq.audit.services import record_event
from salesiq.common.models import new_id
from salesiq.people.models import Client, User
from salesiq.vault.keys import shred

DRAFTS = "imports-looked-at"
# Somebody looks at a file before it comes in; nobody does so for longer.
DRAFTS_KEPT = timedelta(days=1)


def record_rejected_download(*, run: ImportRun, actor: User, request: HttpRequest) -> str:
    """Keep in the trail that somebody took the refused rows, and return the name the file goes by."""
    record_event(action="downloaded", target=run, actor=actor, request=request, details={"rows": run.rejected})
    return f"rejected-{PurePosixPath(run.file_name).stem[:60]}-{run.created_at:%Y-%m-%d}.csv"


def drop_import_files(runs: "QuerySet[ImportRun]", *, at_once: bool = False) -> int:
    """Remove what is left of the files of `runs`, received ones and those of refused rows, with the key that opens
    them; return how many.

    The rows stay and say what came in. Files go once the caller's transaction has committed, or `at_once`.
    """
    count = 0
    with transaction.atomic():
        for run in runs.select_for_update():
            names = [name for name in (run.file.name, run.rejected_file.name) if name]
            ImportRun.objects.filter(pk=run.pk).update(file="", rejected_file="")
            shred(_folder(run))
            delete = partial(_delete, run.file.storage, names, _folder(run))
            _now_or_then(delete, at_once)
            count += len(names)
    return count


def _folder(run: ImportRun) -> str:
    return f"imports/{run.pk}"


def _now_or_then(delete: Callable[[], None], at_once: bool) -> None:
    if at_once:
        delete()
    else:
        transaction.on_commit(delete)


def _delete(storage: Storage, names: list[str], folder: str) -> None:
    for name in names:
        storage.delete(name)
    remove_files(storage, folder)


def expire_import_files() -> int:
    """Remove the files of imports that ended more than settings.IMPORT_FILE_DAYS ago, those of imports nobody ever ran,
    and those that somebody only looked at."""
    border = timezone.now() - timedelta(days=settings.IMPORT_FILE_DAYS)
    over = Q(finished_at__lt=border) | Q(finished_at=None, created_at__lt=border)
    with_files = ~Q(file="") | ~Q(rejected_file="")
    drafts = [name for client in _clients_with_drafts() for name in _drafts_of(client) if _is_old(name)]
    for name in drafts:
        drop_draft(name)
    return drop_import_files(ImportRun.objects.filter(over & with_files)) + len(drafts)


def keep_draft(*, client: Client, file: IO[bytes]) -> str:
    """Keep a file that somebody looks at before it comes in, encrypted; return its name in the storage."""
    file.seek(0)
    return default_storage.save(f"{DRAFTS}/{client.pk}/{new_id()}/file", File(file))


def open_draft(name: str) -> Any:
    """The kept file for reading. Raises FileNotFoundError: its day is over."""
    return default_storage.open(name, "rb")


def drop_draft(name: str) -> None:
    """Remove a kept file with its key."""
    folder = str(PurePosixPath(name).parent)
    shred(folder)
    _delete(default_storage, [name], folder)


def drop_drafts_of(client: Client) -> int:
    """Remove every file of the client that somebody only looks at; return how many."""
    names = list(_drafts_of(str(client.pk)))
    for name in names:
        drop_draft(name)
    return len(names)


def _clients_with_drafts() -> list[str]:
    with suppress(FileNotFoundError):
        return default_storage.listdir(DRAFTS)[0]
    return []


def _drafts_of(client: str) -> Iterator[str]:
    with suppress(FileNotFoundError):
        for folder in default_storage.listdir(f"{DRAFTS}/{client}")[0]:
            yield f"{DRAFTS}/{client}/{folder}/file"


def _is_old(name: str) -> bool:
    with suppress(FileNotFoundError):
        return timezone.now() - default_storage.get_modified_time(name) > DRAFTS_KEPT
    return True
