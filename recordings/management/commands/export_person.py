"""`manage.py export_person`: everything about one person as a ZIP file."""

import os
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from recordings.management.person_options import add_person_options, chosen_client, person_query
from recordings.models import PersonExport
from recordings.privacy.portability import drop_export, request_export
from salesiq.common.database import ensure_migrated
from salesiq.jobs.models import Job, JobStatus
from salesiq.jobs.services import run_job


class Command(BaseCommand):
    help = "Write everything that is kept about one person to a documented ZIP. Exit status 1 when nothing is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person_options(parser)
        parser.add_argument("--out", required=True, type=Path, metavar="FILE.zip", help="a new file")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        target: Path = options["out"]
        if target.exists():
            raise CommandError(f"{target} is there already. Choose another name.", returncode=2)
        try:
            export = self._make(options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        try:
            _copy(export, target)
        finally:
            # The copy is the requester's; the installation keeps none of it.
            drop_export(export=export, reason="It was written to a file.")
        counts = export.contents
        self.stdout.write(
            f"{target}: {counts['customers']} customer records, {counts['calls']} calls, "
            f"{counts['mentions']} texts elsewhere, {counts['files']} files, {export.size} bytes"
        )

    def _make(self, options: dict[str, Any]) -> PersonExport:
        with transaction.atomic():
            export = request_export(client=chosen_client(options), query=person_query(options), actor=None)
        job = run_job(Job.objects.get(subject=str(export.pk)).pk)
        export.refresh_from_db()
        if job is None or job.status != JobStatus.SUCCEEDED:
            raise CommandError(job.error if job else "The export was removed meanwhile.")
        return export


def _copy(export: PersonExport, target: Path) -> None:
    descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as copy, export.file.storage.open(export.file.name or "", "rb") as source:
        for chunk in source.chunks(1 << 20):
            copy.write(chunk)
