"""`manage.py forecast`: what open and coming deals will bring."""

from typing import Any

from django.core.management.base import CommandParser

from decisions.management.analysing import AnalysisCommand, add_as_of
from decisions.models import Audience, RunKind


class Command(AnalysisCommand):
    help = "Print the forecast of revenue. Exit status 2 when what is asked cannot be answered."
    kind = RunKind.FORECAST

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_as_of(parser)

    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        for row in found["periods"]:
            between = "" if row["low95"] is None else f"  95 percent {row['low95']:,.0f} to {row['high95']:,.0f}"
            self.stdout.write(
                f"{row['period']:<13} {row['since']} to {row['until']}  {row['value']:>16,.0f}{between}"
                f"  won already {row['won_already']:,.0f}  by {row['method']}"
            )
        for note in found["data_quality"]:
            self.stdout.write(f"{note['severity']}: {note['code']} {note['n']} of {note['of']}")
