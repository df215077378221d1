"""`manage.py testcase_accuracy`: how well test cases are judged, measured on the gold set."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from testcases.accuracy.measuring import JUDGES, compare
from testcases.accuracy.reading import FOLDER, GoldError, read_gold
from testcases.accuracy.reporting import Report, as_json, as_markdown, replace_part


class Command(BaseCommand):
    help = "Measure how well criteria are judged: accuracy and kappa on the gold set, beside two plain judges."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--gold", type=Path, default=FOLDER, help="a set of your own, in the form of its README")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--update-docs", action="store_true", help="write the table into docs/accuracy.md")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            cases = read_gold(options["gold"])
        except GoldError as error:
            raise CommandError(f"The gold set contradicts itself:\n{error}") from error
        if not cases:
            raise CommandError(f"There is no case under {options['gold']}: files are LANGUAGE/NAME.yaml.")
        rows = {}
        seconds = 0.0
        for name, judge in JUDGES.items():
            began = time.monotonic()
            rows[name] = compare(cases, judge)
            seconds = time.monotonic() - began if name == "ours" else seconds
        report = Report(cases=cases, rows=rows, seconds=seconds)
        self.stdout.write(json.dumps(as_json(report), indent=1) if options["json"] else as_markdown(report))
        if options["update_docs"]:
            path = Path(settings.BASE_DIR) / "docs" / "accuracy.md"
            path.write_text(replace_part(path.read_text(encoding="utf-8"), as_markdown(report)), encoding="utf-8")
