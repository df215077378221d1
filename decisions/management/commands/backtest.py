"""`manage.py backtest`: what each method of forecasting would have said, against what came."""

import json
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decisions.forecasting.report import backtest_document
from decisions.runs.audiences import everyone_of
from decisions.tables.deals import today_of
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client


class Command(BaseCommand):
    help = (
        "Travel back over the record, forecast from what was known then, and print the errors of each method: MAPE, "
        "Brier score, calibration, coverage of intervals. Exit status 2 when there is too little record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--client", default="", metavar="SLUG", help="whose deals, where there are several")
        parser.add_argument(
            "--as-of", type=date.fromisoformat, metavar="YYYY-MM-DD", help="with the record up to this day; else today"
        )
        parser.add_argument("--json", action="store_true", help="everything as one JSON object")

    def handle(self, *args: Any, **options: Any) -> None:
        ensure_migrated()
        try:
            audience = everyone_of(choose_client(options["client"]))
            document = backtest_document(audience, as_of=options["as_of"] or today_of(audience))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=2) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False))
            return
        self._write_tables(document)

    def _write_tables(self, document: dict[str, Any]) -> None:
        cuts = document["cuts"]
        self.stdout.write(f"{len(cuts)} forecasts, {cuts[0]} to {cuts[-1]}")
        self.stdout.write(f"{'period':<13} {'method':<12} {'n':>3} {'MAPE':>7} {'in 80':>6} {'in 95':>6}")
        for row in document["revenue"]:
            figures = " ".join([_share(row["mape"], 7), _share(row["coverage80"], 6), _share(row["coverage95"], 6)])
            self.stdout.write(f"{row['period']:<13} {row['method']:<12} {row['n']:>3} {figures}")
        self.stdout.write(f"{'won within a quarter':<26} {'n':>7} {'Brier':>7} {'ECE':>7}")
        for row in document["deals"]:
            self.stdout.write(f"{row['method']:<26} {row['n']:>7} {_number(row['brier'])} {_number(row['ece'])}")
        dates = document["closing_days"]
        self.stdout.write(
            f"days of closing in their 80 percent interval: {_share(dates['coverage80'], 0)} of {dates['n']}"
        )
        for period, why in document["chosen"].items():
            self.stdout.write(f"{period}: {why['method']} ({why['why']})")


def _share(value: float | None, width: int) -> str:
    return f"{'-' if value is None else f'{value:.1%}':>{width}}"


def _number(value: float | None) -> str:
    return f"{'-' if value is None else f'{value:.4f}':>7}"
