"""`manage.py backtest`: what each method of forecasting would have said, against what came."""

from typing import Any

from django.core.management.base import CommandParser

from decisions.forecasting.report import backtest_document
from decisions.management.analysing import AnalysisCommand, add_as_of
from decisions.models import Audience
from decisions.tables.deals import today_of


class Command(AnalysisCommand):
    help = (
        "Travel back over the record, forecast from what was known then, and print the errors of each method: MAPE, "
        "Brier score, calibration, coverage of intervals. Exit status 2 when there is too little record."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_as_of(parser)

    def work(self, audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
        return backtest_document(audience, as_of=options["as_of"] or today_of(audience))

    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        cuts = found["cuts"]
        self.stdout.write(f"{len(cuts)} forecasts, {cuts[0]} to {cuts[-1]}")
        self.stdout.write(f"{'period':<13} {'method':<12} {'n':>3} {'MAPE':>7} {'in 80':>6} {'in 95':>6}")
        for row in found["revenue"]:
            figures = " ".join([_share(row["mape"], 7), _share(row["coverage80"], 6), _share(row["coverage95"], 6)])
            self.stdout.write(f"{row['period']:<13} {row['method']:<12} {row['n']:>3} {figures}")
        self.stdout.write(f"{'won within a quarter':<26} {'n':>7} {'Brier':>7} {'ECE':>7}")
        for row in found["deals"]:
            self.stdout.write(f"{row['method']:<26} {row['n']:>7} {_number(row['brier'])} {_number(row['ece'])}")
        dates = found["closing_days"]
        self.stdout.write(
            f"days of closing in their 80 percent interval: {_share(dates['coverage80'], 0)} of {dates['n']}"
        )
        for period, why in found["chosen"].items():
            self.stdout.write(f"{period}: {why['method']} ({why['why']})")


def _share(value: float | None, width: int) -> str:
    return f"{'-' if value is None else f'{value:.1%}':>{width}}"


def _number(value: float | None) -> str:
    return f"{'-' if value is None else f'{value:.4f}':>7}"
