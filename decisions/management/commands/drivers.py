"""`manage.py drivers`: what explains which deals are won, with odds ratios and intervals, or that nothing does."""

from typing import Any

from django.core.management.base import CommandParser

from decisions.management.analysing import AnalysisCommand, add_days, days_of
from decisions.models import Audience, RunKind

_SAYS = {
    "drivers": "What explains the win rate:",
    "nothing": "Nothing in these fields explains which deals are won.",
    "interactions": "No field alone explains the win rate; combinations of fields do:",
    "nothing_to_try": "There is no field to explain anything by: see what was not tried.",
    "too_little": "Too few deals have ended, or too few of them one way, to tell anything.",
    "one_class": "All deals ended alike: there is nothing to explain.",
}


class Command(AnalysisCommand):
    help = "Print what explains the win rate. Exit status 2 when what is asked cannot be answered."
    kind = RunKind.DRIVERS

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        add_days(parser, "closing")

    def question(self, options: dict[str, Any]) -> dict[str, Any]:
        return days_of(options)

    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        self.stdout.write(f"{found['n']:,} deals ended, {found['positives']:,} were won.")
        if found["auc"] is not None:
            between = f"{found['auc_low']:.3f} to {found['auc_high']:.3f}"
            self.stdout.write(f"AUC out of sample {found['auc']:.3f} ({between}; 0.5 is chance)")
        self.stdout.write(_SAYS[found["conclusion"]])
        for each in found["drivers"]:
            if each["significant"]:
                between = f"{each['low']:.2f} to {each['high']:.2f}"
                name = f"{each['feature']} {each['level']}"
                self.stdout.write(f"{name:<50} odds × {each['odds_ratio']:.2f} ({between})  q={each['q_value']:.2g}")
        for each in found["kept_out"]:
            self.stdout.write(f"not tried: {each['feature']} ({each['why']})")
        for note in found["data_quality"]:
            self.stdout.write(f"{note['severity']}: {note['code']} ({note['n']} of {note['of']})")
