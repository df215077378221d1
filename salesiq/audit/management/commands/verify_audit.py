from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from salesiq.audit import anchors, upkeep
from salesiq.audit.exporting import UnreadableExportError, verify_export
from salesiq.audit.verification import Report
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = (
        "Check that no audit event was changed, removed, added or moved: in the database, or in an export; "
        "and that the chains end as anchors say."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--client", metavar="SLUG", default="", help="Only this client's chain. Default: all.")
        parser.add_argument("--file", metavar="FILE", type=Path, help="An export in JSON Lines, not the database.")
        parser.add_argument(
            "--anchors", metavar="PLACE", type=Path, help="A file or folder of anchors. Default: this installation's."
        )
        parser.add_argument("--key", metavar="PEM", type=Path, help="The public key that signed the anchors.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            key = options["key"].read_text() if options["key"] else ""
            report = self._report(options, key)
        except ValidationError as error:
            raise CommandError(error.message) from error
        except (OSError, anchors.AnchorError, UnreadableExportError) as error:
            raise CommandError(str(error)) from error
        for found in report.breaks:
            self.stderr.write(str(found))
        if report.breaks:
            raise CommandError(f"The audit trail is broken in {len(report.breaks)} place(s).")
        for tenant, (first, last, head) in report.chains.items():
            self.stdout.write(f"{tenant}: events {first} to {last}, ending with {head}")
        self.stdout.write(
            f"The audit trail is whole: {report.events} events, {report.anchors} time(s) compared with an anchor."
        )

    def _report(self, options: dict[str, Any], key: str) -> Report:
        if options["file"] is None:
            client = choose_client(options["client"]) if options["client"] else None
            return upkeep.check_trail(client=client, place=options["anchors"], public_key=key)[0]
        known = anchors.read_anchors(options["anchors"], public_key=key) if options["anchors"] else ()
        with options["file"].open(encoding="utf-8") as lines:
            return verify_export(lines, known)
