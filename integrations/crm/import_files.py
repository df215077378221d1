"""The files of imports. They hold personal data: looked at with a trace, and kept for some days only."""

from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from integrations.crm.models import ImportRun, ImportStatus
from salesiq.audit.services import record_event
from salesiq.people.models import User

ENDED = (ImportStatus.DONE, ImportStatus.FAILED)


def record_rejected_download(*, run: ImportRun, actor: User, request: HttpRequest) -> str:
    """Keep in the trail that somebody took the refused rows, and return the name the file goes by."""
    record_event(action="downloaded", target=run, actor=actor, request=request, details={"rows": run.rejected})
    return f"rejected-{PurePosixPath(run.file_name).stem[:60]}-{run.created_at:%Y-%m-%d}.csv"


def drop_import_files(runs: "QuerySet[ImportRun]", *, at_once: bool = False) -> int:
    """Remove what is left of the files of `runs`, received ones and those of refused rows; return how many.

    The rows stay and say what came in. Files go once the caller's transaction has committed, or `at_once`.
    """
    count = 0
    with transaction.atomic():
        for run in runs.select_for_update():
            names = [name for name in (run.file.name, run.rejected_file.name) if name]
            ImportRun.objects.filter(pk=run.pk).update(file="", rejected_file="")
            delete = _deleting(run.file.storage, names)
            if at_once:
                delete()
            else:
                transaction.on_commit(delete)
            count += len(names)
    return count


def _deleting(storage: Any, names: list[str]) -> Any:
    def delete() -> None:
        for name in names:
            storage.delete(name)

    return delete


def expire_import_files() -> int:
    """Remove the files of imports that ended more than settings.IMPORT_FILE_DAYS ago, and of those nobody ever ran."""
    border = timezone.now() - timedelta(days=settings.IMPORT_FILE_DAYS)
    over = Q(finished_at__lt=border) | Q(finished_at=None, created_at__lt=border)
    with_files = ~Q(file="") | ~Q(rejected_file="")
    return drop_import_files(ImportRun.objects.filter(over & with_files))
