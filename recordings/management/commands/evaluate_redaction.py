"""`manage.py evaluate_redaction`: how much personal data is found, and how much of what is found is none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from recordings.language.personal_data.evaluation import Report, evaluate, read_cases
from recordings.language.personal_data.types import KINDS
from recordings.language.scoring import wilson
from recordings.language.types import LANGUAGES

LEAST_RECALL, LEAST_PRECISION = 0.9, 0.9


class Command(BaseCommand):
    help = "Measure the redaction of personal data on our corpus: recall and precision by kind and language."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--part", choices=["held_out", "development"], default="held_out")
        parser.add_argument("--misses", action="store_true", help="also list what was missed or taken wrongly")

    def handle(self, *args: Any, **options: Any) -> None:
        cases = read_cases(part=options["part"])
        report = evaluate(cases)
        self.stdout.write(f"{len(cases)} invented conversations ({options['part']}); 95 % intervals (Wilson).\n\n")
        self.stdout.write("\n".join(_table(report)))
        self.stdout.write("\n\nWeak:\n" + "\n".join(_weak(report) or ["- nothing below 90 %"]))
        if options["misses"]:
            self.stdout.write("\n" + "\n".join(report.misses))


def _table(report: Report) -> Iterator[str]:
    yield "| kind | language | said | recall | precision |"
    yield "| --- | --- | --- | --- | --- |"
    for kind in KINDS:
        for language in (*LANGUAGES, "all"):
            tally = report.total([kind], LANGUAGES if language == "all" else [language])
            yield (
                f"| {kind} | {language} | {tally.said} | {_share(tally.found, tally.said)} "
                f"| {_share(tally.right, tally.claimed)} |"
            )
    whole = report.total(KINDS, LANGUAGES)
    yield (
        f"| every kind | all | {whole.said} | {_share(whole.found, whole.said)} "
        f"| {_share(whole.right, whole.claimed)} |"
    )
    yield f"| masked as any kind | all | {whole.said} | {_share(whole.masked, whole.said)} | |"


def _share(part: int, whole: int) -> str:
    if not whole:
        return "–"
    low, high = wilson(part, whole)
    return f"{part / whole:.0%} ({low:.0%}–{high:.0%})".replace("%", " %")


def _weak(report: Report) -> list[str]:
    weak = []
    for kind in KINDS:
        for language in LANGUAGES:
            tally = report.total([kind], [language])
            if tally.said and tally.found / tally.said < LEAST_RECALL:
                weak.append(f"- {kind}, {language}: {tally.said - tally.found} of {tally.said} missed")
            if tally.claimed and tally.right / tally.claimed < LEAST_PRECISION:
                weak.append(f"- {kind}, {language}: {tally.claimed - tally.right} of {tally.claimed} taken wrongly")
    return weak
