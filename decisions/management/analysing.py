"""What commands share that work one analysis of a client and print it."""

import json
import logging
from abc import abstractmethod
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.models import Audience
from decisions.runs import analyse_now
from decisions.runs.audiences import everyone_of
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client

WRONG_USE = 2


class AnalysisCommand(BaseCommand):
    """Works `kind` for the whole client and keeps nothing. Exit status 2 where the question cannot be answered."""

    kind: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose calls, where there are several")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        try:
            audience = everyone_of(choose_client(options["client"]))
            found = analyse_now(audience, self.kind, question=self.question(options)) | self.more(audience, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=WRONG_USE) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False))
        else:
            self.tell(found, audience)

    @abstractmethod
    def question(self, options: dict[str, Any]) -> dict[str, Any]:
        """What is asked, from the command's options."""

    def more(self, audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
        """What is printed beside the document."""
        return {}

    @abstractmethod
    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        """Print it for people."""
