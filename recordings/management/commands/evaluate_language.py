"""`manage.py evaluate_language`: how well calls are understood, measured on the gold set."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from recordings.language.accuracy_report import document, replace_section, tables, weak_spots
from recordings.language.evaluation import evaluate
from recordings.language.excerpts import SPLITS, has_split, read_excerpts
from recordings.language.reliability import write_reliability


class Command(BaseCommand):
    help = "Measure intents, objections, promises, questions, compliance, outcome and sentiment on the gold set."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--split", choices=[*SPLITS, "all"], default="development")
        parser.add_argument("--json", action="store_true", help="print the figures as JSON")
        parser.add_argument("--write-docs", action="store_true", help="write the part of docs/accuracy.md")
        parser.add_argument(
            "--write-reliability", action="store_true", help="store the figures that mark findings as low confidence"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        splits = [split for split in SPLITS if has_split(split)] if options["split"] == "all" else [options["split"]]
        evaluations = [evaluate(split, read_excerpts(split)) for split in splits]
        if options["json"]:
            self.stdout.write(json.dumps([asdict(evaluation) for evaluation in evaluations], indent=1))
        else:
            self.stdout.write(tables(evaluations))
            self.stdout.write("\nWeak:\n" + "\n".join(weak_spots(evaluations[-1])))
        if options["write_docs"]:
            path = Path(settings.BASE_DIR) / "docs" / "accuracy.md"
            text = path.read_text(encoding="utf-8") if path.exists() else ""
            path.write_text(replace_section(text, document(evaluations)), encoding="utf-8")
        if options["write_reliability"]:
            judges = [split for split in splits if split != "development"] or splits
            pooled = [excerpt for split in judges for excerpt in read_excerpts(split)]
            write_reliability(evaluate("+".join(judges), pooled))
