"""`manage.py scrub_database`: what was deleted leaves the database's own files."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from recordings.privacy.scrubbing import scrub_erased


class Command(BaseCommand):
    help = (
        "Rewrite the database's files without what was deleted, and note it on the receipts of erasures. Runs every "
        "night after an erasure by itself. SQLite: writers wait meanwhile. PostgreSQL: each table is locked in turn."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        report = scrub_erased(always=True)
        assert report is not None
        for statement in report.done:
            self.stdout.write(f"done: {statement}")
        for sentence in report.notes:
            self.stdout.write(f"note: {sentence}")
        if report.left:
            raise CommandError("Not everything could be done:\n" + "\n".join(report.left))
