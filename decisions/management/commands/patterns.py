"""`manage.py patterns`: what won calls have that lost ones lack."""

from typing import Any

from django.core.management.base import CommandParser

from decisions.management.analysing import AnalysisCommand, add_days, days_of
from decisions.models import Audience, RunKind
from decisions.patterns.wording import conclusion_sentence, feature_names, practice_sentence


class Command(AnalysisCommand):
    help = (
        "What was heard and measured in won calls against lost ones: odds ratios with 95 percent intervals, agent and "
        "segment held equal, corrected for how many are compared. Exit status 2 for wrong use."
    )
    kind = RunKind.PATTERNS

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_days(parser, "the calls")

    def question(self, options: dict[str, Any]) -> dict[str, Any]:
        return days_of(options)

    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        self.stdout.write(f"{found['won']} of {found['n']} calls won. {conclusion_sentence(found['conclusion'])}")
        names = feature_names([row["feature"] for row in found["contrasts"]], audience)
        for row in found["contrasts"]:
            self.stdout.write(
                f"{names[row['feature']][:44]:<45}{row['won']:8.3g} {row['lost']:8.3g}  {row['odds_ratio']:.2f} "
                f"({row['low']:.2f} to {row['high']:.2f})  q {row['q_value']:.3f}{' *' if row['significant'] else ''}"
            )
        for practice in found["practices"]:
            self.stdout.write(practice_sentence(practice, names[practice["feature"]]))
