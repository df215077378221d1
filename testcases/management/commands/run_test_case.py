"""`manage.py run_test_case NAME --transcript FILE|--call ID|--prompt NAME`: one case, judged here and now."""

import json
import logging
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from salesiq.common.database import ensure_migrated
from testcases.models import TestCase
from testcases.runs.commanding import (
    FAILED,
    add_subject_arguments,
    client_of,
    current_version,
    given_by,
    run_here,
    told,
    wrong_use,
)
from testcases.runs.documents import run_document


class Command(BaseCommand):
    help = (
        "Judge a transcript, a call or a prompt by a test case. Exit status 1 when it is not passed, 2 for wrong use."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", metavar="NAME")
        add_subject_arguments(parser, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verbosity"] < 2:
            logging.disable(logging.INFO)
        ensure_migrated()
        client = client_of(options["client"])
        case = TestCase.objects.filter(client=client, name=options["name"]).first()
        if case is None:
            raise wrong_use(f"There is no test case “{options['name']}”.")
        document = run_document(run_here(current_version(case), given_by(client, options)))
        for line in [json.dumps(document, ensure_ascii=False)] if options["json"] else told(document):
            self.stdout.write(line)
        if document["passed"] is not True:
            sys.exit(FAILED)
