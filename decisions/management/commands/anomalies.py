"""`manage.py anomalies`: unusual calls, agents and days."""

from typing import Any

from django.core.management.base import CommandParser

from decisions.anomalies.finding import find_unusual
from decisions.management.analysing import AnalysisCommand
from decisions.models import Audience, RunKind
from decisions.tables.deals import today_of


class Command(AnalysisCommand):
    help = (
        "Calls, agents and days that are unusual for their season, with the share of false alarms that is promised. "
        "Exit status 2 for wrong use."
    )
    kind = RunKind.ANOMALIES

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--false-alarms", type=float, default=0.05, metavar="SHARE", help="0.001 to 0.5")

    def question(self, options: dict[str, Any]) -> dict[str, Any]:
        return {"false_alarms": options["false_alarms"]}

    def work(self, audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
        """With the anomalies themselves, which stand in rows elsewhere."""
        unusual, _kinds = find_unusual(audience, as_of=today_of(audience), false_alarms=options["false_alarms"])
        return super().work(audience, options) | {
            "anomalies": [
                {
                    "kind": str(each.kind), "measure": each.measure, "day": each.day.isoformat(),
                    "call": str(each.call) if each.call else None, "agent": str(each.agent) if each.agent else None,
                    "observed": each.observed, "expected": each.expected, "low": each.low, "high": each.high,
                    "p_value": each.p, "q_value": each.q,
                }
                for each in unusual
            ]
        }  # fmt: skip

    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        for row in found["kinds"]:
            self.stdout.write(
                f"{row['kind']:<6}{row['measure']:<18}{row['looked_at']:>8} looked at, {row['found']} found"
            )
        for each in found["anomalies"]:
            self.stdout.write(
                f"{each['day']} {each['kind']} {each['call'] or each['agent'] or ''} {each['measure']}: "
                f"{each['observed']:.3g}, expected {each['low']:.3g} to {each['high']:.3g}, q {each['q_value']:.3f}"
            )
