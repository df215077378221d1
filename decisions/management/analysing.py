"""What commands share that work one analysis of a client and print it."""

import json
import logging
from abc import abstractmethod
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.models import Audience
from decisions.runs import CannotAnswerError, analyse_now
from decisions.runs.audiences import everyone_of
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client

WRONG_USE = 2


class AnalysisCommand(BaseCommand):
    """Works `kind` for the whole client and keeps nothing of it. Exit status 2 where it cannot be answered: what
    `work` raises as CannotAnswerError or ValidationError is said in its own words."""

    kind: ClassVar[str]

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose record, where there are several")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        muted = logging.root.manager.disable
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        try:
            self._answer(options)
        finally:
            logging.disable(muted)

    def _answer(self, options: dict[str, Any]) -> None:
        ensure_migrated()
        try:
            audience = everyone_of(choose_client(options["client"]))
            found = self.work(audience, options)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=WRONG_USE) from error
        except CannotAnswerError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False))
        else:
            self.tell(found, audience)

    def work(self, audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
        """What is printed: the document of the analysis."""
        return analyse_now(audience, self.kind, as_of=options.get("as_of"), question=self.question(options))

    def question(self, options: dict[str, Any]) -> dict[str, Any]:
        """What is asked, from the command's options; {} is the standard question."""
        return {}

    @abstractmethod
    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        """Print it for people."""


def add_days(parser: CommandParser, what: str) -> None:
    """Options `since` and `until`; see `days_of`."""
    parser.add_argument("--from", dest="since", default=None, metavar="DAY", help=f"first day of {what}")
    parser.add_argument("--to", dest="until", default=None, metavar="DAY", help=f"last day of {what}")


def days_of(options: dict[str, Any]) -> dict[str, Any]:
    """The days that were given, as a question holds them."""
    return {name: options[name] for name in ("since", "until") if options[name]}


def add_as_of(parser: CommandParser) -> None:
    """Option `as_of`: a day, or None for the client's today."""
    parser.add_argument(
        "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="with the record up to this day; else today"
    )
