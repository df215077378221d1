"""`manage.py drivers`: what explains which deals are won, with odds ratios and intervals, or that nothing does."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.models import RunKind
from decisions.runs.audiences import everyone_of
from decisions.runs.services import analyse_now
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client

_SAYS = {
    "drivers": "What explains the win rate:",
    "nothing": "Nothing in these fields explains which deals are won.",
    "interactions": "No field alone explains the win rate; combinations of fields do:",
    "nothing_to_try": "There is no field to explain anything by: see what was not tried.",
    "too_little": "Too few deals have ended, or too few of them one way, to tell anything.",
    "one_class": "All deals ended alike: there is nothing to explain.",
}


class Command(BaseCommand):
    help = "Print what explains the win rate. Exit status 2 when what is asked cannot be answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose deals, where there are several clients")
        parser.add_argument("--from", dest="since", default="", metavar="YYYY-MM-DD", help="first day of closing")
        parser.add_argument("--to", dest="until", default="", metavar="YYYY-MM-DD", help="last day of closing")
        parser.add_argument("--json", action="store_true", help="the whole document as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        question = {name: options[name] for name in ("since", "until") if options[name]}
        try:
            client = choose_client(options["client"])
            document = analyse_now(everyone_of(client), RunKind.DRIVERS, question=question)
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False))
            return
        self._write(document)

    def _write(self, document: dict[str, Any]) -> None:
        self.stdout.write(f"{document['n']:,} deals ended, {document['positives']:,} were won.")
        if document["auc"] is not None:
            between = f"{document['auc_low']:.3f} to {document['auc_high']:.3f}"
            self.stdout.write(f"AUC out of sample {document['auc']:.3f} ({between}; 0.5 is chance)")
        self.stdout.write(_SAYS[document["conclusion"]])
        for each in document["drivers"]:
            if each["significant"]:
                between = f"{each['low']:.2f} to {each['high']:.2f}"
                name = f"{each['feature']} {each['level']}"
                self.stdout.write(f"{name:<50} odds × {each['odds_ratio']:.2f} ({between})  q={each['q_value']:.2g}")
        for each in document["kept_out"]:
            self.stdout.write(f"not tried: {each['feature']} ({each['why']})")
        for note in document["data_quality"]:
            self.stdout.write(f"{note['severity']}: {note['code']} ({note['n']} of {note['of']})")
