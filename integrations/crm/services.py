"""Bringing in files of other systems."""

import os
from collections.abc import Mapping
from datetime import timedelta
from itertools import islice
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from integrations.crm.importing.batches import BATCH_ROWS
from integrations.crm.importing.errors import MappingError, UnreadableFileError
from integrations.crm.importing.fields import FIELDS
from integrations.crm.importing.plan import missing_fields
from integrations.crm.importing.profiles import looks_like
from integrations.crm.importing.reading import open_table
from integrations.crm.importing.result import ColumnPreview, FieldChoice, ImportResult, Preview
from integrations.crm.importing.running import Import, prepare, shown_mapping, survey_file
from integrations.crm.importing.sources import choose_system, save_source
from integrations.crm.importing.survey import Survey, check_mapping
from integrations.crm.linking import link_since
from integrations.crm.models import ImportRun, ImportStatus, RecordKind
from salesiq.audit.services import record_event
from salesiq.jobs.services import Lease, enqueue
from salesiq.people.models import Client, User

__all__ = ["MappingError", "UnreadableFileError", "preview_import", "run_import", "start_import"]

IMPORT_TASK = "integrations.crm.tasks.import_file"
PREVIEW_ROWS, PREVIEW_PROBLEMS = 10, 20


def preview_import(
    *,
    client: Client,
    kind: str,
    file: IO[bytes],
    file_name: str,
    system: str = "",
    mapping: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
) -> Preview:
    """The guessed mapping, the first rows and the problems found in them; writes nothing.

    `system` is found by the file's columns or name where it is empty. `mapping` overrules the guess column by column;
    `options` are {day_first: bool, decimal_comma: bool, currency: ISO 4217}, each found out where it is left out.

    Raises:
        UnreadableFileError: a sentence that says what is wrong with the file and what to do.
        MappingError: `mapping` names a column or field that is not there.
    """
    check_size(file)
    run = _new_run(client, None, kind, file, file_name, system, mapping, options, is_dry=True)
    survey = survey_file(run, file, whole=False)
    shown = shown_mapping(kind, survey)
    missing = tuple(field.label for field in missing_fields(kind, survey.mapping))
    problems, notes = _problems(run, file) if not missing else ((), tuple(survey.notes))
    return Preview(
        system=run.system,
        columns=tuple(
            ColumnPreview(
                name=one.name, goes_to=shown[one.name], looks_like=looks_like(one), examples=tuple(one.values[:3])
            )
            for one in survey.profiles
        ),
        fields=tuple(FieldChoice(name=one.name, label=one.label, required=one.required) for one in FIELDS[kind]),
        rows=tuple(tuple(cells) for cells in survey.first_rows[:PREVIEW_ROWS]),
        mapping=shown,
        options=dict(run.options),
        missing=missing,
        problems=problems,
        notes=notes,
    )


def _problems(run: ImportRun, file: IO[bytes]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Why rows among the first BATCH_ROWS would be refused, and the notes: they are brought in and rolled back."""
    entering = prepare(run, file, committing=lambda result: None, whole=False)
    try:
        entering.session.run(islice(open_table(file).rows, BATCH_ROWS), lambda result: None)
        return tuple(entering.rejects.first[:PREVIEW_PROBLEMS]), tuple(entering.notes.all())
    finally:
        entering.rejects.close()


def start_import(
    *,
    client: Client,
    actor: User | None,
    kind: str,
    file: IO[bytes],
    file_name: str,
    system: str = "",
    mapping: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
    is_dry: bool = False,
) -> ImportRun:
    """Keep the file encrypted and queue its import; the run's row shows how far it is and what became of it.

    Raises:
        UnreadableFileError: it is empty, larger than SALESIQ_MAX_IMPORT_MB, or no table.
        MappingError: `mapping` names a column or field that is not there.
    """
    check_size(file)
    run = _new_run(client, actor, kind, file, file_name, system, mapping, options, is_dry=is_dry)
    with transaction.atomic():
        file.seek(0)
        run.file.save(f"{run.pk}/file", File(file), save=False)
        run.save()
        enqueue(task=IMPORT_TASK, subject=str(run.pk), client=client, created_by=actor)
    return run


def new_run(
    *,
    client: Client,
    kind: str,
    file: IO[bytes],
    file_name: str,
    system: str = "",
    mapping: dict[str, str] | None = None,
    options: dict[str, Any] | None = None,
    is_dry: bool = False,
) -> ImportRun:
    """A run that is not saved, for `run_import` with the file as its source: a dry one leaves no trace at all.

    Raises: as `start_import`, but for the size.
    """
    return _new_run(client, None, kind, file, file_name, system, mapping, options, is_dry=is_dry)


def _new_run(
    client: Client,
    actor: User | None,
    kind: str,
    file: IO[bytes],
    file_name: str,
    system: str,
    mapping: Mapping[str, str] | None,
    options: Mapping[str, Any] | None,
    *,
    is_dry: bool,
) -> ImportRun:
    if kind not in RecordKind.values:
        raise MappingError(
            _("“%(kind)s” cannot be imported. Known are: %(known)s.")
            % {"kind": kind, "known": ", ".join(RecordKind.values)}
        )
    header = open_table(file).header
    check_mapping(kind, header, mapping or {})
    name = system.strip()[:40] or choose_system(client, kind, header, file_name)
    return ImportRun(
        client=client, created_by=actor, kind=kind, system=name, file_name=file_name[-200:],
        mapping=dict(mapping or {}), options=dict(options or {}), is_dry=is_dry,
    )  # fmt: skip


def check_size(file: IO[bytes]) -> None:
    """Raises UnreadableFileError: it is larger than settings.SALESIQ_MAX_IMPORT_BYTES."""
    size = file.seek(0, os.SEEK_END)
    size = file.tell() if size is None else size
    file.seek(0)
    if size > settings.SALESIQ_MAX_IMPORT_BYTES:
        raise UnreadableFileError(
            _("The file is larger than %(mb)d MB. Split it, or import it on the server with manage.py import_crm.")
            % {"mb": settings.SALESIQ_MAX_IMPORT_BYTES >> 20}
        )


def run_import(*, run: ImportRun, lease: Lease | None = None, source: IO[bytes] | None = None) -> ImportResult:
    """Bring in the run's file (or `source`), in batches; killed and run again it has the same effect once.

    The run's row ends as done or failed; `lease` shows progress and fences each batch. A run that is not saved stays
    so: nothing is kept of it but the records, unless it is dry.

    Raises:
        UnreadableFileError, MappingError: nothing came in; the run's row says why.
        Exception: anything else, after some batches. Without a lease, whose job would try again, the row says so.
    """
    _keep(run, status=ImportStatus.RUNNING)
    opened = source or run.file.open("rb")
    try:
        entering = prepare(run, opened, committing=_committing(run, lease))
        try:
            result = entering.go(done=_progress(lease, entering.survey))
            if not run.is_dry and run.kind in (RecordKind.DEALS, RecordKind.CALLS):
                link_since(client=run.client, since=run.created_at)
            _finish(run, entering, result, lease)
        finally:
            entering.rejects.close()
    except (UnreadableFileError, MappingError) as error:
        _fail(run, str(error))
        raise
    except BaseException as error:
        if lease is None:
            _fail(run, _broken_off(error))
        raise
    finally:
        if source is None:
            opened.close()
    return result


def _keep(run: ImportRun, **values: Any) -> None:
    """Write values into the run's row, where it has one."""
    for name, value in values.items():
        setattr(run, name, value)
    if not run._state.adding:
        ImportRun.objects.filter(pk=run.pk).update(**values, updated_at=timezone.now())


def _fail(run: ImportRun, sentence: str) -> None:
    _keep(run, status=ImportStatus.FAILED, error=sentence, finished_at=timezone.now())


def _broken_off(error: BaseException) -> str:
    """Of the error only its kind: its words may quote what stands in the file."""
    said = _("The import was broken off (%(error)s). Import the file again: what came in does not come in twice.")
    return said % {"error": type(error).__name__}


def _committing(run: ImportRun, lease: Lease | None) -> Any:
    def committing(result: ImportResult) -> None:
        if lease is not None:
            lease.fence()
        if not run.is_dry:
            counts = {name: getattr(result, name) for name in ("read", "created", "updated", "unchanged", "rejected")}
            _keep(run, **counts)

    return committing


def _progress(lease: Lease | None, survey: Survey) -> Any:
    since = timezone.now()

    def progress(result: ImportResult) -> None:
        if lease is None:
            return
        share = min(result.read / max(survey.rows, 1), 1.0)
        spent = timezone.now() - since
        left = spent * (1 - share) / share if share else timedelta(0)
        lease.report("importing", share, left.total_seconds())

    return progress


def _finish(run: ImportRun, entering: Import, result: ImportResult, lease: Lease | None) -> None:
    """What is kept: the counts, the refused rows, the way the file was read, and an event in the trail."""
    refused = entering.rejects.file()
    if refused is not None and not run._state.adding:
        run.rejected_file.save(f"{run.pk}/rejected.csv", File(refused), save=False)
    received = run.file.name
    with transaction.atomic():
        if lease is not None:
            lease.fence()
        _keep(
            run,
            status=ImportStatus.DONE,
            mapping=result.mapping,
            read=result.read,
            created=result.created,
            updated=result.updated,
            unchanged=result.unchanged,
            rejected=result.rejected,
            reasons=result.reasons,
            made=result.made,
            notes=result.notes,
            rejected_file=run.rejected_file.name or "",
            file="",
            error="",
            finished_at=timezone.now(),
        )
        if not run.is_dry:
            save_source(run, result.mapping, _told(entering.survey))
            record_event(
                action="imported",
                target=None if run._state.adding else run,
                client=run.client,
                actor=run.created_by,
                details={"kind": run.kind, **{name: getattr(result, name) for name in _COUNTS}},
            )
    if received:
        run.file.storage.delete(received)


_COUNTS = ("read", "created", "updated", "unchanged", "rejected")


def _told(survey: Survey) -> dict[str, bool]:
    """What the file showed of itself, for a later one that does not."""
    told: dict[str, bool] = {}
    for name in ("day_first", "decimal_comma"):
        shown = set(getattr(survey, name).values())
        if len(shown) == 1:
            told[name] = shown.pop()
    return told
