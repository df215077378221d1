"""Giving a person everything that is kept about them (GDPR Art. 15 and 20)."""

from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import PurePosixPath
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.storage import Storage
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from recordings.models import PersonExport, RequestStatus
from recordings.privacy.archive import Archive
from recordings.privacy.erasure import person_of, subject_hash
from recordings.privacy.persons import PersonQuery, find_person, records_of
from recordings.privacy.sound import remove_files
from recordings.privacy.zip_stream import StreamedFile, stream_zip
from salesiq.audit.services import record_event
from salesiq.jobs.services import enqueue
from salesiq.people.models import Client, User
from salesiq.vault.keys import shred

EXPORT_TASK = "recordings.tasks.export_person"
GIVEN_UP_AFTER = timedelta(days=1)


class Lease(Protocol):
    def fence(self) -> None: ...

    def report(self, stage: str, fraction: float, seconds_left: float | None = None) -> None: ...


def request_export(*, client: Client, query: PersonQuery, actor: User | None) -> PersonExport:
    """Have the archive of a person made in the background; the person is named by `query` (see `find_person`).

    Raises:
        ValidationError: nothing is kept, or nobody is certain.
    """
    records = find_person(client=client, **query.as_json())
    if records.is_empty:
        raise ValidationError(records.sentence(), code="nobody")
    with transaction.atomic():
        export = PersonExport.objects.create(
            client=client,
            requested_by=actor,
            person=person_of(records),
            subject_hash=subject_hash(client, query),
        )
        record_event(action="export_requested", target=export, actor=actor, details=records.counts)
        enqueue(task=EXPORT_TASK, subject=str(export.pk), client=client, created_by=actor)
    return export


def run_export(export: PersonExport, lease: Lease) -> None:
    """Make the archive and keep it until settings.PERSON_EXPORT_DAYS have passed. Killed and run again, one is kept.

    Raises:
        LeaseLost: another worker has taken over.
    """
    if export.status in (RequestStatus.DONE, RequestStatus.EXPIRED):
        return
    PersonExport.objects.filter(pk=export.pk).update(status=RequestStatus.RUNNING)
    storage = export.file.storage
    remove_files(storage, _folder(export))
    records = records_of(export.client, PersonQuery.from_json(export.person["query"]))
    archive = Archive(records, lambda fraction: lease.report("collect", fraction))
    content = StreamedFile(stream_zip(archive.members(), archive.written), "export.zip")
    export.file.save("export.zip", content, save=False)
    try:
        with transaction.atomic():
            lease.fence()
            row = PersonExport.objects.select_for_update().get(pk=export.pk)
            if row.status == RequestStatus.EXPIRED:
                remove_files(storage, _folder(export))
                return
            row.file, row.size, row.sha256 = export.file.name, content.passed, content.sha256
            row.contents = {**archive.counts, "files": len(archive.written)}
            row.person = person_of(records) | {"calls": _touched(archive)}
            row.status, row.finished_at = RequestStatus.DONE, timezone.now()
            row.expires_at = row.finished_at + timedelta(days=settings.PERSON_EXPORT_DAYS)
            row.save()
            record_event(action="export_made", target=row, actor=row.requested_by, details=row.contents)
    except BaseException:
        storage.delete(export.file.name or "")
        raise


def _touched(archive: Archive) -> list[str]:
    """Calls of which something is in the archive, own ones and others': by them it is found when one is erased."""
    records = archive.records
    return [str(call) for call in (*records.calls, *records.mentioned_in)]


def _folder(export: PersonExport) -> str:
    return f"exports/{export.client_id}/{export.pk}"


def drop_export(*, export: PersonExport, reason: str, actor: User | None = None) -> None:
    """Remove the archive with its key, and by what the person was found; the row stays and says what became of it."""
    with transaction.atomic():
        row = PersonExport.objects.select_for_update().get(pk=export.pk)
        storage, folder = row.file.storage, _folder(row)
        shred(folder)
        row.file, row.person, row.status, row.error = "", {}, RequestStatus.EXPIRED, reason
        row.save()
        record_event(action="export_removed", target=row, actor=actor)
        transaction.on_commit(partial(_remove, storage, folder))


def _remove(storage: Storage, folder: str) -> None:
    remove_files(storage, folder)
    with suppress(OSError):
        storage.delete(str(PurePosixPath(folder)))


def expire_exports(*, reason: str) -> int:
    """Remove archives whose days are over, and give up those never made; return how many. Called every hour."""
    now = timezone.now()
    over = PersonExport.objects.filter(status=RequestStatus.DONE, expires_at__lt=now)
    never = PersonExport.objects.filter(
        status__in=[RequestStatus.OPEN, RequestStatus.RUNNING, RequestStatus.FAILED],
        updated_at__lt=now - GIVEN_UP_AFTER,
    )
    doomed = [*over, *never]
    for export in doomed:
        drop_export(export=export, reason=reason)
    return len(doomed)


def record_download(*, export: PersonExport, actor: User, request: HttpRequest | None = None) -> None:
    """Each download is kept in the trail."""
    with transaction.atomic():
        PersonExport.objects.filter(pk=export.pk).update(downloads=export.downloads + 1)
        record_event(action="export_downloaded", target=export, actor=actor, request=request)
