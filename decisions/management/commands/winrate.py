"""`manage.py winrate --by DIM[,DIM]`: how often deals are won, by any dimension or pair of them."""

from collections.abc import Sequence
from typing import Any

from django.core.management.base import CommandParser

from analytics.asking.labels import labels_of
from decisions.documents import MISSING, RateRow
from decisions.management.analysing import AnalysisCommand, add_days
from decisions.models import Audience, RunKind
from decisions.winrate.periods import GRAINS

EVERY_ROW = 1_000_000


class Command(AnalysisCommand):
    help = (
        "Win rates with their 95 percent intervals. A row is a group against all others; q-values are corrected for "
        "all rows. With both days, also what changed against as many days before. Exit status 2 for wrong use."
    )
    kind = RunKind.WINRATE
    # Of the dimensions, as they were asked for.
    names: Sequence[str] = ()

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "--by", default="", metavar="DIM[,DIM]", help="region, agent, a custom field, or two of them"
        )
        add_days(parser, "closing")
        parser.add_argument("--grain", default="", choices=GRAINS, help="a row for each step of this length")

    def question(self, options: dict[str, Any]) -> dict[str, Any]:
        names = [name.strip() for name in options["by"].split(",") if name.strip()]
        days = {name: options[name] for name in ("since", "until")}  # those that are not given are open
        return {**days, "by": names, "grain": options["grain"], "limit": EVERY_ROW}

    def work(self, audience: Audience, options: dict[str, Any]) -> dict[str, Any]:
        found = super().work(audience, options)
        self.names = self.question(options)["by"] or found["by"]
        return {**found, "rows": _told(found["rows"], dict(zip(found["by"], self.names, strict=True)))}

    def tell(self, found: dict[str, Any], audience: Audience) -> None:
        self.stdout.write(f"{'All':<40}{_figures(found['overall'])}")
        if found["change"] is not None and found["change"]["absolute"] is not None:
            change = found["change"]
            sure = "more than chance" if change["significant"] else "no more than chance"
            self.stdout.write(
                f"Against as many days before: {100 * change['absolute']:+.1f} points "
                f"({100 * change['low']:+.1f} to {100 * change['high']:+.1f}), {sure}"
            )
        for row in found["rows"]:
            parts = [row["start"], *(row.get(name) for name in self.names)]
            label = " · ".join(part for part in parts if part)
            mark = " *" if row["significant"] else "" if row["enough"] else " (few)"
            q = "" if row["q_value"] is None else f"  q {row['q_value']:.3f}"
            self.stdout.write(f"{label[:39]:<40}{_figures(row)}{q}{mark}")
        for one in found["decompositions"]:
            self.stdout.write(
                f"By {one['by']}: mix {100 * one['mix']:+.1f}, rate {100 * one['rate']:+.1f}, both "
                f"{100 * one['both']:+.1f} points: {one['says']}"
            )
        self.stdout.write(f"Conclusion: {found['conclusion'].replace('_', ' ')}")
        for doubt in found["data_quality"]:
            figures = ", ".join(f"{key} {value}" for key, value in doubt["figures"].items())
            self.stdout.write(
                f"{doubt['severity']}: {doubt['code']} ({doubt['n']} of {doubt['of']}) {figures}".rstrip()
            )


def _told(rows: Sequence[RateRow], names: dict[str, str]) -> list[dict[str, Any]]:
    """Rows with the name of each group under the name that its dimension was asked by; ids stay in `groups`."""
    keys = {key: {row["groups"][key] for row in rows if key in row["groups"]} for key in names}
    labels = {key: {**labels_of(key, found), MISSING: MISSING} for key, found in keys.items()}
    return [
        {
            **{names[key]: labels[key].get(value, value) for key, value in row["groups"].items()},
            **row,
        }
        for row in rows
    ]


def _figures(rate: Any) -> str:
    if rate["rate"] is None:
        return "nothing closed"
    bounds = f"({100 * rate['low']:.1f} to {100 * rate['high']:.1f})"
    return f"{rate['won']:>7} of {rate['closed']:<7}{100 * rate['rate']:5.1f} % {bounds}"
