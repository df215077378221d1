"""`manage.py import_consent FILE`: evidence of consent from another system."""

import sys
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.consent_import import COLUMNS, UnusableFileError, import_consent
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = (
        f"File consent from a CSV with the columns {', '.join(COLUMNS)}. May run again: what is on record stays as it "
        "is. Rejected rows are named on stderr with the reason; exit status 1 when there were any, 2 for usage."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose customers, where there are several")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, file nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        counts: Counter[str] = Counter()
        path: Path = options["file"]
        try:
            client = choose_client(options["client"])
            with path.open(encoding="utf-8-sig", newline="") as file:
                for row in import_consent(client=client, file=file, actor=None, dry_run=options["dry_run"]):
                    counts[row.outcome] += 1
                    if row.reason:
                        self.stderr.write(f"Line {row.line}: {row.reason}")
        except (UnusableFileError, UnicodeDecodeError, OSError) as error:
            raise CommandError(f"{path} cannot be imported: {error}", returncode=2) from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        said = "would be recorded" if options["dry_run"] else "recorded"
        self.stdout.write(f"{counts['recorded']} {said}, {counts['known']} on record, {counts['rejected']} rejected.")
        if counts["rejected"]:
            sys.exit(1)
