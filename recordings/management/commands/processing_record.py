"""`manage.py processing_record`: what is done with people's data, from live configuration (GDPR Art. 30)."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from recordings.privacy.transparency import processing_document, processing_markdown
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = "Print the record of processing activities of one client as Markdown, or as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose, where there are several")
        parser.add_argument("--json", action="store_true", help="as one JSON document")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            client = choose_client(options["client"])
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(processing_document(client), ensure_ascii=False, indent=1))
        else:
            self.stdout.write(processing_markdown(client))
