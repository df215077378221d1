"""`manage.py evaluate_model --target deal_win`: how well outcomes could be known beforehand, and by what."""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.documents import ModelReport
from decisions.models import Target
from decisions.prediction.frames import evaluate_target
from decisions.runs import CannotAnswerError
from salesiq.people.services import choose_client

FIRST = ("n", "positives", "auc", "auc_low", "auc_high", "brier", "ece", "signal", "leaks", "chosen", "features")


class Command(BaseCommand):
    help = "Measure, out of sample, how well an outcome can be predicted. Keeps nothing. Exit status 2 when it cannot."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--target", required=True, choices=Target.values)
        parser.add_argument("--split", default="random", choices=("random", "time"), help="how it is measured")
        parser.add_argument("--exclude", action="append", default=[], metavar="FIELD,…", help="fields not to use")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose rows, where there are several")
        parser.add_argument("--json", action="store_true", help="one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        fields = (name.strip() for given in options["exclude"] for name in given.split(","))
        try:
            client = choose_client(options["client"])
            report = evaluate_target(
                client, options["target"], split=options["split"], exclude=frozenset(filter(None, fields))
            )
        except ValidationError as error:
            raise CommandError(error.messages[0], returncode=2) from error
        except CannotAnswerError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            ordered = {**{name: report.get(name) for name in FIRST}, **report}
            self.stdout.write(json.dumps(ordered, ensure_ascii=False, allow_nan=False))
        else:
            self._tell(report)

    def _tell(self, report: ModelReport) -> None:
        self.stdout.write(f"{report['target']}: {report['n']} rows, {report['positives']} came true.")
        if report["auc"] is None:
            self.stdout.write(f"Nothing can be said: {report['conclusion']}.")
        else:
            between = f"{report['auc_low']:.3f} to {report['auc_high']:.3f}"
            verdict = "signal" if report["signal"] else "no signal: only the base rate is predicted"
            self.stdout.write(f"AUC {report['auc']:.3f} ({between}), {verdict}.")
            self.stdout.write(
                f"Brier {report['brier']:.4f} (base rate alone {report['brier_base']:.4f}), ECE {report['ece']:.4f}."
            )
            self.stdout.write(f"Chosen: {report['chosen']}, from {', '.join(report['features']) or 'no field'}.")
        for leak in report["leaks"]:
            self.stdout.write(f"Left out: {leak['field']} ({leak['why']}).")
