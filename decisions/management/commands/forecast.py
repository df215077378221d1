"""`manage.py forecast`: what open and coming deals will bring."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.models import RunKind
from decisions.runs import analyse_now
from decisions.runs.audiences import everyone_of
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Print the forecast of revenue. Exit status 2 when what is asked cannot be answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose deals, where there are several")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="as seen on this day; else today"
        )
        parser.add_argument("--json", action="store_true", help="the whole document as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        try:
            audience = everyone_of(choose_client(options["client"]))
            document = analyse_now(audience, RunKind.FORECAST, as_of=options["as_of"])
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False))
            return
        self._write_table(document)

    def _write_table(self, document: dict[str, Any]) -> None:
        for row in document["periods"]:
            between = "" if row["low95"] is None else f"  95 percent {row['low95']:,.0f} to {row['high95']:,.0f}"
            self.stdout.write(
                f"{row['period']:<13} {row['since']} to {row['until']}  {row['value']:>16,.0f}{between}"
                f"  won already {row['won_already']:,.0f}  by {row['method']}"
            )
        for note in document["data_quality"]:
            self.stdout.write(f"{note['severity']}: {note['code']} {note['n']} of {note['of']}")
