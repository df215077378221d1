"""Exports: asked for, made in the background, kept for some days, removed."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import IO, Protocol
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from analytics.models import DataExport, ExportStatus
from analytics.questions import QuestionError
from analytics.reports.making import NotAllowedError, Order, check_order, make_file, scratch_file
from recordings.privacy.sound import remove_files
from salesiq.audit.services import record_event
from salesiq.jobs.errors import PermanentJobError
from salesiq.jobs.services import cancel_jobs, enqueue
from salesiq.people.models import Client, User
from salesiq.vault.keys import shred

EXPORT_TASK = "analytics.reports.tasks.make_export"
GIVEN_UP_AFTER = timedelta(days=1)
UNFINISHED = (ExportStatus.WAITING, ExportStatus.RUNNING, ExportStatus.FAILED)


class Lease(Protocol):
    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None: ...


def order_of(export: DataExport) -> Order:
    return Order(
        client=export.client,
        user=export.user,
        kind=export.kind,
        query=export.query,
        format=export.format,
        language=export.language,
    )


def request_export(
    *, client: Client, user: User, kind: str, query: str, file_format: str, request: HttpRequest | None = None
) -> DataExport:
    """Have a file made in the background; `query` is that of a page's address.

    Raises:
        QuestionError: it asks for what there is not.
        NotAllowedError: the user may not see it.
    """
    export = DataExport(
        client=client, user=user, kind=kind, query=query, format=file_format, language=get_language() or ""
    )
    check_order(order_of(export))
    with transaction.atomic():
        export.save(force_insert=True)
        details = {"kind": kind, "format": file_format}
        record_event(action="data_export_requested", target=export, actor=user, request=request, details=details)
        enqueue(task=EXPORT_TASK, subject=str(export.pk), client=client, created_by=user)
    return export


def make_now(*, order: Order, request: HttpRequest | None = None) -> IO[bytes]:
    """The file at once, at its beginning; kept nowhere, noted in the audit trail.

    Raises: as `making.check_order`.
    """
    check_order(order)
    file = scratch_file()
    try:
        rows = make_file(order, file, progress=lambda fraction: None)
        details = {"kind": order.kind, "format": order.format, "rows": rows}
        record_event(action="data_exported", client=order.client, actor=order.user, request=request, details=details)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def run_export(*, export: DataExport, lease: Lease) -> None:
    """Make the file and keep it for settings.DATA_EXPORT_DAYS. Killed and run again, one is kept.

    Raises:
        PermanentJobError: it cannot be made; the row says why.
        LeaseLost: another worker has taken over.
    """
    if export.status in (ExportStatus.DONE, ExportStatus.EXPIRED):
        return
    DataExport.objects.filter(pk=export.pk).update(status=ExportStatus.RUNNING)
    remove_files(default_storage, export.folder)
    with scratch_file() as file:
        try:
            rows = make_file(
                order_of(export), file, progress=lambda fraction: lease.report("writing", min(fraction, 0.99))
            )
        except (QuestionError, NotAllowedError) as error:
            fail_export(export_id=export.pk, error=str(error))
            raise PermanentJobError(str(error)) from error
        _keep(export, file, rows, lease)


def _keep(export: DataExport, file: IO[bytes], rows: int, lease: Lease) -> None:
    export.file.save(export.filename, File(file), save=False)
    try:
        with transaction.atomic():
            lease.fence()
            row = DataExport.objects.select_for_update().get(pk=export.pk)
            if row.status == ExportStatus.EXPIRED:
                raise _Removed
            row.file, row.size, row.rows, row.error = export.file.name, file.tell(), rows, ""
            row.status, row.finished_at = ExportStatus.DONE, timezone.now()
            row.expires_at = row.finished_at + timedelta(days=settings.DATA_EXPORT_DAYS)
            row.save()
            details = {"kind": row.kind, "format": row.format, "rows": rows}
            record_event(action="data_exported", target=row, actor=row.user, details=details)
    except _Removed:
        _remove(export.folder)
    except BaseException:
        default_storage.delete(export.file.name or "")
        raise


class _Removed(Exception):  # noqa: N818 - what happened, not a defect
    """It was removed while it was made."""


def fail_export(*, export_id: UUID | str, error: str) -> None:
    """Say why a file was not made."""
    waiting = DataExport.objects.filter(pk=export_id, status__in=UNFINISHED)
    waiting.update(status=ExportStatus.FAILED, error=error, finished_at=timezone.now())


def drop_export(*, export: DataExport, reason: str, actor: User | None = None) -> None:
    """Remove the file with its key; the row stays and says what became of it."""
    with transaction.atomic():
        row = DataExport.objects.select_for_update().get(pk=export.pk)
        if row.status == ExportStatus.EXPIRED:
            return
        shred(row.folder)
        row.file, row.status, row.error = "", ExportStatus.EXPIRED, reason
        row.save()
        cancel_jobs(subject=str(row.pk), task=EXPORT_TASK, error=reason)
        record_event(action="data_export_removed", target=row, actor=actor)
        transaction.on_commit(partial(_remove, row.folder))


def _remove(folder: str) -> None:
    remove_files(default_storage, folder)
    with suppress(OSError):
        default_storage.delete(folder)


def drop_exports(*, client: Client, reason: str) -> int:
    """Remove every file of `client` that is there or on its way, for an erasure; return how many."""
    found = DataExport.objects.filter(client=client).exclude(status=ExportStatus.EXPIRED)
    for export in found:
        drop_export(export=export, reason=reason)
    return len(found)


def expire_exports() -> int:
    """Remove files whose days are over, and those never made; return how many. Called every hour."""
    now = timezone.now()
    over = DataExport.objects.filter(status=ExportStatus.DONE, expires_at__lt=now)
    never = DataExport.objects.filter(status__in=UNFINISHED, updated_at__lt=now - GIVEN_UP_AFTER)
    doomed = [*over, *never]
    for export in doomed:
        drop_export(export=export, reason=_("Its days were over."))
    return len(doomed)


def record_download(*, export: DataExport, actor: User, request: HttpRequest | None = None) -> None:
    """Each download is kept in the trail."""
    with transaction.atomic():
        DataExport.objects.filter(pk=export.pk).update(downloads=export.downloads + 1)
        record_event(action="data_export_downloaded", target=export, actor=actor, request=request)
