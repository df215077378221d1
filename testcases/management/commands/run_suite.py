"""`manage.py run_suite NAME`: every case of a suite, judged here and now."""

import json
import logging
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from salesiq.common.database import ensure_migrated
from testcases.models import CaseRun, SubjectKind, Suite, TestCase
from testcases.runs.commanding import (
    FAILED,
    Given,
    add_subject_arguments,
    client_of,
    current_version,
    given_by,
    read_file,
    run_here,
    told,
    wrong_use,
)
from testcases.runs.documents import run_document
from testcases.runs.subjects import subject_of

ENDINGS = (".txt", ".json", ".srt", ".vtt")


class Command(BaseCommand):
    help = (
        "Judge one thing by every case of a suite, or with --transcripts a file of each case's name. Without either "
        "what each case was run on last is judged again by its newest version. Exit status 1 when a case is not "
        "passed, 2 for wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--transcripts", type=Path, metavar="FOLDER", help="a file for each case, named as it")
        add_subject_arguments(parser, required=False)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        client = client_of(options["client"])
        suite = Suite.objects.filter(client=client, name=options["name"]).first()
        if suite is None:
            raise wrong_use(f"There is no suite “{options['name']}”.")
        cases = [member.case for member in suite.members.select_related("case")]
        if not cases:
            raise wrong_use(f"The suite “{suite.name}” has no cases.")
        common = given_by(client, options)
        runs = [self._run(case, common, options["transcripts"]) for case in cases]
        passed = all(run["passed"] is True for run in runs)
        if options["json"]:
            self.stdout.write(json.dumps({"suite": suite.name, "passed": passed, "runs": runs}, ensure_ascii=False))
        else:
            for line in (line for run in runs for line in told(run)):
                self.stdout.write(line)
        if not passed:
            sys.exit(FAILED)

    def _run(self, case: TestCase, common: Given, folder: Path | None) -> dict[str, Any]:
        version = current_version(case)
        given = _of_folder(case, folder) if folder is not None else _last(case) if common.is_empty else common
        if given is None:
            return _never_run(case, version.number)
        return run_document(run_here(version, given))


def _of_folder(case: TestCase, folder: Path) -> Given | None:
    if not folder.is_dir():
        raise wrong_use(f"There is no folder {folder}.")
    path = next((folder / f"{case.name}{end}" for end in ENDINGS if (folder / f"{case.name}{end}").is_file()), None)
    return Given(lines=read_file(path)) if path else None


def _last(case: TestCase) -> Given | None:
    """What the case was run on last."""
    runs = CaseRun.objects.filter(version__case=case, is_trial=False).select_related(
        "call", "session__version", "prompt_version", "agent"
    )
    run = runs.order_by("-created_at").first()
    if run is None:
        return None
    if run.kind == SubjectKind.CALL:
        return Given(call=run.call)
    if run.kind == SubjectKind.PROMPT and run.prompt_version is not None:
        return Given(prompt_version=run.prompt_version)
    return Given(lines=subject_of(run).lines)


def _never_run(case: TestCase, number: int) -> dict[str, Any]:
    problem = "There is nothing to judge: give --transcript, --transcripts, --call or --prompt."
    return {
        "case": case.name, "version": number, "status": "unjudgeable", "problem_code": "no_subject",
        "problem": problem, "score": None, "passed": None, "criteria": [], "judge": "", "timings": {},
    }  # fmt: skip
