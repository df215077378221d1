"""`manage.py winrate --by DIM[,DIM]`: how often deals are won, by any dimension or pair of them."""

import json
import logging
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from analytics.asking.labels import labels_of
from decisions.documents import MISSING, RateRow
from decisions.models import RunKind
from decisions.runs import analyse_now
from decisions.runs.audiences import everyone_of
from decisions.winrate.periods import GRAINS
from salesiq.common.database import ensure_migrated
from salesiq.people.services import choose_client

WRONG_USE = 2
EVERY_ROW = 1_000_000


class Command(BaseCommand):
    help = (
        "Win rates with their 95 percent intervals. A row is a group against all others; q-values are corrected for "
        "all rows. With both days, also what changed against as many days before. Exit status 2 for wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--by", default="", metavar="DIM[,DIM]", help="region, agent, a custom field, or two of them"
        )
        parser.add_argument("--from", dest="since", default=None, metavar="DAY", help="first day of closing")
        parser.add_argument("--to", dest="until", default=None, metavar="DAY", help="last day of closing")
        parser.add_argument("--grain", default="", choices=GRAINS, help="a row for each step of this length")
        parser.add_argument("--client", default="", metavar="SLUG", help="whose deals, where there are several")
        parser.add_argument("--json", action="store_true", help="one JSON object on stdout")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        names = [name.strip() for name in options["by"].split(",") if name.strip()]
        question = {
            "by": names, "since": options["since"], "until": options["until"], "grain": options["grain"],
            "limit": EVERY_ROW,
        }  # fmt: skip
        try:
            audience = everyone_of(choose_client(options["client"]))
            found = analyse_now(audience, RunKind.WINRATE, question=question)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages), returncode=WRONG_USE) from error
        except ValueError as error:
            raise CommandError(str(error), returncode=WRONG_USE) from error
        found["rows"] = _told(found["rows"], dict(zip(found["by"], names or found["by"], strict=True)))
        if options["json"]:
            self.stdout.write(json.dumps(found, ensure_ascii=False, allow_nan=False))
        else:
            self._print(found, names or found["by"])

    def _print(self, found: dict[str, Any], names: Sequence[str]) -> None:
        self.stdout.write(f"{'All':<40}{_figures(found['overall'])}")
        if found["change"] is not None and found["change"]["absolute"] is not None:
            change = found["change"]
            sure = "more than chance" if change["significant"] else "no more than chance"
            self.stdout.write(
                f"Against as many days before: {100 * change['absolute']:+.1f} points "
                f"({100 * change['low']:+.1f} to {100 * change['high']:+.1f}), {sure}"
            )
        for row in found["rows"]:
            parts = [row["start"], *(row.get(name) for name in names)]
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
