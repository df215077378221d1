import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from salesiq.audit.exporting import FORMATS, export_rows
from salesiq.audit.upkeep import events_to_export, record_export
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Write the audit trail to a file: jsonl can be verified without the database, csv is for reading."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", metavar="SLUG", default="", help="Only this client's chain. Default: all.")
        parser.add_argument("--format", choices=sorted(FORMATS), default="jsonl")
        parser.add_argument("--output", metavar="FILE", default="-", help="Default: standard output.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            client = choose_client(options["client"]) if options["client"] else None
        except ValidationError as error:
            raise CommandError(error.message) from error
        record_export(actor=None, client=client, request=None, format=options["format"], by="command")
        lines = FORMATS[options["format"]].write(export_rows(events_to_export(client=client)))
        if options["output"] == "-":
            sys.stdout.writelines(lines)
            return
        with Path(options["output"]).open("w", encoding="utf-8", newline="") as target:
            target.writelines(lines)
